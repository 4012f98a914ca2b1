# SPDX-License-Identifier: MIT
"""Eight clients at once of a server of lines that answers when it likes."""

import asyncio, random
async def handle(r, w):
    while line := await r.readline():
        await asyncio.sleep(random.random() / 200)
        w.write(b"answer to " + line); await w.drain()
    w.close()
async def client(port, n):
    r, w = await asyncio.open_connection("127.0.0.1", port)
    for i in range(10):
        w.write(b"question %d\n" % i); await w.drain(); await r.readline()
    w.close(); await w.wait_closed()
async def main():
    s = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = s.sockets[0].getsockname()[1]
    await asyncio.gather(*(client(port, n) for n in range(8)))
    s.close()
asyncio.run(main())
