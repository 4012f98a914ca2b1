# SPDX-License-Identifier: MIT
"""Puts itself under a seccomp filter of its own, as the first argument says, and then uses sockets
in many ways; says what went wrong, or "done". The filter is classic BPF, as seccomp(2) has it."""

import ctypes
import errno
import fcntl
import os
import signal
import socket
import struct
import sys
import threading

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_SECCOMP, PR_GET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 21, 38
NR = {"mmap": 9, "munmap": 11, "socket": 41, "fork": 57, "seccomp": 317, "getppid": 110}
NR.update(getsockname=51, getpeername=52)
KILL, TRAP, ERRNO, TRACE, ALLOW = 0x80000000, 0x30000, 0x50000, 0x7FF00000, 0x7FFF0000
NR_SECCOMP = 317


def program(rules):
    """Loads the call's number; for each rule (number, action): if equal, return action."""
    code = struct.pack("HBBI", 0x20, 0, 0, 0)
    for number, action in rules:
        code += struct.pack("HBBI", 0x15, 0, 1, number) + struct.pack("HBBI", 0x06, 0, 0, action)
    return code + struct.pack("HBBI", 0x06, 0, 0, ALLOW)


def install(rules, flags=0):
    code = program(rules)
    buffer = ctypes.create_string_buffer(code, len(code))
    head = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(buffer))
    head = ctypes.create_string_buffer(head, len(head))
    assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    if libc.syscall(NR_SECCOMP, 1, flags, head) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def use(count=20):
    """Sockets at many numbers, spoken to by read and write, which need a filter each."""
    pairs = [socket.socketpair() for _ in range(count)]
    for i, (a, b) in enumerate(pairs):
        assert os.write(a.fileno(), b"number %d" % i) > 0
        assert os.read(b.fileno(), 100) == b"number %d" % i
    high = fcntl.fcntl(pairs[0][0].fileno(), fcntl.F_DUPFD, 700)
    os.write(high, b"high")
    assert os.read(pairs[0][1].fileno(), 4) == b"high"
    os.close(high)
    for a, b in pairs:
        a.close()
        b.close()


def kill_on_mmap_or_seccomp():
    install([(NR["mmap"], KILL), (NR["seccomp"], KILL), (NR["munmap"], KILL)])
    use()


def kill_on_getsockname():
    with socket.socket() as bound, socket.socket() as other:
        install([(NR[name], KILL) for name in ("getsockname", "getpeername", "mmap")])
        bound.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        other.listen()


def deny_socket():
    use(2)
    install([(NR["socket"], ERRNO | errno.EPERM)])
    try:
        socket.socket()
        print("socket was not denied")
    except PermissionError:
        pass
    use()


def trap_handled():
    """SECCOMP_RET_TRAP: SIGSYS goes to a handler."""
    seen = []
    signal.signal(signal.SIGSYS, lambda *_: seen.append(1))
    install([(NR["getppid"], TRAP)])
    libc.syscall(NR["getppid"])
    use()
    assert seen == [1], seen


def trace_without_tracer():
    """SECCOMP_RET_TRACE fails with ENOSYS where nobody traces."""
    install([(NR["getppid"], TRACE | 7), (NR["socket"], TRACE)])
    ctypes.set_errno(0)
    assert libc.syscall(NR["getppid"]) == -1 and ctypes.get_errno() == errno.ENOSYS
    assert libc.syscall(NR["socket"], 1, 1, 0) == -1 and ctypes.get_errno() == errno.ENOSYS
    use()


def all_threads():
    """One thread's filter with TSYNC, while the others work."""
    ends = threading.Event()
    problems = []

    def work():
        while not ends.is_set():
            try:
                use(2)
            except Exception as problem:  # pylint: disable=broad-except
                problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    install([(NR["seccomp"], KILL)], flags=1)
    for _ in range(20):
        use(2)
    ends.set()
    for thread in threads:
        thread.join()
    assert not problems, problems


def in_a_child():
    child = os.fork()
    if child == 0:
        kill_on_mmap_or_seccomp()
        os._exit(3)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
    use()


def asks():
    """What is only a question changes nothing: the mode, and which flags the kernel knows."""
    assert libc.prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0
    assert libc.syscall(NR_SECCOMP, 1, 0, None) == -1 and ctypes.get_errno() == errno.EFAULT
    use()
    assert libc.prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 0
    install([(NR["getppid"], ERRNO | errno.EPERM)])
    assert libc.prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == 2


def interrupted():
    """A filter that answers EINTR: nothing is behind it that would go on."""
    install([(NR["getppid"], ERRNO | errno.EINTR)])
    assert libc.syscall(NR["getppid"]) == -1 and ctypes.get_errno() == errno.EINTR
    use()


globals()[sys.argv[1]]()
os.write(1, b"done\n")
os._exit(0)  # a last munmap(2) may be what it has denied itself
