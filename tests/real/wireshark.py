# SPDX-License-Identifier: MIT
"""wireshark.py SOCKVIEW TRACE PCAPNG: what tshark finds in the packets is what the trace says: no expert
complains; each connection is one conversation, with the bytes that the connecting socket's calls moved
both ways, and as many as the view summary says. Prints how many conversations there are."""

import collections
import json
import re
import subprocess
import sys


def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True).stdout


def moved(trace):
    """Of each socket that connected and moved bytes over TCP: what it sent, what it received."""
    families, sent, received, connected = {}, {}, {}, set()
    with open(trace, encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if line["type"] != "call":
                continue
            for new in line.get("new", []) if line["name"] == "socket" else []:
                families[new["socket"]] = line["args"]["family"], line["args"]["type"]
            socket = line.get("socket")
            if line["effect"] == "connect" and families[socket][1] == "SOCK_STREAM":
                connected.add(socket)
            if not line.get("bytes"):
                continue
            into = {"send": sent, "receive": received}.get(line["effect"])
            if into is None:
                continue
            data = line.get("data", {})
            assert "truncated" not in data, "the trace has not all"
            into.setdefault(socket, bytearray()).extend(
                bytes.fromhex(data["hex"]) if "hex" in data else data.get("text", "").encode())
    return collections.Counter(
        (bytes(sent.get(s, b"")), bytes(received.get(s, b"")))
        for s in connected if families[s][0] in ("AF_INET", "AF_INET6"))


def followed(pcapng, stream):
    """What the end that connected sent, and the other one."""
    lines = run("tshark", "-r", pcapng, "-q", "-z", "follow,tcp,raw,%d" % stream).splitlines()
    begins = next(i for i, line in enumerate(lines) if line.startswith("Node 1"))
    ends = [bytearray(), bytearray()]
    for line in lines[begins + 1:]:
        if line.startswith("="):
            break
        ends[line.startswith("\t")] += bytes.fromhex(line.strip())
    return bytes(ends[0]), bytes(ends[1])


def main():
    sockview, trace, pcapng = sys.argv[1:]
    said = run("tshark", "-r", pcapng, "-q", "-z", "expert,warn").strip()
    assert not said, said
    flags = run("tshark", "-r", pcapng, "-Y", "tcp.analysis.flags || _ws.malformed").strip()
    assert not flags, flags
    streams = set(run("tshark", "-r", pcapng, "-Y", "tcp", "-T", "fields", "-e", "tcp.stream").split())
    found = [followed(pcapng, int(stream)) for stream in streams]
    wanted = moved(trace)
    assert collections.Counter(found) == wanted, "%r\n%r" % (
        [(len(a), len(b)) for a, b in found], [(len(a), len(b)) for a, b in wanted])
    summary = json.loads(run(sockview, "--format=json", "-v", "summary", "--full", trace))
    told = sorted((row["bytes_to_server"], row["bytes_to_client"]) for row in summary["connections"]
                  if re.search(r":\d+$", row.get("address", "")))
    assert told == sorted((len(a), len(b)) for a, b in found), told
    conversations = run("tshark", "-r", pcapng, "-q", "-z", "conv,tcp")
    assert conversations.count("<->") == len(told), conversations
    print(len(told))


main()
