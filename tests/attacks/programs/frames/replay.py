# /// attack
# tries = "Answer the next case with this one's answer"
# by = "the frame of the first case, sent twice"
# expect = ["WA values"]
# groups = ["one", "more"]
# ///
import json
import os
import stat
import struct

TRACE = {"complete": True, "layers": [], "unused": [], "sown": []}


def is_socket(number):
    try:
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    except OSError:
        return False


def send(data):
    """Write past the runner: to every socket that is open, of which there is one."""
    for number in filter(is_socket, range(256)):
        os.write(number, data)


def frame(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("!IQ", len(text), len(body)) + text + body


def answer(values, shape, dtype="float32", **more):
    leaf = {"path": "", "kind": "jax", "weak": False, "dtype": dtype, "shape": shape}
    return frame({"output": {"structure": "PyTreeDef(*)", "leaves": [leaf]}, "trace": TRACE, **more}, values)


sent = []


def solve(x):
    import numpy as np

    if not sent:
        sent.append(np.asarray(x + x).tobytes())
        send(answer(sent[0], [3]) * 2)
    return x + x
