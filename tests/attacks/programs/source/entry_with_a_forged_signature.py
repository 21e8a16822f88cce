# /// attack
# tries = "Have its signature run code"
# by = "__signature__ that raises SystemExit"
# expect = ["WA values"]
# ///
class Entry:
    @property
    def __signature__(self):
        raise SystemExit(0)

    def __call__(self, x):
        return x


solve = Entry()
