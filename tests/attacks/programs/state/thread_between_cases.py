# /// attack
# tries = "Answer a case by a thread of the one before"
# by = "a thread that lives on and writes into later arrays"
# expect = ["WA values", "RTE", "TLE"]
# groups = ["one", "more"]
# ///
import ctypes
import gc
import threading
import time

import numpy as np


def spoil():
    while True:
        for held in gc.get_objects():
            if type(held) is np.ndarray and held.dtype == np.float32 and held.flags.writeable:
                held[...] = 0
        time.sleep(0.001)


def solve(x):
    if threading.active_count() == 1:
        threading.Thread(target=spoil, daemon=True).start()
    return x
