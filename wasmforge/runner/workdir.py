"""An action's private directory: writes its declared inputs, and collects its declared outputs."""

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from wasmforge.errors import ForgeError
from wasmforge.model.plan import Action, SourceFile
from wasmforge.model.units import format_size
from wasmforge.process import is_alive
from wasmforge.safe_paths import open_below, read_source
from wasmforge.store.cache_dirs import cannot_write, make_folder
from wasmforge.store.file_io import CHUNK_BYTES, MIN_REFLINK_BYTES, NEW, HashingWriter
from wasmforge.store.file_lock import is_in_use, mark_in_use
from wasmforge.store.store import Blob, Store
from wasmforge.wasm import Malformed, read

MAX_OUTPUT_BYTES = 2 * 1024**3
"""Largest output file, or sum of the files of an output folder, in bytes."""

MAX_MODULE_BYTES = 1024**3
"""Largest module in bytes: no engine takes more. Modules are checked, so they are in memory as a whole."""


class ActionError(Exception):
    """The action cannot produce its declared outputs; the message is one line."""


@contextmanager
def private_directory(parent: Path) -> Iterator[Path]:
    """A new directory that is removed afterwards; its name begins with our process id."""
    make_folder(parent)
    try:
        path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent))
    except OSError as e:
        raise cannot_write(parent, e) from None
    try:
        with mark_in_use(path):
            yield path
    finally:
        remove(path)


def sweep(parent: Path) -> None:
    """Remove what killed processes left: the id in the name is of no running process, and no process has it in use."""
    for path in parent.glob("*-*") if parent.is_dir() else ():
        pid = path.name.removeprefix(NEW).partition("-")[0]
        if pid.isdigit() and not is_alive(int(pid)) and not is_in_use(path):
            remove(path)


def write_inputs(
    action: Action, root: Path, store: Store, generated_inputs: Mapping[str, Blob], links: Mapping[str, str], into: Path
) -> None:
    """Write every input to its path. Raises ActionError if a source has changed since it was planned."""
    for path, source in action.sources.items():
        _write(f"{into}/{path}", _source(root, source), source.executable)
    for path, blob in generated_inputs.items():
        if not _write_blob(blob, into / path, store):
            raise ActionError(f"{path} was lost from the store during the build; build again")
    for path in action.placeholders:
        _write(f"{into}/{path}", b"", False)
    for name, target in links.items():
        (into / name).symlink_to(target, target_is_directory=True)
    for output in action.outputs:  # an output folder exists from the start: a command may have nothing to write into it
        make_folder(into / output if output.endswith("/") else (into / output).parent)


def _write_blob(blob: Blob, path: Path, store: Store) -> bool:
    """Write the output of another action; False if the store does not have it any more."""
    if blob.folder:
        from wasmforge.store.folder_tar import unpack

        if (archive := store.open(blob.digest)) is None:
            return False
        with archive:
            unpack(archive, path)
        return True
    if blob.size < MIN_REFLINK_BYTES:
        if (data := store.get(blob.digest)) is None:
            return False
        _write(str(path), data, blob.executable)
        return True
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not store.materialize(blob, path):
            return False
        if blob.executable:
            path.chmod(0o755)
    except OSError as e:
        raise cannot_write(path, e) from None
    return True


def collect_outputs(
    action: Action, directory: Path, store: Store, max_bytes: int = MAX_OUTPUT_BYTES
) -> dict[str, Blob]:
    """Put every declared output into the store. Raises ActionError if one is missing or has over `max_bytes` bytes."""
    return {output: _collect(output, directory, store, max_bytes) for output in action.outputs}


def _collect(output: str, directory: Path, store: Store, max_bytes: int) -> Blob:
    status, handle = _status_of(output, directory)
    if handle is None:
        if output.endswith("/") and stat.S_ISDIR(status.st_mode):
            return _collect_folder(output, directory / output.rstrip("/"), store, max_bytes)
        raise ActionError(f"wrote {output} as {_kind(status.st_mode)}, not as a file")
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        module = output.endswith(".wasm")
        size, max_bytes = status.st_size, min(max_bytes, MAX_MODULE_BYTES) if module else max_bytes
        if size > max_bytes:
            raise _too_large(output, size, max_bytes)
        executable = bool(status.st_mode & 0o111)
        if size < MIN_REFLINK_BYTES or module:
            data = file.read(size)
            if module:
                _check_module(output, data)
            return store.put(data, executable=executable)
        return store.put_streamed(lambda to: _copy(file, to, size), executable=executable)


def _status_of(output: str, directory: Path) -> tuple[os.stat_result, int | None]:
    """The `lstat` result of an output and, if it is a file, a descriptor to read it. No link is followed.

    A process that replaces the output in the meantime can neither lead us out of the directory nor block us.
    """
    path = PurePosixPath(output)
    try:
        with open_below(directory, path.parent) as above:
            if (status := above.status(path.name)) is None:
                raise FileNotFoundError
            return status, above.open_file(path.name) if stat.S_ISREG(status.st_mode) else None
    except FileNotFoundError:
        raise ActionError(f"did not write {output}, which it declares as its output") from None
    except OSError as e:
        raise ActionError(f"wrote {output}, which cannot be read: {(e.strerror or str(e)).lower()}") from None
    except ForgeError as e:
        raise ActionError(f"wrote {output} behind a symbolic link: {e}") from None


def _copy(file: IO[bytes], to: HashingWriter, size: int) -> None:
    """Copy at most `size` bytes: a process that outlived its command may still append to the file."""
    while to.size < size and (chunk := file.read(min(CHUNK_BYTES, size - to.size))):
        to.write(chunk)


def _collect_folder(output: str, path: Path, store: Store, max_bytes: int) -> Blob:
    from wasmforge.store.folder_tar import NotPackedError, pack

    size = sum(p.lstat().st_size for p in path.rglob("*") if not p.is_symlink() and p.is_file())
    if size > max_bytes:
        raise _too_large(output, size, max_bytes)
    try:
        return store.put_streamed(lambda to: pack(path, to), folder=True)
    except NotPackedError as e:
        raise ActionError(f"wrote {output}, in which {e}") from None


def _too_large(output: str, size: int, max_bytes: int) -> ActionError:
    return ActionError(f"wrote {output} with {format_size(size)}; an output has at most {format_size(max_bytes)}")


def _kind(mode: int) -> str:
    kinds = {
        stat.S_IFDIR: "a folder",
        stat.S_IFLNK: "a symbolic link",
        stat.S_IFIFO: "a named pipe",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "something else")


def _check_module(output: str, data: bytes) -> None:
    """Raise ActionError for an incomplete module: a tool may exit with 0 and leave half of it, e.g. on a full disk."""
    if not data:
        raise ActionError(f"wrote {output} with nothing in it (0 bytes)")
    try:
        read(data)
    except Malformed as e:
        raise ActionError(f"wrote {output}, which is not a whole WebAssembly module: {e}") from None


def _source(root: Path, source: SourceFile) -> bytes:
    try:
        # the path of a file beside a bundled recipe is absolute
        data, _ = read_source(os.path.join(root, source.path))  # noqa: PTH118 - for each input
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
    """Remove a directory of ours, including read-only entries; what cannot be removed is left to a later sweep."""
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
