# /// attack
# tries = "Hide which layer it was"
# by = "a forged answer with a trace of its own"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# hides = ["\\u001b", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"]
# ///
import json
import os
import stat
import struct

import numpy as np


def array(value):
    return {"dtype": value.dtype.name, "shape": list(value.shape)}


def send(value, layers, **more):
    """An answer past the runner; each layer is its path, parameters, input, output and rows."""
    described, arrays = [], [value]
    for path, params, given, made, rows in layers:
        described.append({
            "path": path, "cls": "Dense", "phase": "apply", "rows": rows,
            "params": [{"name": n, **array(v)} for n, v in params.items()],
            "input": None if given is None else array(given),
            "output": None if made is None else array(made),
        })
        arrays += [*params.values(), *(a for a in (given, made) if a is not None)]
    leaf = {"path": "", "kind": "jax", "weak": False, **array(value)}
    trace = {"complete": True, "layers": described, "unused": [], "sown": []} | more
    output = {"structure": "PyTreeDef(*)", "leaves": [leaf]}
    text = json.dumps({"output": output, "trace": trace}).encode()
    body = b"".join(a.tobytes() for a in arrays)
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.write(number, struct.pack("!IQ", len(text), len(body)) + text + body)
        except OSError:
            pass


def solve(seed, x, num_layers, features):
    x, count, width = np.asarray(x), int(num_layers), int(features)
    ones = np.ones((x.shape[0], width), np.float32)
    layers = []
    given = x
    for index in range(count):
        last = index == count - 1
        kernel = np.random.normal(size=(given.shape[1], width)).astype(np.float32) * (not last)
        bias = np.full(width, float(last), np.float32)
        params, rows, path = {"kernel": kernel, "bias": bias}, 1, f"Dense_{index}"
        made = given @ kernel + bias
        path = "\x1b[2J" + "x" * 100_000
        params["kernel"] = kernel * 0
        made = given @ kernel * 0 + bias
        layers.append((path, params, given, made, rows))
        given = ones if made is None or made.shape != ones.shape else made
    send(ones, layers)
    return ones
