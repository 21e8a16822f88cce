# /// attack
# tries = "Fork by a number that means something else here"
# by = "int 0x80 with eax = 2"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS", "SIGSEGV"]
# uses = ["machine_code"]
# ///
# mov eax, 2; int 0x80; ret
CODE = b"\xb8\2\0\0\0\xcd\x80\xc3"


def solve(x):
    call(CODE)
    return x + x
