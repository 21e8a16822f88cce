# /// attack
# tries = "Apply a model that is not seen"
# by = "a thread, which has no interceptors"
# expect = ["WA trace"]
# problem = "zero-last-layer"
# groups = ["sample"]
# uses = ["zero_last_layer"]
# ///
import threading

import jax.numpy as jnp


def solve(seed, x, num_layers, features):
    worker = threading.Thread(target=right, args=(seed, x, num_layers, features))
    worker.start()
    worker.join()
    return jnp.ones((x.shape[0], int(features)))
