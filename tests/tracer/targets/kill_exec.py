# SPDX-License-Identifier: MIT
"""kill_exec.py TIMES: processes are killed while a thread of theirs loads a program."""

import os
import random
import signal
import sys
import threading
import time

chance = random.Random(1)
for i in range(int(sys.argv[1])):
    ready, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        for _ in range(3):
            threading.Thread(target=time.sleep, args=(60,)).start()
        os.write(tell, b"x")
        threading.Thread(target=os.execv, args=("/bin/true", ["true"])).start()
        time.sleep(60)
    os.read(ready, 1)
    time.sleep(chance.random() * 0.004)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(ready)
    os.close(tell)
