# /// attack
# tries = "Crash by the processor"
# by = "ud2 in a page of its own"
# expect = ["RTE"]
# shows = ["SIGILL", "SIGSYS", "PermissionError"]
# uses = ["machine_code"]
# ///
def solve(x):
    call(b"\x0f\x0b\xc3")
