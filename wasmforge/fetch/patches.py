"""Applies patches to files in memory: unified diffs, as `diff -u`, git and quilt write them. Pure.

`unidiff` parses them. Every hunk must fit exactly where it says: the sources are pinned, so a patch that fits somewhere
else was made for others. Bytes are kept as they are: text is read as Latin-1, and a line ends with a newline alone.
"""

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from unidiff.patch import Hunk, PatchedFile

DEV_NULL = "/dev/null"

MAX_SHOWN = 60
"""Characters of a line that are shown."""

Read = Callable[[str], bytes | None]
"""The bytes of a file of the tree by its path; None if there is no such file."""


class PatchError(Exception):
    """The patch does not apply: `line` is that of the patch (0: the whole of it), the message one line."""

    def __init__(self, line: int, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.line = line
        self.hint = hint


def apply_patch(patch: bytes, read: Read) -> dict[str, bytes | None]:
    """The files that the patch changes, by path, as they are afterwards; None for those that it deletes.

    Names in the patch have one leading folder more than the tree (`a/` and `b/`). Raises PatchError.
    """
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    lines = _split(patch)
    try:
        files = PatchSet(lines)
    except UnidiffParseError as e:
        raise PatchError(0, f"is no unified diff: {_short(str(e))}", "write it with `diff -u` or `git diff`") from None
    _demand_all_hunks(files, lines)
    changed: dict[str, bytes | None] = {}

    def current(path: str) -> bytes | None:
        return changed[path] if path in changed else read(path)

    for file in files:
        _apply_to_file(file, current, changed)
    if not changed:
        raise PatchError(0, "changes nothing: it has no hunk", "write it with `diff -u` or `git diff`")
    return changed


def _split(data: bytes) -> list[str]:
    """The lines with their ends; unlike `splitlines`, a form feed ends none."""
    parts = data.decode("latin-1").split("\n")
    return [*(f"{part}\n" for part in parts[:-1]), *([parts[-1]] if parts[-1] else [])]


def _demand_all_hunks(files: "Sequence[PatchedFile]", lines: Sequence[str]) -> None:
    """Raise PatchError for the header of a hunk that the parser took for a comment."""
    parsed = sum(len(file) for file in files)
    headers = [number for number, line in enumerate(lines, 1) if line.startswith("@@")]
    if len(headers) != parsed:
        raise PatchError(headers[0] if headers else 0, "has the header of a hunk that cannot be read")


def _apply_to_file(file: "PatchedFile", current: Read, changed: dict[str, bytes | None]) -> None:
    where = file.diff_line_no or 0
    _demand_text(file, where)
    old = None if file.source_file == DEV_NULL else _path(file.source_file, where)
    new = None if file.target_file == DEV_NULL else _path(file.target_file, where)
    if old is None:
        if new is None or current(new) is not None:
            raise PatchError(where, f"makes {new}, which is there already")
        changed[new] = _patched(b"", new, file)
        return
    if (data := current(old)) is None:
        hint = "names in a patch have one leading folder more than the tree: a/FILE"
        raise PatchError(where, f"changes {old}, which is not there", hint)
    result = _patched(data, old, file)
    if new is None and result:
        raise PatchError(where, f"deletes {old}, but lines of it would be left")
    is_renamed = new is not None and new != old and any(w.startswith("rename to") for w in file.patch_info or ())
    if new is None or is_renamed:
        changed[old] = None
    if new is not None:  # the names of `diff -u FILE.orig FILE` differ too, and the first one counts
        changed[new if is_renamed else old] = result


def _demand_text(file: "PatchedFile", where: int) -> None:
    """Raise PatchError for what is no text of a plain file."""
    if file.is_binary_file:
        raise PatchError(where, f"{file.target_file} is binary, and only text is patched")
    if file.is_symlink or file.is_submodule:
        raise PatchError(where, f"{file.target_file} is a link or a submodule, and only files are patched")
    if any(line.startswith(("copy from", "copy to")) for line in file.patch_info or ()):
        hint = "write it with `git diff --no-renames`"
        raise PatchError(where, f"{file.target_file} is a copy, which is not supported", hint)


def _path(name: str, line: int) -> str:
    """The path in the tree of a name in a patch. Raises PatchError for one that leads out."""
    if name.startswith('"'):
        raise PatchError(line, f"{name} is a quoted name, which is not supported")
    path = PurePosixPath(name)
    parts = path.parts[1:] if len(path.parts) > 1 else path.parts
    if path.is_absolute() or ".." in parts or not parts:
        raise PatchError(line, f"{name!r} leads out of the tree")
    return "/".join(parts)


def _patched(data: bytes, path: str, file: "PatchedFile") -> bytes:
    """The bytes of a file with all hunks applied."""
    old = _split(data)
    new: list[str] = []
    done = 0
    for number, hunk in enumerate(file, 1):
        start = hunk.source_start - 1 if hunk.source_length else hunk.source_start
        before, after = _sides(hunk)
        where = (hunk[0].diff_line_no or 1) - 1 if len(hunk) else 0
        if old and not before:
            what = f"hunk {number} has no line of {path} that says where it belongs"
            raise PatchError(where, what, "write it with three lines around each change, as `diff -u` does")
        if start < done or old[start : start + len(before)] != before:
            raise _mismatch(number, path, start, before, old, where)
        new += (*old[done:start], *after)
        done = start + len(before)
    return "".join((*new, *old[done:])).encode("latin-1")


def _sides(hunk: "Hunk") -> tuple[list[str], list[str]]:
    """The lines of a hunk as they were and as they will be; the last may have no newline."""
    before: list[str] = []
    after: list[str] = []
    previous = ""
    for line in hunk:
        kind, value = line.line_type, line.value
        if kind == "\\":
            _without_newline(before, after, previous)
            continue
        if kind in (" ", "-"):
            before.append(value)
        if kind in (" ", "+"):
            after.append(value)
        previous = kind
    return before, after


def _without_newline(before: list[str], after: list[str], previous: str) -> None:
    """The line that was read last has no newline at its end."""
    for side, kinds in ((before, " -"), (after, " +")):
        if previous in kinds and side:
            side[-1] = side[-1].removesuffix("\n")


def _mismatch(number: int, path: str, start: int, before: list[str], old: list[str], line: int) -> PatchError:
    """The error for a hunk that does not fit: the first line that differs, and where the hunk would fit."""
    at = next((i for i, text in enumerate(before) if old[start + i : start + i + 1] != [text]), 0)
    found = old[start + at] if 0 <= start + at < len(old) else None
    what = f"hunk {number} does not fit {path}:{start + at + 1}: expected {_shown(before[at : at + 1])}, "
    what += "the file has no such line" if found is None else f"found {_shown([found])}"
    hint = "the patch is for another version, or an earlier patch changed these lines: make it anew from these sources"
    if found is not None and before and found.rstrip("\r\n") == before[at].rstrip("\r\n"):
        hint = "only the ends of the lines differ: one has CR LF, the other LF, or one has no newline at the end"
    elif elsewhere := [i for i in range(len(old)) if before and old[i : i + len(before)] == before]:
        hint = f"it would fit at line {elsewhere[0] + 1}: make it anew from these sources"
    return PatchError(line, what, hint)


def _shown(lines: Sequence[str]) -> str:
    return repr(_short(lines[0].rstrip("\r\n"))) if lines else "nothing"


def _short(text: str) -> str:
    text = text.rstrip()
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
