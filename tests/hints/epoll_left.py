# SPDX-License-Identifier: MIT
# Closes a descriptor that epoll watches while there is a copy of it. Nearly: takes it out before.
# hint: fd \d+ · UNIX closed, and not taken out of epoll fd \d+, while another descriptor
# hint: epoll_ctl .* close .* epoll_wait
# nearly alone:
import os
import select
import socket
import sys

ours, peer = socket.socketpair()
epoll = select.epoll()
epoll.register(peer, select.EPOLLIN)
epoll.register(ours, select.EPOLLIN)
copy = os.dup(ours.fileno())
if sys.argv[1:] == ["nearly"]:
    epoll.unregister(ours)
if sys.argv[1:] == ["alone"]:  # epoll forgets it
    os.close(copy)
ours.close()
if sys.argv[1:] != ["alone"]:
    peer.send(b"x")
epoll.poll(0)
