# /// attack
# tries = "Unpack 4 GiB from 4 MB"
# by = "zlib, one block 4,096 times"
# expect = ["MLE"]
# ///
import zlib

PACKER = zlib.compressobj(9, wbits=-15)
BLOCK = PACKER.compress(bytes(1 << 20)) + PACKER.flush(zlib.Z_FULL_FLUSH)


def solve(x):
    return zlib.decompress(BLOCK * 4096, wbits=-15)
