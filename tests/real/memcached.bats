#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# memcached, whose threads share its sockets, keeps under socktrace what it keeps without.

bats_require_minimum_version 1.5.0
load ../helper
load twice

setup() {
	setup_place
}

teardown() {
	teardown_place
}

# What twenty clients at a time set, and get from each other, and the server's statistics.
clients() {
	/usr/bin/python3 - "$port" <<'END'
import socket, sys, threading

def lines(file):
    while (line := file.readline().decode().strip()) not in ("END", "STORED", ""):
        yield line

def value(client, i):
    return bytes([65 + client]) * (i * 37 % 5000 + 1)

def work(client, getting):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as s, s.makefile("rwb") as file:
        for i in range(25):
            if getting:
                file.write(b"get %d:%d\r\n" % ((client + 1) % 20, i))
                file.flush()
                size = int(file.readline().split()[3])
                good = file.read(size + 2)[:-2] == value((client + 1) % 20, i)
                file.readline()
            else:
                data = value(client, i)
                file.write(b"set %d:%d 0 0 %d\r\n%b\r\n" % (client, i, len(data), data))
                file.flush()
                good = file.readline() == b"STORED\r\n"
            answers.append(good)

answers = []
for getting in (False, True):
    threads = [threading.Thread(target=work, args=(i, getting)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
print(len(answers), set(answers))
END
}

statistics() {
	exec 9<>"/dev/tcp/127.0.0.1/$port"
	printf 'stats\r\nquit\r\n' >&9
	tr -d '\r' <&9
	exec 9>&-
}

@test "memcached with four threads, and its own counts of bytes are those of the trace" {
	story() {
		start memcached memcached -l 127.0.0.1 -p "$port" -U 0 -t 4 -u nobody -v 2>"$result/words"
		memcached=$server
		wait_until listens "$port"
		clients >"$result/answers"
		statistics >"$work/statistics"
		grep -E ' (cmd_.*|.*_hits|.*_misses|curr_items|bytes|total_connections|threads) ' \
			"$work/statistics" >"$result/statistics"
		kill "$memcached"
		ended memcached "$memcached"
	}
	twice story
	[ "$(cat "$result/answers")" = "1000 {True}" ]
	local read written
	read=$(awk '$2 == "bytes_read" { print $3 }' "$place/work.traced/statistics")
	written=$(awk '$2 == "bytes_written" { print $3 }' "$place/work.traced/statistics")
	equal "$(moved memcached receive)" "$read"
	# Lines end in two bytes; the statistics themselves are not counted yet.
	equal "$(moved memcached send)" \
		$((written + $(wc -c <"$place/work.traced/statistics") + $(wc -l <"$place/work.traced/statistics")))
}

@test "memcached on a UNIX socket and by UDP" {
	story() {
		start memcached memcached -s "$work/socket" -t 2 -u nobody -v 2>"$result/words"
		wait_until test -S "$work/socket"
		printf 'set key 7 0 5\r\nvalue\r\nget key\r\nquit\r\n' |
			socat -t 5 - "UNIX-CONNECT:$work/socket" >"$result/answer"
		kill "$server"
		ended memcached "$server"
		start datagrams memcached -l 127.0.0.1 -p "$port" -U "$port" -t 2 -u nobody
		wait_until listens "$port"
		/usr/bin/python3 - "$port" >"$result/datagrams" <<'END'
import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(20)
s.connect(("127.0.0.1", int(sys.argv[1])))
for number, text in enumerate([b"set key 0 0 5\r\nvalue\r\n", b"get key\r\n", b"get other\r\n"]):
    s.send(struct.pack("!HHHH", number, 0, 1, 0) + text)
    print(s.recv(2000))
END
		kill "$server"
		ended datagrams "$server"
	}
	twice story
	grep -q '^VALUE key 7 5' "$result/answer"
	has_data memcached "get key"
	equal "$(calls datagrams 'select(.effect == "receive" and .bytes > 1).bytes' | awk '{ n += $1 } END { print n }')" $((3 * 8 + 22 + 9 + 11))
}
