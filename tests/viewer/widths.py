# SPDX-License-Identifier: MIT
"""Compares the columns that sockview gives each code point, and which it hides, with what Unicode says of
it (UAX #11 and general categories), as Python has it. Prints TAP.

    widths.py TEST_VIEWER"""

import subprocess
import sys
import unicodedata

# Letters and signs that are not seen, or stand for what is not there.
FILLERS = (0x115f, 0x1160, 0x3164, 0xffa0, 0xfffc, 0xfffd)


def expected(character):
    """None: hidden."""
    category, code = unicodedata.category(character), ord(character)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return None
    # Marks that stand on others; and the vowels and finals of Korean, within the initial's two columns.
    if category in ("Mn", "Me") or 0x1160 <= code <= 0x11ff or 0xd7b0 <= code <= 0xd7ff:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def number_of(version):
    return [int(part) for part in version.split(".")[:2]]


def report(number, name, problems):
    print("%sok %d %s" % ("not " if problems else "", number, name))
    for problem in problems[:20]:
        print("# " + problem)
    return not problems


def main():
    version, *lines = subprocess.run([sys.argv[1], "widths"], capture_output=True, text=True,
                                     check=True).stdout.split()
    ours = [None if line == "-" else int(line) for line in lines]
    is_same = unicodedata.unidata_version.startswith(version)
    is_newer = number_of(version) > number_of(unicodedata.unidata_version)
    wide, shown, unseen = [], [], []
    for code, columns in enumerate(ours):
        character = chr(code)
        theirs = expected(character)
        words = "U+%04X %s: %s columns, not %s" % (code, unicodedata.name(character, ""), columns, theirs)
        if unicodedata.category(character) == "Cn" and not is_same:
            continue
        if theirs is None and columns is not None:
            shown.append(words)
        elif columns is None and unicodedata.category(character)[0] in "LNPS" and code not in FILLERS:
            unseen.append(words)
        # A later version of Unicode makes wide what was narrow before, and never the other way.
        elif None not in (theirs, columns) and columns != theirs and (is_same or {columns, theirs} != {1, 2}
                                                                      or is_newer != (columns == 2)):
            wide.append(words)
    print("1..3\n# Unicode %s here, %s in Python" % (version, unicodedata.unidata_version))
    good = [
        report(1, "a character takes the columns that Unicode gives it", wide),
        report(2, "controls, marks of direction, private and unknown characters are hidden", shown),
        report(3, "no letter, digit or sign is hidden", unseen),
    ]
    sys.exit(0 if all(good) and len(ours) == 0x110000 else 1)


main()
