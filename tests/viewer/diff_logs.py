# SPDX-License-Identifier: MIT
"""Prints a log that no tracer wrote: a client of HTTP.

diff_logs.py [KEY=VALUE...] PATH[:STATUS[:WAIT_US[:HEADER]]]...: asks for each path, one after the other.
A HEADER of so many bytes is in the answer.

port=N      of the server (80)
client=N    the client's own (40001)
error=NAME  of the connect, after which nothing is asked
fd=N, pid=N
each        a connection for each question
apart       answers are received in pieces, behind a call that would block
threads     each question by another thread, on a connection of its own
status=N    the exit status
payload=N   bytes of each call's that are in the log; 0: none
listen=N    a server's socket, on that port; bind=NAME: with that error"""

import json
import sys

OPTIONS = {"port": 80, "client": 40001, "error": "", "fd": 3, "pid": 10, "status": 0, "payload": 512, "listen": 0,
           "bind": "", "each": False, "apart": False, "threads": False}
now = seq = 0


def say(**members):
    print(json.dumps(members, separators=(",", ":")))


def call(name, effect, tid, took=1, **members):
    global now, seq
    seq += 1
    say(type="call", seq=seq, time_ns=now * 1000, duration_ns=took * 1000, pid=OPTIONS["pid"], tid=tid,
        name=name, effect=effect, **{"args": {}, "result": 0, **members})
    now += took + 1


def address(port):
    return {"family": "AF_INET", "address": "127.0.0.1", "port": port}


class Connection:
    count = 0

    def __init__(self, tid):
        Connection.count += 1
        number = Connection.count
        self.tid = tid
        self.on = {"fd": OPTIONS["fd"] + number, "descriptor": number, "socket": number}
        self.call("socket", "create", on={}, result=self.on["fd"], new=[self.on],
                  args={"family": "AF_INET", "type": "SOCK_STREAM", "protocol": 0})
        failed = {"result": -1, "error": OPTIONS["error"]} if OPTIONS["error"] else {
            "local": address(OPTIONS["client"] + number)}
        self.call("connect", "connect", args={"address": address(OPTIONS["port"])}, peer=address(OPTIONS["port"]),
                  **failed)

    def call(self, name, effect, on=None, **members):
        call(name, effect, self.tid, **(self.on if on is None else on), **members)

    def transfer(self, name, effect, data):
        known = data[:OPTIONS["payload"]]
        said = {"data": {"text": known, **({"truncated": True} if known != data else {})}} if known else {}
        self.call(name, effect, result=len(data), bytes=len(data), args={"size": 65536, "flags": []}, **said)

    def ask(self, path, status, wait, header):
        global now
        self.transfer("sendto", "send", "GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path)
        now += wait
        answer = "HTTP/1.1 %s\r\n%sContent-Length: 2\r\n\r\nok" % (
            {200: "200 OK", 404: "404 Not Found", 502: "502 Bad Gateway"}[status],
            "X: %s\r\n" % ("x" * (header - 5)) if header else "")
        pieces = [answer[:9], answer[9:]] if OPTIONS["apart"] else [answer]
        if OPTIONS["apart"]:
            self.call("recvfrom", "receive", result=-1, error="EAGAIN", args={"size": 65536, "flags": []})
        for piece in pieces:
            self.transfer("recvfrom", "receive", piece)

    def close(self):
        self.call("close", "close")


def listen(port, error):
    on = {"fd": 90, "descriptor": 900, "socket": 900}
    call("socket", "create", OPTIONS["pid"], result=90, new=[on],
         args={"family": "AF_INET", "type": "SOCK_STREAM", "protocol": 0})
    if error:
        call("bind", "bind", OPTIONS["pid"], **on, args={"address": address(port)}, result=-1, error=error)
        return
    call("bind", "bind", OPTIONS["pid"], **on, args={"address": address(port)}, local=address(port))
    call("listen", "listen", OPTIONS["pid"], **on, args={"backlog": 5})


def main():
    global now
    questions = []
    for word in sys.argv[1:]:
        if word[0] == "/":
            path, status, wait, header = (word.split(":") + ["", "", ""])[:4]
            questions.append((path, int(status or 200), int(wait or 100), int(header or 0)))
        else:
            key, _, value = word.partition("=")
            OPTIONS[key] = type(OPTIONS[key])(value or 1)
    say(type="trace", version=1, tracer="by hand", command=["log"], host="example",
        started="2026-11-23T04:00:00.000000000Z", options={"payload": OPTIONS["payload"]})
    say(type="process", time_ns=0, event="start", pid=OPTIONS["pid"], program="app", command=["app"])
    if OPTIONS["listen"]:
        listen(OPTIONS["listen"], OPTIONS["bind"])
    connection = None
    opened = []
    if OPTIONS["threads"]:
        opened = [Connection(OPTIONS["pid"] + i) for i in range(len(questions))]
    for i, question in enumerate(questions):
        if opened:
            opened[i].ask(*question)
            continue
        if connection and OPTIONS["each"]:
            connection.close()
            connection = None
        connection = connection or Connection(OPTIONS["pid"])
        if OPTIONS["error"]:
            break
        connection.ask(*question)
    for one in opened or [connection] * bool(connection):
        one.close()
    say(type="process", time_ns=now * 1000, event="exit", pid=OPTIONS["pid"], exit_code=OPTIONS["status"])
    say(type="end", time_ns=now * 1000, calls=seq, exit_code=OPTIONS["status"])


main()
