#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Servers that nobody here wrote do under socktrace what they do without, and no descriptor of
# theirs is unexplained: every trace goes through the checker.

bats_require_minimum_version 1.5.0
load ../helper

setup() {
	port=$(free_port)
	work=$BATS_TEST_TMPDIR
}

teardown() {
	[ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" || true; }
}

@test "node: a server with clients of its own, in a cluster" {
	cat >"$work/cluster.js" <<'EOF'
const cluster = require("cluster"), http = require("http");
if (cluster.isPrimary) {
	let listening = 0;
	const workers = [cluster.fork(), cluster.fork()];
	cluster.on("listening", (worker, address) => {
		if (++listening < 2) return;
		let answers = [];
		for (let i = 0; i < 6; i++)
			http.get({ host: "127.0.0.1", port: address.port, agent: false }, (response) => {
				response.on("data", (data) => answers.push(String(data)));
				response.on("end", () => {
					if (answers.length < 6) return;
					console.log(answers.sort().join(" "));
					for (const one of workers) one.kill();
				});
			});
	});
} else {
	http.createServer((request, response) => response.end("hello")).listen(0, "127.0.0.1");
}
EOF
	run -0 trace node node "$work/cluster.js"
	[ "$output" = "hello hello hello hello hello hello" ]
	has_data node "GET / HTTP/1.1"
}

@test "Go: a static server with many goroutines" {
	cat >"$work/server.go" <<'EOF'
package main

import ("fmt"; "io"; "net"; "sync")

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil { panic(err) }
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil { return }
			go func() { io.Copy(c, c); c.Close() }()
		}
	}()
	var all sync.WaitGroup
	sum := make(chan int, 50)
	for i := 0; i < 50; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			c, err := net.Dial("tcp", listener.Addr().String())
			if err != nil { panic(err) }
			fmt.Fprint(c, "goroutine")
			c.(*net.TCPConn).CloseWrite()
			answer, _ := io.ReadAll(c)
			c.Close()
			sum <- len(answer)
		}()
	}
	all.Wait()
	listener.Close()
	total := 0
	for i := 0; i < 50; i++ { total += <-sum }
	fmt.Println(total)
}
EOF
	GOCACHE=$work/cache CGO_ENABLED=0 GO111MODULE=off go build -o "$work/server" "$work/server.go"
	run -0 trace go "$work/server"
	[ "$output" = 450 ]
	[ "$(calls go 'select(.effect == "send").bytes // empty' | awk '{ n += $1 } END { print n }')" = 900 ]
}

@test "a 32-bit client of a 64-bit server" {
	cat >"$work/client.c" <<'EOF'
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[argc - 1])),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const char request[] = "GET / HTTP/1.0\r\n\r\n";
	char answer[4096];
	int s = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(s, (struct sockaddr *)&to, sizeof(to)) != 0) return 1;
	send(s, request, strlen(request), 0);
	for (ssize_t n; (n = recv(s, answer, sizeof(answer), 0)) > 0;) fwrite(answer, 1, n, stdout);
	return close(s);
}
EOF
	needs_32_bits
	gcc -m32 -o "$work/client" "$work/client.c"
	echo "the page" >"$work/index.html"
	/usr/bin/python3 -m http.server --bind 127.0.0.1 --directory "$work" "$port" >/dev/null 2>&1 3>&- &
	server=$!
	wait_for_port "$port"
	run -0 trace client "$work/client" "$port"
	[[ "$output" == *"the page"* ]]
	has_data client "HTTP/1.0 200 OK"
	has_data client "GET / HTTP/1.0"
}
