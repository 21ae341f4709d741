"""Reads sources: their digests, and the names of other files that they mention."""

import hashlib
import os
import re
import stat
from pathlib import Path

from wasmforge.config import inputs
from wasmforge.config.project import Project
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.plan import SourceFile
from wasmforge.safe_paths import read_source


class SourceReader:
    """Reads each file of a project once, however many components have it."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._files: dict[str, SourceFile] = {}
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}

    def file(self, shown: str, mentions: str = "") -> SourceFile:
        """A source by its path from the project's root. `mentions`: what it mentions by this pattern is asked next.

        Raises ForgeError if it cannot be read, is no file, or is a link out of the project.
        """
        if shown in self._files:
            return self._files[shown]
        data, executable = self._read(shown)
        found = SourceFile(path=shown, digest=hashlib.sha256(data).hexdigest(), size=len(data), executable=executable)
        inputs.note(self._place(shown), found.digest)
        self._files[shown] = found
        if mentions:
            self._names[shown, mentions] = _names(mentions, data)
        return found

    def mentions(self, shown: str, pattern: str) -> tuple[str, ...]:
        """What the groups of a regular expression match in a source, each once. Raises ForgeError as `file`.

        The path of a source that was fetched is absolute.
        """
        if not os.path.isabs(shown):  # noqa: PTH117 - for each source of a build
            self.file(shown, pattern)
        if (shown, pattern) not in self._names:
            self._names[shown, pattern] = _names(pattern, self._read(shown)[0])
        return self._names[shown, pattern]

    def _read(self, shown: str) -> tuple[bytes, bool]:
        """Bare calls, because a build reads every file this way."""
        path = self._place(shown)
        try:
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                self._check_link(Path(path), shown)
                mode = Path(path).stat().st_mode
            if not stat.S_ISREG(mode):
                what = "is not a file (a pipe, a socket or a device)"
                raise ForgeError(Problem(where=shown, what=what, hint="move it away"))
            return read_source(path)
        except OSError as e:
            raise ForgeError(Problem(where=shown, what=f"cannot be read: {e.strerror}")) from None

    def _place(self, shown: str) -> str:
        """Where a source is; the path of one that was fetched is absolute."""
        return os.path.join(self._project.root, shown)  # noqa: PTH118 - for each source

    def _check_link(self, path: Path, shown: str) -> None:
        """Refuse a symbolic link that leads out of the project."""
        try:
            outside = not path.resolve().is_relative_to(self._project.root.resolve())
        except (OSError, RuntimeError):
            raise ForgeError(Problem(where=shown, what="is a symbolic link to itself")) from None
        if outside:
            raise ForgeError(
                Problem(where=shown, what="is a symbolic link that leads outside the project", hint="copy the file in")
            )


def _names(pattern: str, data: bytes) -> tuple[str, ...]:
    """What the groups match, as text. Names that are no UTF-8 are kept as the file system would give them."""
    found = (name for match in re.finditer(pattern.encode(), data) for name in match.groups() if name)
    return tuple(dict.fromkeys(name.decode("utf-8", "surrogateescape") for name in found))
