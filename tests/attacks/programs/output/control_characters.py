# /// attack
# tries = "Have the reader's terminal obey"
# by = "escapes in prints and in an exception"
# expect = ["RTE"]
# shows = ["refused"]
# hides = ["\\u001b", "\u001b", "\u009b", "\u0007", "\u202e", "\u0000"]
# ///
def solve(x):
    print("\x1b[2J\x1b]0;title\x07\x9b31m\u202egnp.exe\x00")
    raise RuntimeError("\x1b]8;;http://example.org\x1b\\ refused")
