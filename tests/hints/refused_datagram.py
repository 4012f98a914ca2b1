# SPDX-License-Identifier: MIT
# Datagrams to a port where nobody receives; to a path where nobody does; one that is too long;
# messages of the kernel that are not received in time; a broadcast without SO_BROADCAST. Nearly: all is
# received; the program asks for the errors; it asks for the limit of the path; it sends what is too long
# in pieces; it asks for everything again; it may broadcast.
# hint: fd \d+ · UDP .* nobody receives there: the error is of the datagram before, and what this send was given is lost, too
# hint: sendto 3 B "one" .* sendto .*ECONNREFUSED
# hint received: nobody receives there: the error is of one of the 2 datagrams before
# hint received: sendto 3 B "two" .* recvfrom .*ECONNREFUSED
# hint whole: nobody receives there: the error is of the datagram before
# hint path: nobody receives there; what this send was given is lost
# hint path: sendto .*ECONNREFUSED
# hint length: 70\.0 kB are too long for one datagram, and were not sent
# hint length: sendto .*EMSGSIZE .* UDP carries 65507 bytes at most
# hint overrun: the receive buffer was full, and messages of the kernel are lost
# hint overrun: recvfrom .*ENOBUFS
# hint broadcast: the address is for broadcasts, and SO_BROADCAST is not set
# hint broadcast: sendto .*127\.255\.255\.255:9 EACCES .* Set SO_BROADCAST
# nearly errors:
# nearly probing:
# nearly pieces:
# nearly again:
# nearly allowed:
import ctypes
import fcntl
import os
import socket
import struct
import sys
import tempfile

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
IP_MTU_DISCOVER, IP_PMTUDISC_DO = 10, 2
IP_RECVERR = 11
IFF_UP, SIOCSIFFLAGS = 1, 0x8914
RTMGRP_LINK, RTM_GETLINK, NLM_F_DUMP = 1, 18, 0x301

case = sys.argv[1] if len(sys.argv) > 1 else ""


def enter_own_network():
    """Nothing may happen to the links of the machine."""
    before = os.readlink("/proc/self/ns/net")
    unshare = ctypes.CDLL(None).unshare
    if unshare(CLONE_NEWNET) != 0 and unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        sys.exit(77)
    if os.readlink("/proc/self/ns/net") == before:
        sys.exit(77)


def look_at_links():
    """The only link of a network of its own goes up and down."""
    enter_own_network()
    netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    netlink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    netlink.bind((0, RTMGRP_LINK))
    control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for flags in 10 * [IFF_UP, 0]:
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh22x", b"lo", flags))
    netlink.settimeout(5)
    try:
        netlink.recv(8192)
    except OSError:
        pass
    if case == "again":
        netlink.send(struct.pack("IHHIIBxxx", 20, RTM_GETLINK, NLM_F_DUMP, 1, 0, 0))
    sys.exit()


def send_to_path():
    with tempfile.TemporaryDirectory() as folder:
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        receiver.bind(folder + "/receiver")
        receiver.close()
        sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            sender.sendto(b"one", folder + "/receiver")
        except ConnectionRefusedError:
            pass
    sys.exit()


if case in ("overrun", "again"):
    look_at_links()
if case == "path":
    send_to_path()
receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
client.connect(receiver.getsockname())
client.settimeout(5)
receiver.settimeout(5)
if case in ("whole", "probing"):  # it may not be cut on its way, as that of dig
    client.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO)
if case in ("broadcast", "allowed"):
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if case == "allowed":
        client.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    try:
        client.sendto(b"anybody?", ("127.255.255.255", 9))
    except PermissionError:
        pass
elif case in ("length", "probing"):
    try:
        client.send(bytes(70000))
    except OSError:
        pass
elif case == "pieces":
    try:
        client.send(bytes(70000))
    except OSError:
        client.send(bytes(35000))
        client.send(bytes(35000))
elif case == "received":
    client.send(b"one")
    receiver.close()
    client.send(b"two")
    try:
        client.recv(10)
    except ConnectionRefusedError:
        pass
elif case == "nearly":
    client.send(b"one")
    client.send(b"two")
    receiver.recv(10)
    receiver.recv(10)
else:
    if case == "errors":
        client.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
    receiver.close()
    client.send(b"one")
    try:
        client.send(b"two")
    except ConnectionRefusedError:
        pass
