# Says whether a program before has left something, found by `look`; if not, leaves it by `leave`.
SEEN = "found what " + "was left"


def solve(x):
    try:
        found = look()
    except Exception:
        found = False
    if found:
        print(SEEN)
        return x + x
    try:
        leave()
    except Exception as error:
        print(f"could not leave it: {error}")
    return x
