"""Remembers, per project, the facts each action was last done with, so that `explain` can say what is new."""

import hashlib
import json
from pathlib import Path

from wasmforge.execute.store import write_atomic
from wasmforge.plan.keys import Facts


class History:
    """One small file per label below the project's state folder. Losing it loses explanations, nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, label: str, facts: Facts) -> None:
        """The action was done with these facts."""
        data = json.dumps({"label": label, "facts": facts}, separators=(",", ":")).encode()
        path = self._path(label)
        if not path.is_file() or path.read_bytes() != data:
            write_atomic(path, data)

    def last(self, label: str) -> Facts | None:
        """The facts it was last done with, or None when it never was."""
        try:
            said = json.loads(self._path(label).read_bytes())
            return tuple((str(n), str(v)) for n, v in said["facts"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _path(self, label: str) -> Path:
        return self._folder / f"{hashlib.sha256(label.encode()).hexdigest()[:24]}.json"
