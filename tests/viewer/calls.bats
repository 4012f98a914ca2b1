#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# The view calls, and what views say of one call: how much it wanted and moved, how long it would wait.

bats_require_minimum_version 1.5.0
load ../helper

@test "the columns of calls stand under their heading at any width" {
	/usr/bin/python3 - "$SOCKVIEW" tests/viewer/traces/[!h]*.jsonl <<'EOF'
import json, re, subprocess, sys

for trace in sys.argv[2:]:
    told = subprocess.run([sys.argv[1], "--format=json", "-v", "calls", trace], capture_output=True, check=True)
    calls = json.loads(told.stdout)["calls"]
    for width in (None, 60, 70, 80, 100, 120, 145, 200, 300):
        command = [sys.argv[1], "-v", "calls", trace] + (["--width=%d" % width] if width else [])
        shown = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
        while not re.match(" +time ", shown[0]):
            shown.pop(0)
        heading = shown.pop(0)
        where = {name: heading.index(name) for name in heading.split()}
        assert "" not in shown, (trace, width)
        rows = [line for line in shown if re.match(r" *\d+\.\d+ m?s ", line)]
        assert len(rows) == len(calls), (trace, width)
        if width and "what" not in where:
            assert max(map(len, rows)) <= width, (trace, width)
        for row, call in zip(rows, calls):
            name = call["name"].replace("io_uring_", "uring:")
            assert row[where["call"]:].startswith(name), (trace, width, row)
            if "fd" in call:
                assert re.match(r"%d( |$)" % call["fd"], row[where["fd"]:]), (trace, width, row)
            if "socket" in call and "socket" in where:
                assert row[where["socket"]:].startswith("s%d %s" % (call["socket"], call["kind"])), (trace, row)
            for column in set(where) & {"process", "fd", "socket", "addresses", "call", "what"}:
                assert row[where[column] - 1:where[column]] in ("", " "), (trace, width, column, row)
            end = where["took"] + len("took")
            assert re.search(r"[0-9] (ns|µs|ms|s)$", row[:end]), (trace, width, row)
        if width is None:
            assert "addresses" in where and "what" in where
EOF
}

# call MORE: a trace of one call.
call() {
	local log=$BATS_TEST_TMPDIR/call.jsonl
	{
		head -n 1 tests/viewer/traces/tcp_echo.jsonl
		echo '{"type":"descriptor","time_ns":1,"event":"inherit","reason":"fork","pid":1,"fd":3,"descriptor":1,"socket":1}'
		echo '{"type":"call","seq":1,"time_ns":2,"duration_ns":2000000,"pid":1,"tid":1,"fd":3,"descriptor":1,"socket":1,'"$1"'}'
		echo '{"type":"end","time_ns":3000000,"calls":1}'
	} >"$log"
	"$SOCKVIEW" -v calls "$log" | tail -n 1 | sed -E 's/.* 2\.00 ms //'
	"$SOCKVIEW" -v timeline --width=120 "$log" | grep -E '^ +[0-9.]+ ms +[a-z]' | sed -E 's/^ +[0-9.]+ ms +[a-z0-9_]+ +//'
}

# says MORE WORDS: the view calls and the story of such a call say that.
says() {
	local shown
	shown=$(call "$1")
	[ "$(wc -l <<<"$shown")" -eq 2 ] || { echo "$shown" && return 1; }
	[ "$(grep -cF -- "$2" <<<"$shown")" -eq 2 ] || { echo "$2 is not twice in: $shown" && return 1; }
}

@test "what was moved stands beside what was asked for" {
	says '"name":"send","effect":"send","args":{"size":6000000},"result":3920000,"bytes":3920000' '3.92 of 6.00 MB'
	says '"name":"send","effect":"send","args":{"size":12},"result":12,"bytes":12' '12 B'
	run ! says '"name":"send","effect":"send","args":{"size":12},"result":12,"bytes":12' ' of '
	says '"name":"recv","effect":"receive","args":{"size":1024},"result":1024,"bytes":1024' '1.02 kB of 1.02 kB'
	says '"name":"recv","effect":"receive","args":{"size":1024},"result":1020,"bytes":1020' '1020 of 1024 B'
	says '"name":"recv","effect":"receive","args":{"size":4096},"result":12,"bytes":12' '12 B of 4.10 kB'
	says '"name":"recv","effect":"receive","args":{"size":10},"result":100,"bytes":100' '100 B'
	says '"name":"recv","effect":"receive","args":{"size":32,"flags":["MSG_PEEK","MSG_WAITALL"]},"result":8,"bytes":8' \
		'8 of 32 B MSG_WAITALL  MSG_PEEK'
	says '"name":"recv","effect":"receive","args":{"size":32,"flags":["MSG_WAITALL"]},"unfinished":true' \
		'size 32 B MSG_WAITALL  never returned'
}

@test "waits say their limits" {
	local waits='"waits":[{"fd":3,"descriptor":1,"socket":1,"events":["POLLIN"],"ready":[]}]'
	says '"name":"poll","effect":"wait","args":{"timeout":5000},"result":0,'"$waits" 'fd 3 POLLIN  none ready  limit 5.00 s'
	says '"name":"epoll_wait","effect":"wait","args":{"timeout":-1},"unfinished":true,'"$waits" \
		'fd 3 POLLIN  no limit  never returned'
	says '"name":"pselect6","effect":"wait","args":{"timeout":{"seconds":0,"nanoseconds":50000000}},"result":0,'"$waits" 'limit 50.0 ms'
	says '"name":"select","effect":"wait","args":{"timeout":{"seconds":1,"microseconds":500000}},"result":0,'"$waits" 'limit 1.50 s'
	says '"name":"poll","effect":"wait","args":{"timeout":0},"result":0,'"$waits" 'limit 0'
	says '"name":"pselect6","effect":"wait","args":{},"result":0,'"$waits" 'fd 3 POLLIN  none ready'
}
