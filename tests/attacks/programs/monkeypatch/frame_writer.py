# /// attack
# tries = "Have its own frames sent"
# by = "runner.frames.send replaced"
# expect = ["RTE"]
# ///
import sys


def solve(x):
    frames = next(m for n, m in list(sys.modules.items()) if n.endswith("runner.frames"))
    send = frames.send
    frames.send = lambda channel, header, arrays: send(channel, {"verdict": "AC"}, [])
    return x
