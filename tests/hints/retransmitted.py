# SPDX-License-Identifier: MIT
# What a client sends is lost on its way, and sent again; or never arrives. Nearly: the server thinks
# for as long, and what was late was its acknowledgement: it says that it has had the query already; or
# there were losses, and all was acknowledged long before the wait was over.
# hint: fd \d+ · TCP .* segments were sent again, while the program waited for [\d.]+ m?s
# hint: sendto 5 B "query" .* recvfrom .* waited
# nearly late:
# nearly earlier:
# hint vain: fd \d+ · TCP .* \d+ times segments were sent again, and the peer acknowledged none
import ctypes
import os
import socket
import struct
import sys
import time

from pace import DISTURBED

SO_ATTACH_FILTER, SO_DETACH_FILTER = 26, 27
BPF_DROP = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))
# struct tcp_info of linux/tcp.h.
TOTAL_RETRANS_AT = 100


def drop(end):
    """Nothing arrives there any more."""
    end.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", 1, ctypes.addressof(BPF_DROP)))


def receive_again(end):
    end.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)


case = sys.argv[1] if len(sys.argv) > 1 else ""
server = socket.create_server(("127.0.0.1", 0))
try:
    drop(server)
    receive_again(server)
except PermissionError:
    sys.exit(77)  # run.py: in a network of its own
client = socket.create_connection(server.getsockname())
accepted, _ = server.accept()
# So the two ends share no process that waits.
go, told = os.pipe()
if os.fork() == 0:
    client.close()
    if case in ("", "vain", "earlier"):
        drop(accepted)
    os.write(told, b"x")
    time.sleep(2.5 if case == "vain" else 0.7 if case != "earlier" else 0.1)
    if case != "vain":
        if case in ("", "earlier"):
            receive_again(accepted)
        accepted.recv(5)
        if case == "earlier":
            time.sleep(0.5)
        accepted.send(b"answer")
    os._exit(0)
accepted.close()
os.read(go, 1)
if case == "late":
    drop(client)
client.send(b"query")
if case == "late":
    time.sleep(0.1)
    receive_again(client)
if case == "vain":
    time.sleep(2)
else:
    client.recv(6)
if case in ("late", "earlier"):
    info = client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TOTAL_RETRANS_AT + 4)
    if struct.unpack_from("I", info, TOTAL_RETRANS_AT)[0] != 1:
        sys.exit(DISTURBED)
client.close()
os.wait()
