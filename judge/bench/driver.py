"""The program that runs a submission outside the sandbox, as a simple judge would."""

from __future__ import annotations

# Kept as text: it runs in the runtime, whose libraries this side never imports.
DRIVER = '''
"""Arguments: the program, its entry point, a JSON file of cases. Each line on stdin asks for one
pass over the cases; the answer is one line of JSON."""
import importlib.util
import json
import os
import sys

# What the program prints must not look like an answer.
replies = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import jax
import jax.numpy as jnp
import numpy as np


def decoded(value):
    if not isinstance(value, dict):
        return value
    flat = np.frombuffer(bytes.fromhex(value["hex"]), np.dtype(value["dtype"]))
    return jnp.asarray(flat.reshape(value["shape"]))


def encoded(leaf):
    array = np.asarray(leaf)
    return {"dtype": array.dtype.name, "shape": array.shape, "hex": array.tobytes().hex()}


program, entry, cases_file = sys.argv[1:]
with open(cases_file) as file:
    cases = json.load(file)
spec = importlib.util.spec_from_file_location("solution", program)
solution = importlib.util.module_from_spec(spec)
sys.modules["solution"] = solution
spec.loader.exec_module(solution)
for _ in sys.stdin:
    answers = []
    for case in cases:
        inputs = {name: decoded(value) for name, value in case.items()}
        output = getattr(solution, entry)(**inputs)
        answers.append([encoded(leaf) for leaf in jax.tree.leaves(output)])
    print(json.dumps(answers), file=replies, flush=True)
'''
