"""Traces every program of tests/hints twice and looks at the hints: as it is, it has to give the hint
that it is named after and no other, with what its comments "hint: PATTERN" say of it; called with
`nearly`, which does almost the same and is right, it has to give none. Prints TAP."""
import glob
import os
import re
import subprocess
import sys

BUILD = os.environ["BUILD"]
TRACES = os.environ["TRACES"]


def trace(program, *arguments):
    """Where the trace of the program is."""
    name = os.path.basename(program).rsplit(".", 1)[0]
    path = os.path.join(TRACES, "-".join(["hints", name, *arguments]) + ".jsonl")
    subprocess.run([f"{BUILD}/socktrace", "-q", "-o", path, "--", "/usr/bin/python3", "-B", program,
                    *arguments], check=False, timeout=60, stdin=subprocess.DEVNULL)
    return path


def hints(path):
    """What sockview says, by the names of the hints."""
    shown = subprocess.run([f"{BUILD}/sockview", "-v", "hints", "--width=200", path], check=True,
                           capture_output=True, text=True).stdout
    groups = re.findall(r"^([a-z-]+): (.*(?:\n  .*)*)", shown, re.M)
    return {name: re.sub(r"\s+", " ", said) for name, said in groups}, shown


def faults(program):
    """What is wrong with the hints of the program, and what was shown."""
    with open(program, encoding="utf-8") as file:
        patterns = re.findall(r"^# hint: (.*)", file.read(), re.M)
    name = os.path.basename(program).rsplit(".", 1)[0].replace("_", "-")
    found, shown = hints(trace(program))
    if set(found) != {name}:
        yield f"gives {sorted(found)}", shown
    for pattern in patterns or ["(the program has no comment `hint: PATTERN`)"]:
        if not re.search(pattern, found.get(name, "")):
            yield f"is not said: {pattern}", shown
    found, shown = hints(trace(program, "nearly"))
    if found:
        yield f"nearly gives {sorted(found)}", shown


def main():
    programs = sys.argv[1:] or sorted(glob.glob("tests/hints/*.py"))
    programs = [program for program in programs if not program.endswith("run.py")]
    for number, program in enumerate(programs, 1):
        found = list(faults(program))
        print("not ok" if found else "ok", number, f"{os.path.basename(program)} gives its hint,"
              " and what is nearly the same does not")
        for fault, shown in found:
            print(f"# {fault}", *shown.splitlines(), sep="\n# ")
    print(f"1..{len(programs)}")


if __name__ == "__main__":
    main()
