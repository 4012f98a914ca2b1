# SPDX-License-Identifier: MIT
"""Compares the exchanges of a trace with what a server has counted or logged of them itself:
exchanges.py SOCKVIEW TRACE KIND [COUNTS]. Prints what differs, and how much was compared."""
import collections
import json
import re
import subprocess
import sys


EMPTY_LINES = 2


def exchanges(sockview, trace, *options):
    out = subprocess.run([sockview, "-v", "exchanges", "--format=json", "--full", "--sort=begin", *options, trace],
                         stdout=subprocess.PIPE, check=True).stdout
    return json.loads(out)["exchanges"]


def calls(trace):
    return [record for record in map(json.loads, open(trace)) if record["type"] == "call"]


def pids(trace):
    """Of each call, by its number."""
    return {call["seq"]: call["pid"] for call in calls(trace)}


def account(ours, trace):
    """Every byte that was moved on a socket is in one exchange, but for empty lines between requests."""
    said, moved = collections.Counter(), collections.Counter()
    for e in ours:
        said[e["socket"]] += e["bytes_asked"] + e["bytes_answered"]
    for call in calls(trace):
        if call["effect"] in ("send", "receive") and "MSG_PEEK" not in call["args"].get("flags", []):
            moved[call.get("socket")] += max(call.get("bytes", 0), 0)
    for socket in said:
        if not 0 <= moved[socket] - said[socket] <= EMPTY_LINES:
            sys.exit("socket %d: %d bytes, and its exchanges have %d" % (socket, moved[socket], said[socket]))
    print("bytes: %d" % sum(said.values()))


def compare(what, ours, theirs):
    """Both as often as they are there."""
    ours, theirs = collections.Counter(ours), collections.Counter(theirs)
    for who, more in (("only in the trace", ours - theirs), ("not in the trace", theirs - ours)):
        for item, count in sorted(more.items(), key=str)[:10]:
            print("%s, %s: %dx %s" % (what, who, count, item))
    if ours != theirs:
        sys.exit(1)
    print("%s: %d" % (what, sum(ours.values())))


def status(exchange):
    return exchange.get("answer", "none").split()[0]


def http(ours, trace, log, bytes_of="each"):
    """A line of the log: pid, status, bytes received, bytes sent, request. A process has logged one after the other
    what it has answered one after the other. `peeked`: a byte may be counted twice, by which the server has looked
    whether another request is there; `together`: of several that are answered at once the server counts the bytes as they leave."""
    by_seq, by_pid, logged = pids(trace), collections.defaultdict(list), collections.defaultdict(list)
    ours = [e for e in ours if e.get("protocol") == "HTTP/1"]
    for e in sorted(ours, key=lambda e: e["time_ns"] + e["total_ns"]):
        by_pid[str(by_seq[e["question_calls"][0]])].append(
            (status(e), e["name"], e["bytes_asked"], e["bytes_answered"]))
    for line in open(log):
        pid, code, asked, answered, request = line.split(None, 4)
        logged[pid].append((code, " ".join(request.split()[:2]), int(asked), int(answered)))
    if by_pid.keys() != logged.keys():
        sys.exit("processes %s, and the log has %s" % (by_pid.keys(), logged.keys()))
    for pid, theirs in logged.items():
        for at, (one, other) in enumerate(zip(by_pid[pid], theirs)):
            if bytes_of == "peeked" and other[2] == one[2] + 1:
                other = one[:3] + other[3:]
            if one[:2] != other[:2] or (bytes_of != "together" and one != other):
                sys.exit("process %s, request %d: %s, and the log has %s" % (pid, at, one, other))
        if len(by_pid[pid]) != len(theirs):
            sys.exit("process %s: %d requests, and the log has %d" % (pid, len(by_pid[pid]), len(theirs)))
        if sum(one[3] for one in by_pid[pid]) != sum(other[3] for other in theirs):
            sys.exit("process %s: other bytes" % pid)
    print("requests: %d, processes: %d" % (len(ours), len(logged)))


# Of these the word behind them says what is done.
CONTAINERS = "acl client cluster command config debug function latency memory module object pubsub script slowlog xgroup xinfo"


def redis(ours, trace, stats, *pushed):
    """INFO commandstats, which counts no unknown commands, not itself, and nothing behind it."""
    theirs = collections.Counter()
    for line in open(stats):
        if line.startswith("cmdstat_"):
            name, figures = line.strip()[len("cmdstat_"):].split(":")
            figures = dict(figure.split("=") for figure in figures.split(","))
            failed = int(figures["rejected_calls"]) + int(figures["failed_calls"])
            theirs[name, "failed"] += failed
            theirs[name, "answered"] += int(figures["calls"]) - int(figures["failed_calls"])
    ours = [e for e in ours if e.get("protocol") == "Redis" and not e.get("answer", "").startswith("ERR unknown command")]
    compare("pushed", [e["name"] for e in ours if e["result"] == "unasked"], pushed)
    ours = [e for e in ours if e["result"] != "unasked"]
    words = [(e["name"].lower().split() + [""])[:2] + [e["result"]] for e in ours]
    words = words[:[word for word, _, _ in words].index("info")]
    compare("commands", [(word + "|" + sub if word in CONTAINERS.split() else word, result) for word, sub, result in words],
            theirs.elements())


PROTOCOL_ONLY = ("SSLRequest", "GSSENCRequest", "startup", "password", "SASLInitialResponse", "SASLResponse", "Parse",
                 "Sync", "Close")


def normalised(query):
    """As pg_stat_statements has it: constants are parameters."""
    query = re.sub(r"'(?:[^']|'')*'|(?<![\w$])-?\d+(?:\.\d+)?(?!\w)|\$\d+", "?", query)
    return re.sub(r"\s+", " ", query).strip().rstrip(";")


def postgresql(ours, trace, stats):
    """Lines of pg_stat_statements: calls and query. It counts what was executed since it was reset, whatever the
    protocol; not what was only parsed, nor what failed. Of a long query the trace has the beginning."""
    ours = [e for e in ours if e.get("protocol") == "PostgreSQL" and e["result"] == "answered"]
    names = [e["name"] for e in ours]
    names = names[[name.startswith("SELECT pg_stat_statements_reset") for name in names].index(True) + 1:]
    names = names[:[name.startswith("SELECT calls, ") for name in names].index(True)]
    left = collections.Counter()
    for line in open(stats):
        calls, query = line.rstrip("\n").split("\t")
        if "pg_stat_statements_reset" not in query:
            left[normalised(query)] += int(calls)
    count = 0
    for name in names:
        if name.split()[0] in PROTOCOL_ONLY:
            continue
        query, cut = normalised(name.rstrip("…")), name.endswith("…")
        # The last word may be cut.
        found = [one for one in left if (one.startswith(query.rpartition(" ")[0]) if cut else one == query)]
        if len(found) != 1:
            sys.exit("%s: %s" % (name, found))
        left[found[0]] -= 1
        count += 1
    if any(left.values()):
        sys.exit("executed, and the trace differs by: %s" % [item for item in left.items() if item[1]])
    print("statements: %d of %d kinds" % (count, len(left)))


def dnsmasq(ours, trace, log, answers=None):
    """What it was asked, and what it has asked another server, by the lines of its log; what dig was answered."""
    asked, forwarded = [], []
    for line in open(log):
        words = line.split()
        query = [word for word in words if word.startswith("query[")]
        if query:
            asked.append("%s %s" % (query[0][len("query["):-1], words[words.index(query[0]) + 1]))
        elif "forwarded" in words:
            forwarded.append(words[words.index("forwarded") + 1])
    ours = [e for e in ours if e.get("protocol") == "DNS"]
    here = [e for e in ours if e["to"].startswith("dnsmasq")]
    compare("asked", [e["name"] for e in here], asked)
    compare("forwarded", [e["name"].split()[1] for e in ours if e["from"].startswith("dnsmasq")], forwarded)
    compare("unanswered", [e["name"] for e in ours if not e.get("answer")], [])
    if not answers:
        return
    text = open(answers).read()
    # dig asks once more over TCP what was truncated.
    truncated = text.count(";; Truncated, retrying in TCP mode")
    compare("answers", [e["answer"].split(", trunc")[0] for e in here if "truncated" not in e["answer"]],
            ["%s, %s answer%s" % (status, count, "" if count == "1" else "s") for status, flags, count in
             re.findall(r"status: (\w+),.*\n;; flags: ([a-z ]*);.* ANSWER: (\d+)", text) if " tc" not in flags])
    compare("truncated", [sum("truncated" in e["answer"] for e in here)],
            [truncated + len(re.findall(r"flags:[a-z ]* tc[ ;]", text))])
    compare("failed", [e["answer"].split(",")[0] for e in here if e["result"] == "failed"],
            [status for status in re.findall(r"status: (\w+)", text) if status != "NOERROR"])


def tls(ours, trace, log):
    """A line of nginx' log a connection: version, server name, protocol."""
    theirs = collections.Counter(tuple(line.split()) for line in open(log))
    compare("failed", [e["name"] for e in ours if e["result"] == "failed"], [])
    ours = [e for e in ours if e.get("name", "").startswith("ClientHello ")]
    # TLS 1.3 encrypts which protocol was chosen.
    compare("handshakes",
            [(e["answer"].replace("ServerHello TLS ", "TLSv").split()[0], e["name"].split()[1],
              "-" if "TLS 1.3" in e["answer"] else e["answer"].split()[-1]) for e in ours],
            [(version, name, "-" if version == "TLSv1.3" else protocol) for version, name, protocol in theirs.elements()])


def ssh(ours, trace, *banners):
    """Each side's, which is no question and no answer."""
    ours = [e for e in ours if e.get("protocol") == "SSH" and e["name"].startswith("SSH-")]
    compare("banners", [(e["name"], e["result"]) for e in ours], [(banner, "unasked") for banner in banners])


if __name__ == "__main__":
    sockview, trace, kind, *counts = sys.argv[1:]
    all_of_them = exchanges(sockview, trace)
    account(all_of_them, trace)
    {"http": http, "redis": redis, "postgresql": postgresql, "dnsmasq": dnsmasq, "tls": tls, "ssh": ssh}[kind](all_of_them, trace, *counts)
