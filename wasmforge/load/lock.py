"""Reads and writes forge.lock."""

from pathlib import Path

from wasmforge.errors import ForgeError, Problem
from wasmforge.load import toml
from wasmforge.model.lock import LockFile

FILE = "forge.lock"


def read_lock(root: Path) -> LockFile | None:
    """The project's lock, or None when it has none. Raises ForgeError when it cannot be read."""
    path = root / FILE
    return toml.read(path, LockFile, shown=FILE) if path.exists() or path.is_symlink() else None


def need_lock(root: Path) -> LockFile:
    """The project's lock. Raises ForgeError when it has none."""
    lock = read_lock(root)
    if lock is None:
        raise ForgeError(Problem(where=FILE, what="there is none, and --locked was asked for", hint="wasmforge lock"))
    return lock


def write_lock(root: Path, lock: LockFile) -> bool:
    """Write the lock; False when it says the same already."""
    text = render(lock)
    path = root / FILE
    if path.is_file() and path.read_text() == text:
        return False
    from wasmforge.load.write import save

    save(path, text)
    return True


def render(lock: LockFile) -> str:
    """The lock as TOML, the same text for the same lock."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("Which toolchains this project is built with; written by `wasmforge lock`."))
    document.add("format", lock.format)
    for name, architectures in sorted(lock.toolchains.items()):
        table = tomlkit.table(is_super_table=True)
        for architecture, locked in sorted(architectures.items()):
            row = tomlkit.table()
            row.add("origin", locked.origin)
            row.add("identity", locked.identity)
            table.add(architecture, row)
        document.setdefault("toolchains", tomlkit.table(is_super_table=True)).add(name, table)
    return tomlkit.dumps(document)
