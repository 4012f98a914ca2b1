# SPDX-License-Identifier: MIT
"""http.server with a thread a request, asked by urllib for what it has and has not; then asyncio's
streams, datagrams, local sockets, processes and limits of time."""

import asyncio
import functools
import http.server
import os
import threading
import urllib.error
import urllib.request


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def get(port, path):
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d/%s" % (port, path)) as answer:
            return len(answer.read())
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def serve_files():
    sizes = [0, 1, 1000, 70000, 900000]
    for size in sizes:
        with open("file-%d" % size, "wb") as file:
            file.write(b"x" * size)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        print([get(server.server_port, "file-%d" % size) for size in sizes])
        print(get(server.server_port, "not-there"))
        server.shutdown()
        serving.join()


async def echo(reader, writer):
    writer.write(await reader.read())
    await writer.drain()
    writer.close()


async def ask(connect, text):
    reader, writer = await connect()
    writer.write(text)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer == text


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, got):
        self.got = got

    def datagram_received(self, data, address):
        self.got.set_result(data)


async def datagram():
    loop = asyncio.get_running_loop()
    got = loop.create_future()
    one, _ = await loop.create_datagram_endpoint(
        functools.partial(Datagrams, got), local_addr=("127.0.0.1", 0)
    )
    one.sendto(b"to itself", one.get_extra_info("sockname"))
    print(await got)
    one.close()


async def run_asyncio():
    tcp = await asyncio.start_server(echo, "127.0.0.1", 0)
    local = await asyncio.start_unix_server(echo, "socket")
    port = tcp.sockets[0].getsockname()[1]
    by_tcp = functools.partial(asyncio.open_connection, "127.0.0.1", port)
    by_path = functools.partial(asyncio.open_unix_connection, "socket")
    asks = [ask(how, b"x" * (500 * i)) for i in range(40) for how in (by_tcp, by_path)]
    print(sum(await asyncio.gather(*asks)))
    await datagram()
    shell = await asyncio.create_subprocess_exec("sh", "-c", "cat; exit 3", stdin=-1, stdout=-1)
    print(await shell.communicate(b"through a shell"), shell.returncode)
    try:
        await asyncio.wait_for(asyncio.open_connection("127.0.0.1", 1), 5)
    except ConnectionRefusedError:
        print("refused")
    try:
        await asyncio.wait_for(asyncio.sleep(60), 0.05)
    except asyncio.TimeoutError:
        print("too late")
    tcp.close()
    local.close()
    os.unlink("socket")


serve_files()
asyncio.run(run_asyncio())
