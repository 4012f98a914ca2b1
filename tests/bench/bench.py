# SPDX-License-Identifier: MIT
"""Measures what a trace costs, and prints tables: docs/performance.md explains them.

    make bench [ROUNDS=3] [ONLY=dd,redis] [CALLS=1000000]

Each row is measured in one run, its columns in turns, and says medians. Servers listen on loopback."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path(os.environ.get("BUILD", "build")).resolve()
ROUNDS = int(os.environ.get("ROUNDS") or 3)
ONLY = [word for word in os.environ.get("ONLY", "").split(",") if word]
CALLS = int(os.environ.get("CALLS") or 1000000)
WORK = pathlib.Path(tempfile.mkdtemp(prefix="sockline-bench."))
LOOPS, FLOOR, SOCKTRACE = BUILD / "bench/loops", BUILD / "bench/floor", BUILD / "socktrace"
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def traced_calls():
    """The names in the table of system calls, which are what all tracers are told to stop at."""
    table = pathlib.Path("tracer/table/syscall_table.c").read_text()
    names = set(re.findall(r"ROW\(([a-z0-9_]+)\), EFFECT", table))
    return sorted(name for name in names if not name.startswith("io_uring_"))


CALL_NAMES = traced_calls()
TRACERS = {
    "untraced": [],
    "floor": [FLOOR, "free", ",".join(CALL_NAMES)],
    "floor, one": [FLOOR, "one", ",".join(CALL_NAMES)],
    "strace": ["strace", "-f", "--seccomp-bpf", "-e", "trace=" + ",".join("?" + n for n in CALL_NAMES),
               "-o", WORK / "strace.out"],
    "socktrace": [SOCKTRACE, "-q", "-o", WORK / "trace.jsonl", "--"],
}


def seconds(tracer, command, **kwargs):
    begins = time.monotonic()
    subprocess.run([*tracer, *command], check=True, **{**QUIET, **kwargs})
    return time.monotonic() - begins


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A traced server, which is there when the block begins, and ends by itself when it is told."""

    def __init__(self, tracer, command, port, stop):
        self.process = subprocess.Popen([*tracer, *command], **QUIET)
        self.port, self.stop = port, stop

    def __enter__(self):
        ends = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                if time.monotonic() > ends:
                    self.process.kill()
                    raise
                time.sleep(0.05)

    def __exit__(self, *_):
        self.stop()
        self.process.wait(20)


def nginx_server(tracer):
    port = free_port()
    folder = pathlib.Path(tempfile.mkdtemp(dir=WORK))
    (folder / "file").write_bytes(os.urandom(4096))
    shutil.copy(WORK / "large", folder / "large") if (WORK / "large").exists() else None
    temporary = "".join(f"{kind}_temp_path {folder};" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/log; worker_processes 1;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + "events {}\n"
        f"http {{ access_log off; sendfile on; {temporary}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n")
    command = ["nginx", "-c", folder / "conf", "-e", folder / "log"]
    return Server(tracer, command, port,
                  lambda: os.kill(int((folder / "pid").read_text()), signal.SIGQUIT))


def dd(tracer):
    return seconds(tracer, ["dd", "if=/dev/zero", "of=/dev/null", "bs=512", "count=200000"])


def loop(kind, count):
    return lambda tracer: seconds(tracer, [LOOPS, kind, str(count)])


def redis(tracer):
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]

    def stop():
        subprocess.run(["redis-cli", "-p", str(port), "shutdown", "nosave"], check=False, **QUIET)

    with Server(tracer, command, port, stop):
        said = subprocess.run(["redis-benchmark", "-p", str(port), "-t", "get", "-c", "4", "-n",
                               "40000", "--csv"], check=True, capture_output=True, text=True).stdout
    return float(said.splitlines()[-1].split(",")[1].strip('"'))


def nginx(tracer):
    with nginx_server(tracer) as server:
        said = subprocess.run(["wrk", "-t1", "-c4", "-d3", f"http://127.0.0.1:{server.port}/file"],
                              check=True, capture_output=True, text=True).stdout
    return float(re.search(r"Requests/sec: *([0-9.]+)", said).group(1))


def curl(tracer):
    if not (WORK / "large").exists():
        (WORK / "large").write_bytes(os.urandom(1 << 20) * 100)
    with nginx_server([]) as server:
        return seconds(tracer, ["curl", "-s", "-o", "/dev/null",
                                f"http://127.0.0.1:{server.port}/large"])


def source_tree():
    tree = WORK / "tree"
    if not tree.exists():
        for i in range(20000):
            file = tree / str(i % 300) / f"{i}.c"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("int variable;\n" * (i % 700))
    return tree


def tar(tracer):
    return seconds(tracer, ["tar", "-C", source_tree(), "-cf", WORK / "tree.tar", "."])


def make(tracer):
    folder = WORK / "make"
    folder.mkdir(exist_ok=True)
    (folder / "Makefile").write_text(
        "all: " + " ".join(f"t{i}" for i in range(200)) + "\n"
        "t%:\n\t@sh -c 'i=0; while [ $$i -lt 3000 ]; do i=$$((i + 1)); done; "
        "cat /usr/include/*.h | wc -c >/dev/null'\n")
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return seconds(tracer, ["make", "-s", "-j4", "-C", folder], env=environment)


# name, what a column says, how to measure it, whether more is better
WORKLOADS = [
    ("dd", "s", dd, False),
    ("sendrecv", "s", loop("sendrecv", 20000), False),
    ("echo", "s", loop("echo", 10000), False),
    ("pool", "s", loop("pool", 8000), False),
    ("parallel", "s", loop("parallel", 200), False),
    ("redis", "GET/s", redis, True),
    ("nginx", "requests/s", nginx, True),
    ("curl", "s", curl, False),
    ("tar", "s", tar, False),
    ("make", "s", make, False),
]


def shown(value):
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def table():
    print(f"{'':10} {'':10} " + " ".join(f"{name:>10}" for name in TRACERS)
          + f" {'/untraced':>10} {'strace/':>8} {'/one':>6}")
    for name, unit, measure, more_is_better in WORKLOADS:
        if ONLY and name not in ONLY:
            continue
        measure([])  # warm
        values = {tracer: [] for tracer in TRACERS}
        for _ in range(ROUNDS):
            for tracer, words in TRACERS.items():
                values[tracer].append(measure(words))
        middle = {tracer: statistics.median(v) for tracer, v in values.items()}
        cost = {t: 1 / v if more_is_better else v for t, v in middle.items()}
        print(f"{name:10} {unit:10} " + " ".join(f"{shown(v):>10}" for v in middle.values())
              + f" {cost['socktrace'] / cost['untraced']:>10.2f}"
              + f" {cost['strace'] / cost['socktrace']:>8.2f}"
              + f" {cost['socktrace'] / cost['floor, one']:>6.2f}", flush=True)


def peak_kilobytes(pid):
    return int(re.search(r"VmHWM:\s*(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1))


def run_watched(command):
    """The peak memory of socktrace itself while it runs the command."""
    process = subprocess.Popen([*TRACERS["socktrace"], *command], **QUIET)
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, peak_kilobytes(process.pid))
        except (OSError, AttributeError):
            pass
        time.sleep(0.05)
    return peak / 1024


def cost_a_call():
    """Microseconds from one call to the next in the trace, after a first fifth."""
    calls = [record["time_ns"] for record in map(json.loads, open(WORK / "trace.jsonl"))
             if record["type"] == "call" and record["name"] in ("sendto", "recvfrom")]
    begins = len(calls) // 5
    return (calls[-1] - calls[begins]) / (len(calls) - 1 - begins) / 1000


def scaling():
    print("\nmicroseconds a call, beside so many others that rest")
    counts = [1, 100, 1000, 10000]
    print(f"{'':12} " + " ".join(f"{count:>7}" for count in counts))
    for kind in ("processes", "threads", "descriptors"):
        costs = []
        for count in counts:
            values = []
            for _ in range(ROUNDS):
                run_watched([LOOPS, kind, str(count), "3000"])
                values.append(cost_a_call())
            costs.append(statistics.median(values))
        print(f"{kind:12} " + " ".join(f"{cost:>7.1f}" for cost in costs), flush=True)


def memory():
    print("\npeak memory of socktrace, MiB")
    print(f"{CALLS} calls: {run_watched([LOOPS, 'sendrecv', str(CALLS // 2)]):.1f}")
    print(f"10000 sockets: {run_watched([LOOPS, 'descriptors', '10000', '1000']):.1f}")
    print(f"10000 threads: {run_watched([LOOPS, 'threads', '10000', '1000']):.1f}", flush=True)


def own_calls():
    """What the tracer's thread asks of the kernel for one call of the program: strace, without -f,
    sees that thread alone."""
    counts = []
    for rounds in (1000, 3000):
        subprocess.run(["strace", "-c", "-o", WORK / "own", *TRACERS["socktrace"], LOOPS, "sendrecv",
                        str(rounds)], check=True, **QUIET)
        rows = [line.split() for line in (WORK / "own").read_text().splitlines()]
        counts.append({row[-1]: int(row[3]) for row in rows if len(row) > 4 and row[3].isdigit() and row[-1] != "total"})
    each = {name: (count - counts[0].get(name, 0)) / 4000 for name, count in counts[1].items()}
    print("\nsocktrace's own system calls for each traced one: " + ", ".join(
        f"{count:.2f} {name}" for name, count in sorted(each.items(), key=lambda x: -x[1])
        if count >= 0.05))


def writer():
    rates = [float(subprocess.run([BUILD / "bench/writer"], check=True, capture_output=True,
                                  text=True).stdout) for _ in range(ROUNDS)]
    print(f"calls that the writer's thread decodes and writes in a second: {statistics.median(rates):.0f}")


def main():
    os.environ["PATH"] += ":/usr/sbin"  # where nginx is, which an ordinary user's path has not
    missing = [tool for tool in ("strace", "redis-benchmark", "wrk", "nginx", "curl") if not shutil.which(tool)]
    if missing:
        sys.exit("bench: not installed: " + " ".join(missing))
    try:
        table()
        if not ONLY or "more" in ONLY:
            scaling()
            memory()
            own_calls()
            writer()
    finally:
        shutil.rmtree(WORK)


main()
