"""Removes entries of PATH that lead into the project: a stranger may have put programs there.

Done once, before anything else is, so that it holds for whatever we start and for what that starts. Runs ahead of
`uptodate.py`, and so imports next to nothing.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Places = tuple[str, ...]

left_out: list[str] = []
"""The entries of this process's PATH that were left out because they lie in the project's folder."""

OPTION = "--trust-project"


def clean_search_path(argv: list[str]) -> None:
    """Set PATH anew if there is something to be left out. An entry that is not absolute always is: it means another
    folder wherever a program is started, and in a project it is one of the project's.
    """
    left_out.clear()
    said = os.environ.get("PATH")
    if said is None:
        return
    entries = said.split(os.pathsep)
    entries_kept = [entry for entry in entries if os.path.isabs(entry)]
    if "--" in argv:
        argv = argv[: argv.index("--")]  # the rest is for a program of the project
    if OPTION not in argv and (starts := [start for start in _starts(argv) if _tops(start)]):
        cache_dirs = {entry: _places(entry) for entry in entries_kept}
        roots = [root for start in starts for root in _roots(start, cache_dirs.values())]
        within = [entry for entry in entries_kept if any(_is_in(cache_dirs[entry], root) for root in roots)]
        left_out.extend(within)
        entries_kept = [entry for entry in entries_kept if entry not in within]
    if entries_kept == entries:
        return
    if entries_kept:
        os.environ["PATH"] = os.pathsep.join(entries_kept)
    else:
        del os.environ["PATH"]  # an empty one would be the current folder


def _starts(argv: list[str]) -> list[str]:
    """The folders that a project may be looked for from: here, and where `-C` says."""
    try:
        here = os.getcwd()
    except OSError:  # it was deleted
        return []
    said = [argv[i + 1] for i, word in enumerate(argv[:-1]) if word == "-C"]
    said += [word[2:].removeprefix("=") for word in argv if word.startswith("-C") and word != "-C"]
    return [here, *(os.path.join(here, folder) for folder in said)]


def _tops(start: str) -> list[str]:
    """The folders around `start` that have a forge.toml, the innermost first."""
    folder, found = os.path.realpath(start), []
    while True:
        if os.path.lexists(os.path.join(folder, "forge.toml")):
            found.append(folder)
        above = os.path.dirname(folder)
        if above == folder:
            return found
        folder = above


def _roots(start: str, cache_dirs: "Iterable[Places]") -> list[str]:
    """The folder of the project that `start` is in; nothing where no entry could be in it."""
    found = _tops(start)
    if not any(_is_in(each, found[-1]) for each in cache_dirs):
        return []
    if len(found) == 1:
        return found
    from pathlib import Path

    from wasmforge.config.project import find_root_or_none
    from wasmforge.errors import ForgeError

    try:
        return [str(find_root_or_none(Path(start)))]
    except ForgeError:
        return found


def _places(entry: str) -> "Places":
    """A folder as it is called and as it is, so far as these do not belong to the Python environment that runs us: who
    can write there need not wait for a program to be looked for.
    """
    ours = (sys.prefix, os.path.realpath(sys.prefix))
    cache_dirs = (os.path.abspath(entry), os.path.realpath(entry))
    return tuple(place for place in cache_dirs if not any(_below(place, each) for each in ours))


def _is_in(cache_dirs: "Places", root: str) -> bool:
    return any(_below(place, root) for place in cache_dirs)


def _below(place: str, folder: str) -> bool:
    return place == folder or place.startswith(folder.rstrip(os.sep) + os.sep)
