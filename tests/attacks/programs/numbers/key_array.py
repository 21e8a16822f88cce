# /// attack
# tries = "Answer with a key"
# by = "an array of PRNG keys"
# expect = ["WA structure"]
# ///
import jax


def solve(x):
    return jax.random.key(0)
