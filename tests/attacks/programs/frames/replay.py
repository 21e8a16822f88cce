# /// attack
# tries = "Answer the next case with this one's answer"
# by = "the frame of the first case, sent twice"
# expect = ["WA values"]
# groups = ["one", "more"]
# uses = ["frames"]
# ///
sent = []


def solve(x):
    import numpy as np

    if not sent:
        sent.append(np.asarray(x + x).tobytes())
        send(answer(sent[0], [3]) * 2)
    return x + x
