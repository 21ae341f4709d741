"""An action's private directory: lays its declared inputs in, and takes its declared outputs out."""

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from wasmforge.execute.lock import held, is_held
from wasmforge.execute.places import cannot_write, make_folder
from wasmforge.execute.store import NEW, Blob, Store
from wasmforge.model.plan import Action, SourceFile
from wasmforge.wasm import Malformed, read


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
        with held(path):
            yield path
    finally:
        remove(path)


def sweep(parent: Path) -> None:
    """Remove what killed processes left behind: its name bears the id of none that runs here, and nobody holds it."""
    for path in parent.glob("*-*") if parent.is_dir() else ():
        pid = path.name.removeprefix(NEW).partition("-")[0]
        if pid.isdigit() and not alive(int(pid)) and not is_held(path):
            remove(path)


def lay(
    action: Action, root: Path, store: Store, givens: Mapping[str, Blob], links: Mapping[str, str], into: Path
) -> None:
    """Lay every input at its path. Raises ActionError when a source is no longer what the plan saw."""
    for path, source in action.sources.items():
        _write(f"{into}/{path}", _source(root, source), source.executable)
    for path, blob in givens.items():
        data = store.get(blob.digest)
        if data is None:
            raise ActionError(f"{path} was lost from the store during the build; build again")
        if blob.folder:
            from wasmforge.execute.folders import unpack

            unpack(data, into / path)
        else:
            _write(f"{into}/{path}", data, blob.executable)
    for path in action.placeholders:
        _write(f"{into}/{path}", b"", False)
    for name, target in links.items():
        (into / name).symlink_to(target, target_is_directory=True)
    for output in action.outputs:  # a folder is there from the start: a command may find that nothing belongs in it
        make_folder(into / output if output.endswith("/") else (into / output).parent)


def collect(action: Action, directory: Path, store: Store) -> dict[str, Blob]:
    """Put every declared output into the store. Raises ActionError when one is missing."""
    found: dict[str, Blob] = {}
    for output in action.outputs:
        path = directory / output.rstrip("/")
        try:
            mode = path.lstat().st_mode
        except OSError:
            raise ActionError(f"did not write {output}, which it declares as its output") from None
        if output.endswith("/") and stat.S_ISDIR(mode):
            from wasmforge.execute.folders import pack

            found[output] = store.put(pack(path), folder=True)
            continue
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "a symbolic link" if stat.S_ISLNK(mode) else "something else"
            raise ActionError(f"wrote {output} as {kind}, not as a file")
        data = path.read_bytes()
        if output.endswith(".wasm"):
            _whole(output, data)
        found[output] = store.put(data, executable=bool(mode & 0o111))
    return found


def _whole(output: str, data: bytes) -> None:
    """A tool may end well and leave half a module, on a full disk for instance: that must not be kept."""
    if not data:
        raise ActionError(f"wrote {output} with nothing in it (0 bytes)")
    try:
        read(data)
    except Malformed as e:
        raise ActionError(f"wrote {output}, which is not a whole WebAssembly module: {e}") from None


def _source(root: Path, source: SourceFile) -> bytes:
    try:
        # a file beside a bundled recipe has a path of its own, from the top
        with open(os.path.join(root, source.path), "rb", buffering=0) as file:  # noqa: PTH118, PTH123 - for each input
            data = file.read()
    except OSError as e:
        raise ActionError(f"{source.path} cannot be read any more: {e.strerror}") from None
    if hashlib.sha256(data).hexdigest() != source.digest:
        raise ActionError(f"{source.path} was changed during the build; build again")
    return data


def _write(path: str, data: bytes, executable: bool) -> None:
    try:
        try:
            file = open(path, "wb")  # noqa: PTH123, SIM115 - for each input of each action; closed below
        except FileNotFoundError:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            file = open(path, "wb")  # noqa: PTH123, SIM115 - as above
        with file:
            file.write(data)
        if executable:
            Path(path).chmod(0o755)
    except OSError as e:
        raise cannot_write(Path(path), e) from None


def remove(path: Path) -> None:
    """Remove a directory of ours, also what a tool made read-only in it; what will not go is left to a later sweep."""
    with contextlib.suppress(OSError):
        path.chmod(0o700)
        for folder, folders, _ in os.walk(path):
            for name in folders:
                inner = Path(folder, name)
                if not inner.is_symlink():
                    inner.chmod(0o700)
        if not path.is_dir():
            path.unlink()
    shutil.rmtree(path, ignore_errors=True)


def alive(pid: int) -> bool:
    """Whether a process with this id runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
