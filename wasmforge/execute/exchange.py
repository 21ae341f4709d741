"""Puts one path in another's place in a single step, where the system can. Knows nothing of deliveries."""

import os
from pathlib import Path

AT_FDCWD = -100
RENAME_EXCHANGE = 2
"""Linux's renameat2(2): both paths must be there, and each has the other's content at once."""


def exchange(one: Path, other: Path) -> bool:
    """Let two paths of one file system change places, so that neither is ever missing.

    False when this kernel, C library or file system cannot, or a path is not there; then nothing was done.
    """
    import ctypes  # only a delivery that changed pays for this import

    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    if renameat2 is None:
        return False
    code: int = renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)
    return code == 0
