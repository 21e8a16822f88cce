# /// attack
# tries = "Keep numbers in a temporary folder"
# by = "tempfile"
# expect = ["AC"]
# ///
import pathlib
import tempfile

import numpy as np


def solve(x):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "x"
        path.write_bytes(np.asarray(x + x).tobytes())
        return np.frombuffer(path.read_bytes(), np.float32)
