"""Remembers, per project, the facts each action was last done with and those before, for `explain` to compare."""

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from wasmforge.execute.store import write_atomic
from wasmforge.plan.keys import Facts

SECONDS = "seconds.json"
SEEN = "seen.json"


class History:
    """One small file per label below the project's state folder. Losing it loses explanations, nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self, label: str, facts: Facts) -> None:
        """The action was done with these facts. What it was done with before is kept beside them."""
        head = _json({"label": label, "facts": facts})[:-1] + b',"before":'
        path = self._path(label)
        if not path.is_file() or not path.read_bytes().startswith(head):
            write_atomic(path, head + _json(self.last(label)) + b"}")

    def last(self, label: str) -> Facts | None:
        """The facts it was last done with, or None when it never was."""
        return self._facts(label, "facts")

    def before(self, label: str) -> Facts | None:
        """The facts it was done with the time before they were other than the last; None when there was none."""
        return self._facts(label, "before")

    def labels(self) -> tuple[str, ...]:
        """Every action that was ever done here, sorted."""
        found = []
        for path in self._folder.glob("*.json"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                found.append(str(json.loads(path.read_bytes())["label"]))
        return tuple(sorted(found))

    def _facts(self, label: str, which: str) -> Facts | None:
        try:
            said = json.loads(self._path(label).read_bytes())
            return tuple((str(n), str(v)) for n, v in said[which])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def seconds(self) -> dict[str, float]:
        """How long each action's command took when it was last done, as far as that is known."""
        try:
            said = json.loads((self._folder / SECONDS).read_bytes())
            return {str(k): float(v) for k, v in said.items() if isinstance(v, int | float) and 0 <= v < float("inf")}
        except (OSError, ValueError, AttributeError):
            return {}

    def keep_seconds(self, seconds: Mapping[str, float]) -> None:
        """Write down how long these took, beside what is known of others."""
        known = self.seconds()
        new = {**known, **{label: round(s, 3) for label, s in seconds.items()}}
        if new != known:
            write_atomic(self._folder / SECONDS, json.dumps(new).encode())

    def seen(self) -> dict[str, str]:
        """Digests of the sources of the last build, by path, as far as they are known."""
        try:
            said = json.loads((self._folder / SEEN).read_bytes())
            return {str(path): str(digest) for path, digest in said.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def keep_seen(self, digests: Mapping[str, str]) -> None:
        """Write down the digests of this build's sources."""
        if digests != self.seen():
            write_atomic(self._folder / SEEN, json.dumps(digests, separators=(",", ":")).encode())

    def _path(self, label: str) -> Path:
        return self._folder / f"{hashlib.sha256(label.encode()).hexdigest()[:24]}.json"


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
