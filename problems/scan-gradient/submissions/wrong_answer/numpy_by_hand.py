import numpy as np


def solve(w, b, h0, xs, targets):
    w, b, xs, targets = (np.asarray(a, np.float64) for a in (w, b, xs, targets))
    states = [np.asarray(h0, np.float64)]
    for x in xs:
        states.append(np.tanh(w @ states[-1] + x + b))
    dw, db, dh = np.zeros_like(w), np.zeros_like(b), np.zeros_like(b)
    for t in reversed(range(len(xs))):
        dh = dh + 2 * (states[t + 1] - targets[t]) / targets.size
        da = dh * (1 - states[t + 1] ** 2)
        dw, db, dh = dw + np.outer(da, states[t]), db + da, w.T @ da
    return {"w": np.float32(dw), "b": np.float32(db), "h0": np.float32(dh)}
