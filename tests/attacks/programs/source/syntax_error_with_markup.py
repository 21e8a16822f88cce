# /// attack
# tries = "Have markup in the message of the compiler"
# by = "HTML and escapes in a line that is wrong"
# expect = ["CE"]
# ///
def solve(x):
    return <script>alert(1)</script>
