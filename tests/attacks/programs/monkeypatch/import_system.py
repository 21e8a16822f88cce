# /// attack
# tries = "Have others import what it likes"
# by = "sys.meta_path, sys.path and sys.modules replaced"
# expect = ["WA values", "RTE"]
# ///
import sys


class Finder:
    def find_spec(self, name, *_):
        raise ImportError(name)


sys.meta_path.insert(0, Finder())
sys.path.insert(0, "/tmp")
for name in [n for n in sys.modules if n.startswith(("numpy", "json"))]:
    sys.modules[name] = None


def solve(x):
    return x
