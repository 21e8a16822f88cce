# /// attack
# tries = "Hide that it failed"
# by = "sys.excepthook and traceback replaced"
# expect = ["RTE"]
# shows = ["refused"]
# ///
import sys
import traceback

sys.excepthook = lambda *_: None
traceback.extract_tb = lambda *_: []
traceback.print_exc = lambda *_: None


def solve(x):
    raise RuntimeError("refused")
