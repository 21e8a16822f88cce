# /// attack
# tries = "Type into somebody's terminal"
# by = "TIOCSTI on /dev/tty"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import fcntl
import termios


def solve(x):
    with open("/dev/tty", "wb") as terminal:
        fcntl.ioctl(terminal, termios.TIOCSTI, b"i")
    return x + x
