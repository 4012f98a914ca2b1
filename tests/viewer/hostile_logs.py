# SPDX-License-Identifier: MIT
"""Writes traces into a folder, each hostile in a way of its own: hostile_logs.py FOLDER"""
import itertools
import json
import sys

FOLDER = sys.argv[1]
WORDS = ['\x1b[2J\x1b]0;x\x07', '</script><script>alert(1)</script><!--', '"\'`;&#x3c;<text>]]>',
         'x; p0->>p1: y #35 <br> %%{init}%%', '\u202e\u2066\u200f\ufeff\x9b1m\x7f\0\r\n\t', 'y' * 5000, '']
EXTREMES = [0, -1, 1, 2**31, 2**32 - 1, 2**53 + 1, 2**63 - 1, -2**63, 10**400, 0.5, 1e308, None, True, 'x', [], {}]
HEAD = b'{"type":"trace","version":1}\n{"type":"process","time_ns":0,"event":"start","pid":10,"program":"p"}\n'

seqs = itertools.count(1)  # none is there twice: those are passed over


def call(**changes):
    record = {'type': 'call', 'seq': next(seqs), 'time_ns': 5, 'duration_ns': 1, 'pid': 10, 'tid': 10, 'name': 'sendto',
              'effect': 'send', 'fd': 3, 'descriptor': 1, 'socket': 1, 'args': {}, 'result': 1, 'bytes': 1}
    return (json.dumps({**record, **changes}) + '\n').encode()


def write(name, *parts):
    with open('%s/%s.jsonl' % (FOLDER, name), 'wb') as file:
        file.write(b''.join(parts))


def said(value, words):
    """The value with these words for each string, but those that say what kind of record it is."""
    if isinstance(value, str):
        return words
    if isinstance(value, list):
        return [said(v, words) for v in value]
    if isinstance(value, dict):
        return {k: v if k in ('type', 'event', 'effect', 'started') or k == 'family' and v != 'AF_UNIX'
                else said(v, words) for k, v in value.items()}
    return value


for number, words in enumerate(WORDS):
    for trace in ('tcp_echo', 'messages', 'waits', 'unix_server', 'fd_passing'):
        with open('tests/viewer/traces/%s.jsonl' % trace, encoding='utf-8') as file:
            write('words-%d-%s' % (number, trace),
                  *[(json.dumps(said(json.loads(line), words)) + '\n').encode() for line in file])

write('numbers', HEAD, *[call(**{key: value}) for value in EXTREMES for key in json.loads(call())])
write('sums', HEAD, *[call(seq=i, time_ns=i, bytes=2**63 - 1, result=2**63 - 1, duration_ns=2**62) for i in range(9)])
write('ids', HEAD, *[call(seq=9 - i, time_ns=10**18 - i, fd=i % 3, descriptor=5, socket=7 - i % 4) for i in range(40)],
      *[(json.dumps({'type': 'descriptor', 'time_ns': 50 - i, 'event': event, 'reason': 'x', 'pid': 10 + i % 2, 'fd': 3,
                     'descriptor': 5, 'socket': i}) + '\n').encode()
        for i in range(9) for event in ('receive', 'close', 'inherit')])
write('deep', HEAD, b'[' * 10**6 + b'\n', call(args='D').replace(b'"D"', b'[' * 10**6 + b']' * 10**6),
      call(args='D').replace(b'"D"', b'{"a":' * 1500 + b'1' + b'}' * 1500))
write('twice', HEAD, call().replace(b'"seq"', b'"seq": 7, "name": [], "seq"'))
write('nul', HEAD, b'\0' * 1000 + b'\n', call() + b'\0')
write('crlf', (HEAD + call()).replace(b'\n', b'\r\n'))
write('encoding', HEAD, b'{"type":"warning","time_ns":1,"code":"x","message":"\xff\xc0\x80\xed\xa0\x80"}\n',
      call(name='N').replace(b'N', b'\\ud800'), '\ufeff'.encode() + call(), call().decode().encode('utf-16'))
write('digits', HEAD, call(seq='N').replace(b'"N"', b'9' * 10**6))
write('long', HEAD, call(args={'x': 'y' * (8 << 20)}), b'z' * (8 << 20) + b'\n', call(seq=2))
# Lines of megabytes that many sockets have in common: they are not read again for each of them.
MANY = 20000
write('waits-for-many', HEAD, *[part for i in range(1, MANY + 1) for part in (
    call(name='socket', effect='create', args={'family': 'AF_INET', 'type': 'SOCK_STREAM'},
         new=[{'fd': i, 'descriptor': i, 'socket': i}]),
    call(name='connect', effect='connect', fd=i, descriptor=i, socket=i, result=-1, error='EINPROGRESS'))],
      *[call(name='poll', effect='wait', waits=[
          {'fd': i, 'descriptor': i, 'socket': i, 'events': ['POLLOUT'], 'ready': ['POLLOUT'] * (i == MANY)}
          for i in range(1, MANY + 1)]) for _ in range(2)])
# A connect on a socket that was accepted, long after.
write('accepted', HEAD, call(name='accept', effect='accept', new=[{'fd': 4, 'descriptor': 2, 'socket': 2}]),
      call(name='connect', effect='connect', fd=4, descriptor=2, socket=2, result=0, time_ns=10**9),
      call(name='accept', effect='accept', time_ns=10**10, new=[{'fd': 5, 'descriptor': 3, 'socket': 3}]),
      call(name='connect', effect='connect', fd=5, descriptor=3, socket=3, result=0, time_ns=2 * 10**10))
write('joined', HEAD, call(), HEAD, call(), b'{"type":"call","se', HEAD, call(seq=2), call(seq=2), call(seq=-2**63),
      call(seq=2**63 - 1), *[b'{"type":"end","time_ns":%d,"calls":%d}\n' % (i, -2**63 + i) for i in range(20)],
      *[HEAD.replace(b'}', b',"started":"%d"}' % (i % 9), 1) for i in range(99)])
