# /// attack
# tries = "Outlive the time limit"
# by = "every signal ignored, alarms cancelled"
# expect = ["TLE"]
# wall_s = 0.5
# ///
import signal

for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass


def solve(x):
    while True:
        signal.alarm(0)
