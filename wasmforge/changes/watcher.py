"""Watches a folder and returns changed files in batches."""

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from wasmforge.config.listing import SKIPPED
from wasmforge.errors import ForgeError, machine_error

STEP_MS = 50
"""Milliseconds of quiet after which a batch is handed on."""

QUIET_S = 0.1
"""Seconds in which nothing may happen before a batch counts as whole: editors write, rename and delete in one go."""

MAX_BATCH_S = 2.0
"""Seconds after which a batch counts as whole, however much goes on."""

STOP_POLL_MS = 100
"""Milliseconds between looks at whether to stop."""

Batch = frozenset[str]


class ChangeQueue:
    """Batches of changed paths, from the folder, with `/`. None is lost while nobody waits for it."""

    def __init__(self) -> None:
        self._batches: queue.Queue[Batch | ForgeError] = queue.Queue()

    def put(self, listening: Batch | ForgeError) -> None:
        """Hand in what was heard, or why nothing can be heard any more."""
        self._batches.put(listening)

    def wait(self) -> Batch:
        """The next batch, once it is whole. Raises ForgeError when nothing can be heard any more."""
        import time

        batch = _raise_error(self._batches.get())
        end = time.monotonic() + MAX_BATCH_S
        while time.monotonic() < end:
            try:
                batch |= _raise_error(self._batches.get(timeout=QUIET_S))
            except queue.Empty:
                break
        return batch


@contextmanager
def watch_folder(root: Path, away: Iterable[Path]) -> Iterator[ChangeQueue]:
    """Hear of everything below `root` from now on, but for hidden folders, packages, and what is below `away`."""
    changes, stop, ready = ChangeQueue(), threading.Event(), threading.Event()
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
    if (
        not name
        or any(f in SKIPPED or f.startswith(".") for f in folders)
        or name in SKIPPED
        or name in VERSION_CONTROL
    ):
        return False
    return not (name.endswith(("~", ".swp", ".swx", ".swo")) or name.startswith((".#", "#")) or name == "4913")


VERSION_CONTROL = frozenset({".git", ".hg", ".svn", ".jj", ".wasmforge"})
"""Folders that tell of a change in themselves; 4913 is a file by which vim finds out what it may do."""


def _listen(
    root: Path, hidden: tuple[Path, ...], changes: ChangeQueue, stop: threading.Event, ready: threading.Event
) -> None:
    import watchfiles

    def interesting(change: watchfiles.Change, path: str) -> bool:
        full = Path(path)
        if change is watchfiles.Change.modified and full.is_dir():
            return False  # what is in it has changed, which is told as well
        return matters(full.relative_to(base).as_posix()) and not any(full.is_relative_to(h) for h in hidden)

    def message(change: watchfiles.Change, path: str) -> str:
        inner = Path(path).relative_to(base)
        gone = change is watchfiles.Change.deleted and not inner.suffix
        return f"{inner.as_posix()}/" if gone else inner.as_posix()  # a folder, perhaps: of its files nothing is told

    def listen(*, tolerant: bool) -> None:
        for found in watchfiles.watch(
            base,
            watch_filter=interesting,
            step=STEP_MS,
            stop_event=stop,
            rust_timeout=STOP_POLL_MS,
            yield_on_timeout=True,
            ignore_permission_denied=tolerant,
        ):
            ready.set()
            if found:
                changes.put(frozenset(message(*one) for one in found))

    base = root.resolve()
    try:
        try:
            listen(tolerant=False)
        except PermissionError:  # only then: watchfiles is silent about all other errors as well
            listen(tolerant=True)
    except Exception as e:
        hint = "WATCHFILES_FORCE_POLLING=1 does without the system's help; or let it watch more files"
        changes.put(machine_error(f"cannot be watched: {e}", where=str(root), hint=hint))
    finally:
        ready.set()


def _raise_error(listening: Batch | ForgeError) -> Batch:
    if isinstance(listening, ForgeError):
        raise listening
    return listening
