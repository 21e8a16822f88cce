# /// attack
# tries = "Have errors pass"
# by = "every check of JAX turned off"
# expect = ["WA values"]
# ///
import jax

for name in ("jax_enable_checks", "jax_debug_nans", "jax_debug_infs", "jax_check_tracer_leaks"):
    jax.config.update(name, False)
jax.config.update("jax_disable_jit", True)


def solve(x):
    return x
