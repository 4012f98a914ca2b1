# SPDX-License-Identifier: MIT
"""Judges an exercise of sockview --blank: gaps.py KIND FIGURE EXERCISE. The gaps are numbered, the answers fill them,
and nothing that was to be a gap is left."""
import re
import sys

LEFT = {
    "calls": r"\b(accept4?|bind|listen|connect|getsockname|setsockopt|recvfrom|sendto|recvmsg|sendmsg|socketpair|epoll_\w+|dup\d?|shutdown)\b",
    "addresses": r"\d+\.\d+\.\d+\.\d+|(?<![\d.]):\d+\b|\]:\d",
    "fds": r"\b(fds?|\w+_fd) \d",
}


def bare(text):
    """Without what only stands between words, whose room depends on that of gaps."""
    return re.sub(r"[\s─╌│┃├┤|.+-]+", "", text)


def main(kind, figure, exercise):
    with open(figure, encoding="utf-8") as file:
        whole = file.read()
    with open(exercise, encoding="utf-8") as file:
        asked, answers = file.read().rsplit("\nanswers\n", 1)
    answers = re.findall(r"\((\d+)\) (.*?)(?=  \(\d+\) |\n|$)", answers)
    assert [int(number) for number, _ in answers] == list(range(1, len(answers) + 1)), answers
    gaps = re.findall(r"\((\d+)\)_*", asked)
    assert list(dict.fromkeys(gaps)) == [number for number, _ in answers], (gaps, answers)
    for line in asked.split("\n"):
        words = [dict(answers)[number] for number in dict.fromkeys(re.findall(r"\((\d+)\)_*", line))]
        assert len(set(words)) == len(words), line
    unquoted = re.sub(r'"[^"]*"', "", asked)
    assert not re.search(LEFT[kind], unquoted), re.search(LEFT[kind], unquoted)
    filled = re.sub(r"\((\d+)\)_*", lambda gap: dict(answers)[gap[1]], asked)
    for line, words in zip(map(bare, filled.split("\n")), map(bare, whole.split("\n"))):
        assert line == words, (line, words)
    return len(answers)


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
