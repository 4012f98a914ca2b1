# SPDX-License-Identifier: MIT
"""without.py ERRNO CALL[,CALL...] COMMAND...: runs it under a seccomp filter that refuses the calls, as
those of containers do, and with no descriptors but three."""

import ctypes
import os
import struct
import sys

NR = {
    "ptrace": 101,
    "perf_event_open": 298,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "kcmp": 312,
    "memfd_create": 319,
    "pidfd_open": 434,
    "pidfd_getfd": 438,
}
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
ERRNO, ALLOW = 0x50000 | int(sys.argv[1]), 0x7FFF0000

rules = [(0x20, 0, 0, 0)]
for name in sys.argv[2].split(","):
    rules += [(0x15, 0, 1, NR[name]), (0x06, 0, 0, ERRNO)]
rules.append((0x06, 0, 0, ALLOW))
code = b"".join(struct.pack("HBBI", *rule) for rule in rules)
buffer = ctypes.create_string_buffer(code, len(code))
head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(rules), ctypes.addressof(buffer)))
libc = ctypes.CDLL(None)
assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
assert libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, head) == 0
os.closerange(3, 1024)
os.execvp(sys.argv[3], sys.argv[3:])
