# An answer of ones with a trace of layers that never were, past the runner by the prelude `frames`.
# `lie` turns each layer, right as it is, into those that the trace then holds.
from collections import namedtuple

import numpy as np

Layer = namedtuple("Layer", "path params given made rows")


def forge(x, num_layers, features, lie=lambda layer, last: [layer], **more):
    x, count, width = np.asarray(x), int(num_layers), int(features)
    ones = np.ones((x.shape[0], width), np.float32)
    layers = []
    given = x
    for index in range(count):
        last = index == count - 1
        kernel = np.random.normal(size=(given.shape[1], width)).astype(np.float32) * (not last)
        bias = np.full(width, float(last), np.float32)
        params = {"kernel": kernel, "bias": bias}
        layers += lie(Layer(f"Dense_{index}", params, given, given @ kernel + bias, 1), last)
        made = layers[-1].made
        given = ones if made is None or made.shape != ones.shape else made
    send_traced(ones, layers, **more)
    return ones


def send_traced(value, layers, **more):
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
    output = {"structure": "PyTreeDef(*)", "leaves": [leaf]}
    trace = {**TRACE, "layers": described, **more}
    send(frame({"output": output, "trace": trace}, b"".join(a.tobytes() for a in arrays)))


def array(value):
    return {"dtype": value.dtype.name, "shape": list(value.shape)}
