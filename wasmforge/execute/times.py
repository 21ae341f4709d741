"""Remembers, per project, how long each delivery's commands took, to share work out by; losing it costs little."""

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path

from wasmforge.errors import ForgeError
from wasmforge.execute.store import write_atomic
from wasmforge.model.artifact import Artifact

NAME = "times.json"


def read_times(state: Path) -> dict[str, float]:
    """Seconds by label (`matmul@web/release`); those that are damaged are not there."""
    try:
        said = json.loads((state / NAME).read_bytes())
        return {str(k): float(v) for k, v in said.items() if isinstance(v, int | float) and 0 <= v < float("inf")}
    except (OSError, ValueError, AttributeError):
        return {}


def note_times(state: Path, artifacts: Iterable[Artifact]) -> None:
    """Write down what these took, beside what is known of others."""
    known = read_times(state)
    new = known | {a.label: round(a.seconds, 3) for a in artifacts}
    if new != known:
        with contextlib.suppress(ForgeError):  # a disk that takes no record of the build has been told of already
            write_atomic(state / NAME, (json.dumps(dict(sorted(new.items())), indent=1) + "\n").encode())
