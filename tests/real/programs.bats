#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Programs that nobody here wrote, compared with and without the tracer.

bats_require_minimum_version 1.5.0
load ../helper

@test "python's asyncio, threads and subprocesses work and every descriptor is accounted for" {
	run -0 trace python /usr/bin/python3 -c '
import asyncio, socket, subprocess, threading
async def handle(reader, writer):
    writer.write(await reader.readexactly(5)); await writer.drain(); writer.close()
async def main():
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async def client():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"hello"); answer = await reader.readexactly(5); writer.close(); return answer
    print(set(await asyncio.gather(*[client() for _ in range(20)])))
    server.close()
asyncio.run(main())
def work():
    a, b = socket.socketpair(); a.send(b"x"); print(b.recv(1)); a.close(); b.close()
threads = [threading.Thread(target=work) for _ in range(5)]
for t in threads: t.start()
for t in threads: t.join()
print(subprocess.run(["sh", "-c", "echo child"], capture_output=True).stdout)'
	[ "${lines[0]}" = "{b'hello'}" ]
	[ "${lines[-1]}" = "b'child\\n'" ]
}

@test "a project builds the same files under make -j4 and no process is left behind" {
	cp -r Makefile docs format tracer viewer samples tests "$BATS_TEST_TMPDIR"
	run -0 trace make make -C "$BATS_TEST_TMPDIR" -j4 BUILD=out
	"$BATS_TEST_TMPDIR/out/sockview" --version
	mv "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/traced"
	run -0 make -C "$BATS_TEST_TMPDIR" -j4 BUILD=out
	diff -r "$BATS_TEST_TMPDIR/traced" "$BATS_TEST_TMPDIR/out"
	[ -z "$(find /proc/[0-9]*/cwd -lname "$BATS_TEST_TMPDIR*" 2>/dev/null)" ]
}
