"""Stores the facts of the last executions of each action, per project, for `explain` to compare."""

import contextlib
import hashlib
import json
import weakref
from collections.abc import Mapping
from pathlib import Path

from wasmforge.plan.keys import Facts
from wasmforge.safe_paths import Directory, open_below
from wasmforge.store.cache_dirs import cannot_write

SECONDS = "seconds.json"
SOURCE_DIGESTS = "seen.json"


class History:
    """One small file per action label in `folder` below `root`. If it is lost, only explanations are."""

    def __init__(self, root: Path, folder: str = ".") -> None:
        self._root = root
        self._folder = folder
        self._opened: Directory | None = None

    def record(self, label: str, facts: Facts) -> None:
        """Record that the action was executed with these facts; the facts of the time before stay beside them."""
        head = _json({"label": label, "facts": facts})[:-1] + b',"before":'
        if not self._starts_with(_name(label), head):
            self._write(_name(label), head + _json(self.last(label)) + b"}")

    def last(self, label: str) -> Facts | None:
        """The facts of the last execution; None if there was none."""
        return self._facts(label, "facts")

    def before(self, label: str) -> Facts | None:
        """The facts of the last execution that had other facts than `last`; None if there was none."""
        return self._facts(label, "before")

    def labels(self) -> tuple[str, ...]:
        """The labels of all actions with a record, sorted."""
        labels = []
        for path in (self._root / self._folder).glob("*.json"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                labels.append(str(json.loads(self._read(path.name))["label"]))
        return tuple(sorted(labels))

    def _facts(self, label: str, which: str) -> Facts | None:
        try:
            data = json.loads(self._read(_name(label)))
            return tuple((str(n), str(v)) for n, v in data[which])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def seconds(self) -> dict[str, float]:
        """Seconds that each action's command took the last time, by label, as far as recorded."""
        try:
            data = json.loads(self._read(SECONDS))
            return {str(k): float(v) for k, v in data.items() if isinstance(v, int | float) and 0 <= v < float("inf")}
        except (OSError, ValueError, AttributeError):
            return {}

    def write_seconds(self, seconds: Mapping[str, float]) -> None:
        """Record the seconds of these actions; those of others stay."""
        recorded = self.seconds()
        new = {**recorded, **{label: round(s, 3) for label, s in seconds.items()}}
        if new != recorded:
            self._write(SECONDS, json.dumps(new).encode())

    def source_digests(self) -> dict[str, str]:
        """SHA-256 of each source of the last build, by path; empty if there is no record."""
        try:
            data = json.loads(self._read(SOURCE_DIGESTS))
            return {str(path): str(digest) for path, digest in data.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def write_source_digests(self, digests: Mapping[str, str]) -> None:
        """Record the digests of this build's sources."""
        if digests != self.source_digests():
            self._write(SOURCE_DIGESTS, json.dumps(digests, separators=(",", ":")).encode())

    def _starts_with(self, name: str, head: bytes) -> bool:
        try:
            return self._read(name).startswith(head)
        except OSError:
            return False

    def _read(self, name: str) -> bytes:
        return self._directory(create=False).read(name)

    def _write(self, name: str, data: bytes) -> None:
        try:
            self._directory(create=True).write(name, data)
        except OSError as e:
            raise cannot_write(self._root / self._folder / name, e) from None

    def _directory(self, *, create: bool) -> Directory:
        """The folder. It stays open, since a build looks up every action in it. Raises OSError and ForgeError."""
        if self._opened is None:
            self._opened = open_below(self._root, self._folder, create=create)
            weakref.finalize(self, self._opened.close)
        return self._opened


def _name(label: str) -> str:
    return f"{hashlib.sha256(label.encode()).hexdigest()[:24]}.json"


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
