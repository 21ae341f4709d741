"""Hears of changed files below a folder, in batches; the home of watchfiles. Knows no components."""

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from wasmforge.errors import ForgeError, machine
from wasmforge.load.listing import SKIPPED

STEP = 50
"""Milliseconds of quiet after which a batch is handed on."""

QUIET = 0.1
"""Seconds in which nothing may happen before a batch counts as whole: editors write, rename and delete in one go."""

LONGEST = 2.0
"""Seconds after which a batch counts as whole, however much goes on."""

WAKE = 100
"""Milliseconds between looks at whether to stop."""

Batch = frozenset[str]


class Changes:
    """Batches of changed paths, from the folder, with `/`. None is lost while nobody waits for it."""

    def __init__(self) -> None:
        self._heard: queue.Queue[Batch | ForgeError] = queue.Queue()

    def put(self, heard: Batch | ForgeError) -> None:
        """Hand in what was heard, or why nothing can be heard any more."""
        self._heard.put(heard)

    def wait(self) -> Batch:
        """The next batch, once it is whole. Raises ForgeError when nothing can be heard any more."""
        import time

        batch = _batch(self._heard.get())
        end = time.monotonic() + LONGEST
        while time.monotonic() < end:
            try:
                batch |= _batch(self._heard.get(timeout=QUIET))
            except queue.Empty:
                break
        return batch


@contextmanager
def watching(root: Path, away: Iterable[Path]) -> Iterator[Changes]:
    """Hear of everything below `root` from now on, but for hidden folders, packages, and what is below `away`."""
    changes, stop, ready = Changes(), threading.Event(), threading.Event()
    hidden = tuple(a.resolve() for a in away)
    thread = threading.Thread(target=_listen, args=(root, hidden, changes, stop, ready), name="watch", daemon=True)
    thread.start()
    ready.wait()
    try:
        yield changes
    finally:
        stop.set()
        thread.join()


def matters(path: str) -> bool:
    """Whether a path, from the root, may be of interest: not version control's, a package's or an editor's own."""
    *folders, name = PurePosixPath(path).parts or ("",)
    if not name or any(f in SKIPPED or f.startswith(".") for f in folders) or name in SKIPPED or name in OTHERS:
        return False
    return not (name.endswith(("~", ".swp", ".swx", ".swo")) or name.startswith((".#", "#")) or name == "4913")


OTHERS = frozenset({".git", ".hg", ".svn", ".jj", ".wasmforge"})
"""Folders that tell of a change in themselves; 4913 is a file by which vim finds out what it may do."""


def _listen(
    root: Path, hidden: tuple[Path, ...], changes: Changes, stop: threading.Event, ready: threading.Event
) -> None:
    import watchfiles

    def interesting(change: watchfiles.Change, path: str) -> bool:
        full = Path(path)
        if change is watchfiles.Change.modified and full.is_dir():
            return False  # what is in it has changed, which is told as well
        return matters(full.relative_to(base).as_posix()) and not any(full.is_relative_to(h) for h in hidden)

    def told(change: watchfiles.Change, path: str) -> str:
        inner = Path(path).relative_to(base)
        gone = change is watchfiles.Change.deleted and not inner.suffix
        return f"{inner.as_posix()}/" if gone else inner.as_posix()  # a folder, perhaps: of its files nothing is told

    def listen(*, tolerant: bool) -> None:
        for found in watchfiles.watch(
            base,
            watch_filter=interesting,
            step=STEP,
            stop_event=stop,
            rust_timeout=WAKE,
            yield_on_timeout=True,
            ignore_permission_denied=tolerant,
        ):
            ready.set()
            if found:
                changes.put(frozenset(told(*one) for one in found))

    base = root.resolve()
    try:
        try:
            listen(tolerant=False)
        except PermissionError:  # only then: watchfiles is silent about all other errors as well
            listen(tolerant=True)
    except Exception as e:
        hint = "WATCHFILES_FORCE_POLLING=1 does without the system's help; or let it watch more files"
        changes.put(machine(f"cannot be watched: {e}", where=str(root), hint=hint))
    finally:
        ready.set()


def _batch(heard: Batch | ForgeError) -> Batch:
    if isinstance(heard, ForgeError):
        raise heard
    return heard
