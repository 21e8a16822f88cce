# /// attack
# tries = "Fill the judge with leaves"
# by = "60,000 leaves of nothing"
# expect = ["WA structure"]
# uses = ["frames"]
# ///
import json

LEAF = b'{"path":"","kind":"jax","weak":false,"dtype":"bool","shape":[0]}'


def solve(x):
    leaves = b",".join([LEAF] * 60_000)
    trace = json.dumps(TRACE).encode()
    send(frame(b'{"output":{"structure":"PyTreeDef(*)","leaves":[' + leaves + b']},"trace":' + trace + b"}"))
    return x + x
