# /// attack
# tries = "Have the judge draw what it likes"
# by = "jax_default_prng_impl and a key replaced"
# expect = ["WA values"]
# ///
import jax

jax.config.update("jax_default_prng_impl", "rbg")
jax.random.key = jax.random.PRNGKey = lambda *_, **__: None


def solve(x):
    return x
