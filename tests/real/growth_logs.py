# SPDX-License-Identifier: MIT
"""Writes a log of which a program with a slow loop makes too much: growth_logs.py SHAPE N"""
import json
import sys

SHAPE, N = sys.argv[1], int(sys.argv[2])
seq = 0


def call(**changes):
    global seq
    seq += 1
    print(json.dumps({'type': 'call', 'seq': seq, 'time_ns': seq * 1000, 'duration_ns': 10, 'pid': 10, 'tid': 10,
                      'args': {}, 'result': 0, **changes}))


def on(number):
    return {'fd': number, 'descriptor': number, 'socket': number}


def socket(number):
    call(name='socket', effect='create', args={'family': 'AF_INET', 'type': 'SOCK_STREAM'}, new=[on(number)])


print('{"type":"trace","version":1}')
print('{"type":"process","time_ns":0,"event":"start","pid":10,"program":"p"}')
if SHAPE == 'waits':  # few waits for all sockets: a line that stands in the story of each
    for i in range(1, N + 1):
        socket(i)
    for _ in range(8):
        call(name='poll', effect='wait', waits=[{**on(i), 'events': ['POLLIN'], 'ready': ['POLLIN']}
                                                for i in range(1, N + 1)])
elif SHAPE == 'ids':  # which the golden ratio, a usual multiplier of hashes, takes to the same slot
    inverse = pow(0x9e3779b97f4a7c15, -1, 1 << 64)
    for i in range(1, N + 1):
        number = i * inverse % (1 << 64)
        socket(number - (1 << 64) if number >> 63 else number)
elif SHAPE == 'holders':  # one socket that each of N descriptors stands for
    socket(1)
    for i in range(2, N + 2):
        call(name='dup', effect='duplicate', **on(1), new=[{**on(i), 'socket': 1}])
    for i in range(2, N + 2):
        call(name='close', effect='close', **{**on(i), 'socket': 1})
print(json.dumps({'type': 'end', 'time_ns': seq * 1000 + 1000, 'calls': seq}))
