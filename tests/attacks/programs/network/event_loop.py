# /// attack
# tries = "Send the problem out, later"
# by = "asyncio"
# expect = ["RTE"]
# shows = ["Error", "SIGSYS"]
# ///
import asyncio

PORT = 0


async def send():
    await asyncio.open_connection("127.0.0.1", PORT)


def solve(x):
    asyncio.run(send())
    return x + x
