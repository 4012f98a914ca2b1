# SPDX-License-Identifier: MIT
"""Measures what a trace costs, and prints tables: docs/performance.md explains them.

    make bench [ROUNDS=3] [ONLY=dd,redis] [CALLS=1000000] [INTO=docs/performance.md]

Each row is measured in one run, its columns in turns, and says medians. Servers listen on loopback. INTO: a file of
Markdown that has blocks "<!-- bench NAME -->" up to "<!-- end -->", which become the tables that were measured: with ONLY, its rows."""

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
INTO = os.environ.get("INTO", "")
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
    "socktrace": [SOCKTRACE, "-q", "--recorder=off", "-o", WORK / "trace.jsonl", "--"],
    "recorder": [SOCKTRACE, "-q", "--recorder=auto", "-o", WORK / "trace.jsonl", "--"],
}


said = {}  # lines, by the name of the block that they are


def say(block, line):
    print(line, flush=True)
    said.setdefault(block, []).append(line.strip("\n"))


def write_into(path):
    """The lines of a block are code: indented by four."""
    text = pathlib.Path(path).read_text()
    for block, lines in said.items():
        code = "".join(f"    {line}\n" for line in lines)
        begin, end = f"<!-- bench {block} -->\n", "<!-- end -->\n"
        before, found, after = text.partition(begin)
        if found:
            text = before + begin + "\n" + code + "\n" + end + after.partition(end)[2]
    pathlib.Path(path).write_text(text)


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


def redis(tracer, clients=4):
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]

    def stop():
        subprocess.run(["redis-cli", "-p", str(port), "shutdown", "nosave"], check=False, **QUIET)

    with Server(tracer, command, port, stop):
        output = subprocess.run(["redis-benchmark", "-p", str(port), "-t", "get", "-c", str(clients),
                               "-n", "40000", "--csv"], check=True, capture_output=True, text=True).stdout
    return float(output.splitlines()[-1].split(",")[1].strip('"'))


def redis_50(tracer):
    return redis(tracer, 50)


def nginx(tracer, *options):
    with nginx_server(tracer) as server:
        output = subprocess.run(["wrk", "-t1", "-c4", "-d3", *options, f"http://127.0.0.1:{server.port}/file"],
                                check=True, capture_output=True, text=True).stdout
    return float(re.search(r"Requests/sec: *([0-9.]+)", output).group(1))


def nginx_short(tracer):
    return nginx(tracer, "-H", "Connection: close")


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
    ("redis-50", "GET/s", redis_50, True),
    ("nginx", "requests/s", nginx, True),
    ("nginx-short", "requests/s", nginx_short, True),
    ("curl", "s", curl, False),
    ("tar", "s", tar, False),
    ("make", "s", make, False),
]


def shown(value):
    return f"{value:.0f}" if value >= 1000 else f"{value:.3g}"


def table():
    rows = [row for row in WORKLOADS if not ONLY or row[0] in ONLY]
    if not rows:
        return
    say("table", f"{'':11} {'':10} " + " ".join(f"{name:>10}" for name in TRACERS)
        + f" {'/untraced':>10} {'strace/':>8} {'/one':>6} {'recorder/untraced':>18}")
    for name, unit, measure, more_is_better in rows:
        measure([])  # warm
        values = {tracer: [] for tracer in TRACERS}
        for _ in range(ROUNDS):
            for tracer, words in TRACERS.items():
                values[tracer].append(measure(words))
        middle = {tracer: statistics.median(v) for tracer, v in values.items()}
        cost = {t: 1 / v if more_is_better else v for t, v in middle.items()}
        say("table", f"{name:11} {unit:10} " + " ".join(f"{shown(v):>10}" for v in middle.values())
            + f" {cost['socktrace'] / cost['untraced']:>10.2f}"
            + f" {cost['strace'] / cost['socktrace']:>8.2f}"
            + f" {cost['socktrace'] / cost['floor, one']:>6.2f}"
            + f" {cost['recorder'] / cost['untraced']:>18.2f}")


def kernel_tracers():
    """What records the same calls in the kernel, where root may have it do so."""
    names = [name for name in CALL_NAMES if pathlib.Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h").read_text()
             .find(f"__NR_{name} ") >= 0]
    tracers = {}
    if os.geteuid() == 0 and shutil.which("perf"):
        tracers["perf trace"] = lambda command: ["perf", "trace", "-o", WORK / "perf.out", "-e", ",".join(names), "--", *command]
    if os.geteuid() == 0 and shutil.which("bpftrace"):
        program = WORK / "calls.bt"
        program.write_text(",".join(f"tracepoint:syscalls:sys_exit_{name}" for name in ("sendto", "recvfrom"))
                           + ' /pid == cpid/ { printf("%d %d %d\\n", tid, args->ret, nsecs); }\n')
        tracers["bpftrace"] = lambda command: ["bpftrace", "-o", WORK / "bpf.out", "-c", " ".join(map(str, command)), program]
    return tracers


def each_call():
    """Nanoseconds for one call of sendrecv: what more of them take, so that how long a tracer takes to begin is
    no part of it. bpftrace prints three numbers a call, the others what they know."""
    prefixed = {name: (lambda command, words=words: [*words, *command]) for name, words in TRACERS.items()
                if not name.startswith("floor")}
    tracers = {**prefixed, **kernel_tracers()}
    costs = {name: [] for name in tracers}
    few = 2000
    for _ in range(ROUNDS):
        for name, command in tracers.items():
            more = 400000 if name in ("untraced", "recorder", "bpftrace") else 20000
            took = [seconds([], command([LOOPS, "sendrecv", str(count)])) for count in (few, more)]
            costs[name].append((took[1] - took[0]) / (more - few) / 2 * 1e9)
    say("each", "\nnanoseconds a call, sendrecv: " + ", ".join(
        f"{name} {statistics.median(values):.0f}" for name, values in costs.items()))


def peak_kilobytes(pid):
    return int(re.search(r"VmHWM:\s*(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1))


def run_watched(command, tracer="socktrace"):
    """The peak memory of socktrace itself while it runs the command."""
    process = subprocess.Popen([*TRACERS[tracer], *command], **QUIET)
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
    say("scaling", "\nmicroseconds a call, beside so many others that rest")
    counts = [1, 100, 1000, 10000]
    say("scaling", f"{'':22} " + " ".join(f"{count:>7}" for count in counts))
    for tracer in ("socktrace", "recorder"):
        for kind in ("processes", "threads", "descriptors"):
            costs = []
            for count in counts:
                values = []
                for _ in range(ROUNDS):
                    run_watched([LOOPS, kind, str(count), "3000"], tracer)
                    values.append(cost_a_call())
                costs.append(statistics.median(values))
            say("scaling", f"{tracer:9} {kind:12} " + " ".join(f"{cost:>7.1f}" for cost in costs))


def memory():
    say("memory", "\npeak memory of socktrace, MiB")
    say("memory", f"{CALLS} calls: {run_watched([LOOPS, 'sendrecv', str(CALLS // 2)]):.1f}")
    say("memory", f"10000 sockets: {run_watched([LOOPS, 'descriptors', '10000', '1000']):.1f}")
    say("memory", f"10000 threads: {run_watched([LOOPS, 'threads', '10000', '1000']):.1f}")


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
    say("own", "\nsocktrace's own system calls for each traced one: " + ", ".join(
        f"{count:.2f} {name}" for name, count in sorted(each.items(), key=lambda x: -x[1])
        if count >= 0.05))


def writer():
    rows = [line.split(" ", 2) for _ in range(ROUNDS) for line in subprocess.run(
        [BUILD / "bench/writer"], check=True, capture_output=True, text=True).stdout.splitlines()]
    say("writer", "\nmillion calls in a second that the writer's thread decodes and writes, and the tracer's thread gives it:")
    for kind in dict.fromkeys(kind for _, _, kind in rows):
        say("writer", f"  {kind:<32}" + "".join(
            f"{statistics.median(float(row[i]) for row in rows if row[2] == kind) / 1e6:8.2f}"
            for i in (0, 1)))


def main():
    os.environ["PATH"] += ":/usr/sbin"  # where nginx is, which an ordinary user's path has not
    missing = [tool for tool in ("strace", "redis-benchmark", "wrk", "nginx", "curl") if not shutil.which(tool)]
    if missing:
        sys.exit("bench: not installed: " + " ".join(missing))
    try:
        table()
        if not ONLY or "each" in ONLY:
            each_call()
        if not ONLY or "more" in ONLY:
            scaling()
            memory()
            own_calls()
            writer()
        if INTO:
            write_into(INTO)
    finally:
        shutil.rmtree(WORK)


main()
