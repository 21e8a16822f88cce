# /// attack
# tries = "Start workers"
# by = "multiprocessing by spawn"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import multiprocessing


def solve(x):
    context = multiprocessing.get_context("spawn")
    context.Process(target=print).start()
    return x + x
