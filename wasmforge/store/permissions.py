"""Finds who else could have written to a folder, from the owners and modes on its path."""

import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

GROUP_OR_OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


def other_writer(folder: Path, owners: Collection[int], project: Path) -> str:
    """Why a user who is not among `owners` (user ids) can change the content of a folder; empty if nobody can.

    All folders and links on the path are checked, except those on the path to `project`: whoever can replace these can
    replace the sources as well. Raises OSError when the folder cannot be read.
    """
    shared = {project, *project.parents}
    last = folder.resolve()
    for path, status in _walk(folder):
        if path in shared and path != last:
            continue
        if why := _writer(path, status, owners, sticky=path != last):
            return why
    if last.stat().st_mode & (stat.S_IXGRP | stat.S_IXOTH):  # otherwise nobody else can enter
        return next((why for entry in _subfolders(last) if (why := _inner(entry, owners))), "")
    return ""


def owner_of(folder: Path) -> int | None:
    """The user id of the owner of a folder; None if there is no such folder."""
    try:
        return folder.stat().st_uid
    except OSError:
        return None


def _walk(path: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Every folder and symbolic link on the way to a path, with its `lstat` result."""
    current, parts = Path("/"), [*reversed(path.absolute().parts[1:])]
    yield current, current.lstat()
    while parts:
        part = parts.pop()
        if part == os.pardir:
            current = current.parent
            continue
        status = (current / part).lstat()
        yield current / part, status
        if not stat.S_ISLNK(status.st_mode):
            current /= part
            continue
        target = (current / part).readlink()
        current = Path("/") if target.is_absolute() else current
        parts += reversed(target.parts[1:] if target.is_absolute() else target.parts)


def _writer(path: Path | str, status: os.stat_result, owners: Collection[int], *, sticky: bool) -> str:
    """Who else can change a path. `sticky`: a sticky bit is enough, since it protects entries of other owners."""
    if status.st_uid not in owners and not (sticky and _is_unmapped(status.st_uid)):
        return f"{path} belongs to {_user_name(status.st_uid)}"
    if (
        stat.S_ISLNK(status.st_mode)
        or not status.st_mode & GROUP_OR_OTHERS_MAY_WRITE
        or (sticky and status.st_mode & stat.S_ISVTX)
    ):
        return ""
    if status.st_mode & stat.S_IWOTH:
        return f"{path} can be written by everybody (mode {stat.S_IMODE(status.st_mode):o})"
    if _is_private_group(status.st_gid, status.st_uid):
        return ""
    return f"{path} can be written by its group (mode {stat.S_IMODE(status.st_mode):o})"


def _inner(entry: os.DirEntry[str], owners: Collection[int]) -> str:
    return _writer(entry.path, entry.stat(), owners, sticky=False)


def _subfolders(cache: Path) -> Iterator[os.DirEntry[str]]:
    """The folders of a cache, and the folders of its store down to those that hold files."""
    for top in _folders(cache):
        yield top
        if top.name == "store":
            for kind in _folders(top.path):
                yield kind
                yield from _folders(kind.path)


def _folders(path: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(path) as entries:
            return [entry for entry in entries if entry.is_dir()]
    except PermissionError:  # then we cannot read the cache there either
        return []


def _is_unmapped(user: int) -> bool:
    """Whether a user id stands for all users outside this user namespace, such as the host's root."""
    try:
        overflow = int(Path("/proc/sys/kernel/overflowuid").read_text())
        first, outside, count = (int(word) for word in Path("/proc/self/uid_map").read_text().split()[:3])
    except (OSError, ValueError):
        return False
    return user == overflow and (first, outside, count) != (0, 0, 2**32 - 1)


def _is_private_group(group: int, user: int) -> bool:
    """Whether a group has no member but this user: many systems make such a group for each user."""
    import grp
    import pwd

    try:
        entry, owner = grp.getgrgid(group), pwd.getpwuid(user)
    except KeyError:
        return False
    return (entry.gr_name, entry.gr_gid) == (owner.pw_name, owner.pw_gid) and set(entry.gr_mem) <= {owner.pw_name}


def _user_name(user: int) -> str:
    import pwd

    try:
        return f"user {pwd.getpwuid(user).pw_name}"
    except KeyError:
        return f"user {user}"
