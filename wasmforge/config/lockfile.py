"""Reads and writes forge.lock."""

from pathlib import Path

from wasmforge.config import inputs, toml
from wasmforge.errors import ForgeError, Problem
from wasmforge.model.lockfile import LockFile
from wasmforge.safe_paths import read_bounded

LOCK_FILE = "forge.lock"


def read_lock(root: Path) -> LockFile | None:
    """The project's lock, or None if it has none. Raises ForgeError if it cannot be read."""
    path = root / LOCK_FILE
    return toml.read(path, LockFile, shown=LOCK_FILE) if inputs.lexists(path) else None


def need_lock(root: Path) -> LockFile:
    """The project's lock. Raises ForgeError if it has none."""
    lock = read_lock(root)
    if lock is None:
        raise ForgeError(Problem(where=LOCK_FILE, what="missing, and --locked was given", hint="wasmforge lock"))
    return lock


def write_lock(root: Path, lock: LockFile) -> bool:
    """Write the lock; False if the file has this content already."""
    text = render(lock)
    path = root / LOCK_FILE
    try:
        if read_bounded(path) == text.encode():
            return False
    except OSError:
        pass  # missing or unreadable: it is written
    from wasmforge.config.save import save

    save(path, text)
    return True


def render(lock: LockFile) -> str:
    """The lock as TOML, the same text for the same lock."""
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("What this project is built with; written by `wasmforge lock`."))
    document.add("format", lock.format)
    for name, architectures in sorted(lock.toolchains.items()):
        table = tomlkit.table(is_super_table=True)
        for architecture, locked in sorted(architectures.items()):
            row = tomlkit.table()
            row.add("origin", locked.origin)
            row.add("identity", locked.identity)
            table.add(architecture, row)
        document.setdefault("toolchains", tomlkit.table(is_super_table=True)).add(name, table)
    for component, sources in sorted(lock.fetched.items()):
        table = tomlkit.table(is_super_table=True)
        for name, source in sorted(sources.items()):
            row = tomlkit.table()
            for key in ("source", "sha256", "tree"):
                if value := getattr(source, key):
                    row.add(key, value)
            table.add(name, row)
        document.setdefault("fetched", tomlkit.table(is_super_table=True)).add(component, table)
    return tomlkit.dumps(document)
