# SPDX-License-Identifier: MIT
"""multiprocessing in each of its ways to start a process, and what subprocess hands down."""

import functools
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile


def square(n):
    return n * n


def answer(listening):
    with listening.accept()[0] as connection:
        connection.sendall(connection.recv(100).upper())


def take_and_say(pipe):
    """A socket that comes through the pipe, by SCM_RIGHTS."""
    pipe.recv().sendall(b"from afar")


def fail(code):
    sys.exit(code)


def ask(port, text):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(text)
        return connection.recv(100)


def start(method):
    context = multiprocessing.get_context(method)
    with context.Pool(3) as pool:
        print(method, sum(pool.map(square, range(200))))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = context.Process(target=answer, args=(listening,))
        server.start()
        print(ask(listening.getsockname()[1], b"shout"))
        server.join()
    here, there = socket.socketpair()
    ours, theirs = context.Pipe()
    helper = context.Process(target=take_and_say, args=(theirs,))
    helper.start()
    ours.send(there)
    print(here.recv(100))
    failing = context.Process(target=fail, args=(5,))
    failing.start()
    for process in (helper, failing):
        process.join()
    print(server.exitcode, helper.exitcode, failing.exitcode)
    for end in (here, there, ours, theirs):
        end.close()


SAYS_HELD = "import os; print(os.path.exists('/proc/self/fd/50'))"


def run_python(code, **options):
    return subprocess.run([sys.executable, "-c", code], stdout=-1, check=False, **options).stdout


def hand_down():
    """Whether a child holds number 50, and what it can do with sockets that it gets."""
    here, there = socket.socketpair()
    high = os.dup2(there.fileno(), 50, inheritable=True)
    print(run_python(SAYS_HELD))
    print(run_python(SAYS_HELD, pass_fds=[high]))
    print(run_python(SAYS_HELD, close_fds=False))
    run_python("import os; os.write(50, b'handed down')", pass_fds=[high])
    print(here.recv(100))
    talker = subprocess.Popen(["cat"], stdin=there, stdout=there)
    there.close()
    os.close(high)
    here.sendall(b"through cat")
    print(here.recv(100))
    here.shutdown(socket.SHUT_WR)
    print(here.recv(100), talker.wait())
    here.close()


def end_in_ways():
    print(subprocess.run(["sh", "-c", "kill -9 $$"], check=False).returncode)
    print(subprocess.run(["true"], preexec_fn=functools.partial(os.nice, 1)).returncode)
    print(os.waitstatus_to_exitcode(os.waitpid(os.posix_spawnp("false", ["false"], {}), 0)[1]))
    with tempfile.TemporaryFile() as output:
        late = subprocess.Popen(["sleep", "60"], stdout=output, start_new_session=True)
        try:
            late.wait(0.1)
        except subprocess.TimeoutExpired:
            os.killpg(late.pid, signal.SIGTERM)
        print(late.wait())


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)
    for how in ("fork", "spawn", "forkserver"):
        start(how)
    hand_down()
    end_in_ways()
