# /// attack
# tries = "Open a socket by another number"
# by = "socketcall through int 0x80"
# expect = ["RTE"]
# shows = ["refused", "SIGSYS", "SIGSEGV"]
# uses = ["machine_code"]
# ///
# mov eax, 102; mov ebx, 1; xor ecx, ecx; int 0x80; ret
CODE = b"\xb8\x66\0\0\0\xbb\1\0\0\0\x31\xc9\xcd\x80\xc3"


def solve(x):
    call(CODE)
    return x + x
