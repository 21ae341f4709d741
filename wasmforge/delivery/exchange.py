"""Exchanges two paths in one step, where the system can."""

import os

from wasmforge.safe_paths import Directory

RENAME_EXCHANGE = 2
"""Flag of Linux's renameat2(2): exchanges two existing paths atomically."""


def exchange(one: Directory, name: str, other: Directory, other_name: str) -> bool:
    """Exchange two directory entries of one file system, so that neither is ever missing.

    Returns False, and changes nothing, if the kernel, C library or file system cannot do it, or an entry is missing.
    """
    import ctypes  # only a delivery that changed pays for this import

    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)
    if renameat2 is None:
        return False
    names = (one.descriptor, os.fsencode(name), other.descriptor, os.fsencode(other_name))
    code: int = renameat2(*names, RENAME_EXCHANGE)
    return code == 0
