# /// attack
# tries = "Run where nothing is limited"
# by = "a backend for TPUs"
# expect = ["RTE"]
# shows = ["RuntimeError"]
# ///
import jax


def solve(x):
    return jax.device_put(x + x, jax.devices("tpu")[0])
