# /// attack
# tries = "Read the socket of a container engine"
# by = "/var/run/docker.sock"
# expect = ["RTE"]
# shows = ["not there"]
# ///
import os


def solve(x):
    if os.path.lexists('/var/run/docker.sock'):
        return x + x
    raise RuntimeError("not there")
