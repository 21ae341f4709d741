"""An action's private directory: lays its declared inputs in, and takes its declared outputs out."""

import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from wasmforge.execute.places import cannot_write, make_folder
from wasmforge.execute.store import Blob, Store
from wasmforge.model.plan import Action, SourceFile


class ActionError(Exception):
    """The action cannot give what it declares; the message is one line."""


@contextmanager
def private_directory(parent: Path) -> Iterator[Path]:
    """A fresh directory, gone afterwards with all that is in it; its name starts with our process id."""
    make_folder(parent)
    try:
        path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))
    except OSError as e:
        raise cannot_write(parent, e) from None
    try:
        yield path
    finally:
        shutil.rmtree(path, onerror=_force)


def sweep(parent: Path) -> None:
    """Remove what killed processes left behind."""
    for path in parent.glob("*-*") if parent.is_dir() else ():
        pid = path.name.partition("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)


def lay(
    action: Action, root: Path, store: Store, givens: Mapping[str, Blob], links: Mapping[str, str], into: Path
) -> None:
    """Lay every input at its path. Raises ActionError when a source is no longer what the plan saw."""
    for path, source in action.sources.items():
        _write(into / path, _source(root, source), source.executable)
    for path, blob in givens.items():
        data = store.get(blob.digest)
        if data is None:
            raise ActionError(f"{path} was lost from the store during the build; build again")
        _write(into / path, data, blob.executable)
    for name, target in links.items():
        (into / name).symlink_to(target, target_is_directory=True)
    for output in action.outputs:
        make_folder((into / output).parent)


def collect(action: Action, directory: Path, store: Store) -> dict[str, Blob]:
    """Put every declared output into the store. Raises ActionError when one is missing."""
    found: dict[str, Blob] = {}
    for output in action.outputs:
        path = directory / output
        try:
            mode = path.lstat().st_mode
        except OSError:
            raise ActionError(f"did not write {output}, which it declares as its output") from None
        if not stat.S_ISREG(mode):
            raise ActionError(f"wrote {output} as something other than a file")
        found[output] = store.put(path.read_bytes(), executable=bool(mode & 0o111))
    return found


def _source(root: Path, source: SourceFile) -> bytes:
    try:
        data = (root / source.path).read_bytes()
    except OSError as e:
        raise ActionError(f"{source.path} cannot be read any more: {e.strerror}") from None
    if hashlib.sha256(data).hexdigest() != source.digest:
        raise ActionError(f"{source.path} was changed during the build; build again")
    return data


def _write(path: Path, data: bytes, executable: bool) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if executable:
            path.chmod(0o755)
    except OSError as e:
        raise cannot_write(path, e) from None


def _force(_function: object, path: str, _info: object) -> None:
    """A tool may leave folders it made read-only; they are ours to remove all the same."""
    Path(path).parent.chmod(0o700)
    if Path(path).is_dir() and not Path(path).is_symlink():
        Path(path).chmod(0o700)
        shutil.rmtree(path, ignore_errors=True)
    else:
        Path(path).unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
