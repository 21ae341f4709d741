"""Writes the log of a bug of wasmforge where the user can find it."""

import os
import tempfile
import time
from pathlib import Path

from wasmforge.store.cache_dirs import CacheDirs


def write_bug_log(text: str) -> Path | None:
    """Write a log to the cache folder, or else to a temporary one. Returns its path; None if neither can be written."""
    name = f"bug-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.log"
    for folder in (CacheDirs().cache / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        except OSError:
            continue
        return folder / name
    return None
