# /// attack
# tries = "End the process while it is asked for its parameters"
# by = "an object with a __signature__ of its own, which raises SystemExit"
# expect = ["WA values"]
# hides = ["judge/runner", "inspect.py"]
# ///


class Entry:
    @property
    def __signature__(self):
        raise SystemExit(0)

    def __call__(self, x):
        return x


solve = Entry()
