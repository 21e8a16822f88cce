# /// attack
# tries = "Return what is not computed"
# by = "a tracer that left its transformation"
# expect = ["WA structure"]
# ///
import jax

kept = []


def solve(x):
    jax.make_jaxpr(lambda v: kept.append(v + v))(x)
    return kept[-1]
