"""Reads and writes how long each delivery took, per project, to balance jobs."""

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path

from wasmforge.errors import ForgeError
from wasmforge.model.artifact import Artifact
from wasmforge.safe_paths import read_below
from wasmforge.store.cache_dirs import write_below

FILE = "times.json"


def read_durations(state: Path) -> dict[str, float]:
    """Seconds by delivery label (`matmul@web/release`); invalid entries are left out."""
    try:
        data = json.loads(read_below(state.parent, f"{state.name}/{FILE}"))
        return {str(k): float(v) for k, v in data.items() if isinstance(v, int | float) and 0 <= v < float("inf")}
    except (OSError, ValueError, AttributeError):
        return {}


def write_durations(state: Path, artifacts: Iterable[Artifact]) -> None:
    """Record the seconds of these deliveries; those of others stay."""
    durations = read_durations(state)
    new = durations | {a.label: round(a.seconds, 3) for a in artifacts}
    if new != durations:
        with contextlib.suppress(ForgeError):  # a disk that takes no records was reported already
            write_below(
                state.parent, f"{state.name}/{FILE}", (json.dumps(dict(sorted(new.items())), indent=1) + "\n").encode()
            )
