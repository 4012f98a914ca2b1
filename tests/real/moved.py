# SPDX-License-Identifier: MIT
"""The bytes that calls moved on sockets of a port: moved.py TRACE EFFECT PORT.

Those are the sockets that were connected to the port, or accepted on it."""

import json
import sys


def main():
    trace, effect, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(trace) as file:
        calls = [record for record in map(json.loads, file) if record["type"] == "call"]
    sockets = set()
    for call in calls:
        ports = [end.get("port") for end in (call.get("local", {}), call.get("peer", {}),
                                             call.get("args", {}).get("address", {}))]
        if call["effect"] == "connect" and port in ports:
            sockets.add(call["socket"])
        if call["effect"] == "accept" and port in ports:
            sockets |= {new["socket"] for new in call.get("new", [])}
    print(sum(call.get("bytes", 0) for call in calls
              if call["effect"] == effect and call.get("socket") in sockets))


main()
