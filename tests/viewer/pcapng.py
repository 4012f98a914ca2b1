# SPDX-License-Identifier: MIT
"""pcapng.py FILE.pcapng FILE.json: the blocks of the file are whole and padded, as
draft-ietf-opsawg-pcapng says, its packets parse as IP, TCP and UDP, and are those that the JSON of the
same view tells; keys of TLS stand before them. Prints the ports of each packet of a UNIX socket, how many
packets of each kind there are, and how many keys in how many blocks."""

import collections
import ipaddress
import json
import re
import struct
import sys

RAW, UPPER_PDU, NETLINK = 101, 252, 253
TLS_KEY_LOG, KEYS_MOST = 0x544C534B, 1 << 20
KEY = re.compile(rb"[A-Z0-9_]{1,64} [0-9a-fA-F]+ [0-9a-fA-F]+\n")
FLAGS = ((1, "FIN"), (2, "SYN"), (4, "RST"), (8, "PSH"), (16, "ACK"))


def options(body):
    found = {}
    while body:
        code, length = struct.unpack_from("<HH", body)
        found.setdefault(code, []).append(body[4 : 4 + length])
        padded = 4 + (length + 3) // 4 * 4
        assert not any(body[4 + length : padded]), "padding"
        body = body[padded:]
        if code == 0:
            assert not body and length == 0, "behind the end of options"
            return found
    raise AssertionError("no end of options")


def blocks(data):
    while data:
        kind, length = struct.unpack_from("<II", data)
        assert length >= 12 and length % 4 == 0 and length <= len(data), "length of a block"
        assert struct.unpack_from("<I", data, length - 4)[0] == length, "lengths differ"
        yield kind, data[8 : length - 4]
        data = data[length:]


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def packet_of_ip(data, original):
    """As the JSON tells it."""
    if data[0] >> 4 == 4:
        size, length, protocol = 20, struct.unpack_from(">H", data, 2)[0], data[9]
        addresses = data[12:16], data[16:20]
        assert checksum(data[:20]) == 0xFFFF, "checksum of IPv4"
    else:
        assert data[0] >> 4 == 6
        size, length, protocol = 40, 40 + struct.unpack_from(">H", data, 4)[0], data[6]
        addresses = data[8:24], data[24:40]
    assert length == original, "length of IP"
    header = data[size:]
    ports = struct.unpack_from(">HH", header)
    ends = [
        ("%s:%d" if len(a) == 4 else "[%s]:%d") % (ipaddress.ip_address(a), p)
        for a, p in zip(addresses, ports)
    ]
    packet = {"kind": "tcp" if protocol == 6 else "udp", "from": ends[0], "to": ends[1]}
    if protocol == 6:
        packet["sequence"], packet["acknowledgement"] = struct.unpack_from(">II", header, 4)
        begins, where = (header[12] >> 4) * 4, 16
        packet["flags"] = sorted(name for bit, name in FLAGS if header[13] & bit)
    else:
        assert protocol == 17
        begins, where = 8, 6
        assert struct.unpack_from(">H", header, 4)[0] == original - size, "length of UDP"
    if len(data) == original:
        pseudo = addresses[0] + addresses[1] + struct.pack(">II", protocol, len(header))
        assert checksum(pseudo + header) == 0xFFFF, "checksum"
    else:
        unknown = 0xFFFF if protocol == 17 and size == 40 else 0
        assert struct.unpack_from(">H", header, where)[0] == unknown, "a checksum that cannot be known"
    return packet, size + begins


def packet_of_pdu(data):
    packet, at, ports = {"kind": "unix"}, 0, {}
    while True:
        tag, length = struct.unpack_from(">HH", data, at)
        value = data[at + 4 : at + 4 + length]
        at += 4 + length
        if tag == 0:
            print("unix %d>%d" % (ports[25], ports[26]))
            return packet, at
        if tag in (25, 26):
            ports[tag] = struct.unpack(">I", value)[0]
        if tag == 12:
            packet["dissector"] = value.rstrip(b"\0").decode()
        elif tag == 14:
            assert value == b"tcp.port", value
        elif tag == 32:
            assert value == struct.pack(">I", 6379), value
            packet["dissector"] = "resp"


def keys_of(body):
    kind, length = struct.unpack_from("<II", body)
    text, padding = body[8 : 8 + length], body[8 + length :]
    assert kind == TLS_KEY_LOG and 0 < len(text) == length <= KEYS_MOST
    assert len(padding) == -length % 4 and not any(padding), "padding"
    lines = text.splitlines(keepends=True)
    assert all(KEY.fullmatch(line) and len(line) <= 1024 for line in lines), "a line that is no key"
    return len(lines)


def packets(data, keys):
    interfaces, count = [], 0
    for kind, body in blocks(data):
        if kind == 0x0A0D0D0A:
            assert struct.unpack_from("<IHH", body) == (0x1A2B3C4D, 1, 0), "section"
            options(body[16:])
        elif kind == 1:
            assert options(body[8:])[9] == [b"\x09"], "resolution of times"
            interfaces.append(struct.unpack_from("<H", body)[0])
        elif kind == 6:
            interface, high, low, known, length = struct.unpack_from("<IIIII", body)
            padded = (known + 3) // 4 * 4
            bytes_, said = body[20 : 20 + known], options(body[20 + padded :])
            link = interfaces[interface]
            if link == RAW:
                packet, size = packet_of_ip(bytes_, length)
            elif link == UPPER_PDU:
                packet, size = packet_of_pdu(bytes_)
            else:
                assert link == NETLINK
                packet = {"kind": "netlink", "protocol": struct.unpack_from(">H", bytes_, 14)[0]}
                size = 16
            packet["bytes"], packet["known"] = length - size, known - size
            packet["time_ns"] = high << 32 | low
            packet["comment"] = said[1][0].decode()
            packet["direction"] = {1: "in", 2: "out"}[struct.unpack("<I", said[2][0])[0]]
            count += 1
            yield packet
        elif kind == 10:
            assert count == 0, "keys behind packets"
            keys.append(keys_of(body))
        else:
            assert kind == 4, "a block of type %d" % kind


def main():
    keys = []
    with open(sys.argv[1], "rb") as file:
        written = list(packets(file.read(), keys))
    with open(sys.argv[2], encoding="utf-8") as file:
        shown = json.load(file)
    told = shown["packets"]
    assert sum(keys) == shown["keys"], "%d keys, %d told" % (sum(keys), shown["keys"])
    assert len(written) == len(told), "%d packets, %d told" % (len(written), len(told))
    began = written[0]["time_ns"] - told[0]["time_ns"] if written else 0
    for ours, theirs in zip(written, told):
        ours["time_ns"] -= began
        theirs = {k: v for k, v in theirs.items() if k not in ("call", "socket", "trace")}
        if "flags" in theirs:
            theirs["flags"].sort()
        assert ours == theirs, "%r\n%r" % (ours, theirs)
    for kind, count in sorted(collections.Counter(p["kind"] for p in written).items()):
        print(kind, count)
    if keys:
        print("keys", sum(keys), "in", len(keys))


main()
