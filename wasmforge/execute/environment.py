"""The fixed environment of every action: nothing of the caller's gets in."""

from collections.abc import Mapping
from pathlib import Path

FIXED = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "SOURCE_DATE_EPOCH": "315532800",  # 1980-01-01, the earliest time a zip file can hold
    "TZ": "UTC",
}


def action_environment(directory: Path, *more: Mapping[str, str]) -> dict[str, str]:
    """What a command sees: the fixed variables, a home and a temporary folder of its own, and those declared."""
    own = directory / ".home"
    own.mkdir(exist_ok=True)
    env = {**FIXED, "HOME": str(own), "TMPDIR": str(own)}
    for part in more:
        env.update(part)
    return env
