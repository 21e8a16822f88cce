# /// attack
# tries = "Find the judge's own code"
# by = "import of its packages"
# expect = ["RTE"]
# shows = ["nothing to import"]
# ///
import importlib


def solve(x):
    for name in ("judge", "judge.reference", "judge.plan", "app", "reference"):
        try:
            importlib.import_module(name)
        except ImportError:
            continue
        return x + x
    raise RuntimeError("nothing to import")
