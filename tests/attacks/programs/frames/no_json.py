# /// attack
# tries = "Break the parser"
# by = "a header that is no JSON"
# expect = ["RTE"]
# uses = ["frames"]
# ///
def solve(x):
    send(frame(b"\x80\x04\x95pickle\xff\xfe"))
    return x + x
