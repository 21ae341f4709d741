"""Keeps the catalog as it was parsed, under the bytes of all its files and of the code that parses them: never out of
date. Knows no file of the catalog.
"""

import contextlib
import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

import wasmforge
from wasmforge.errors import ForgeError
from wasmforge.model.catalog import Catalog

KIND = "catalog"


class KeyValueCache(Protocol):
    """Remembers JSON values by kind and key, and gives none back that was damaged; the store is one."""

    def get_value(self, kind: str, key: str) -> Any:
        """A value, or None."""

    def put_value(self, kind: str, key: str, value: object) -> None:
        """Raises ForgeError when the disk does not let us."""


def cached(
    notes: KeyValueCache | None, contents: Mapping[Path, bytes], parse: Callable[[], Catalog], well: Callable[[], bool]
) -> Catalog:
    """What `parse` makes of these files, or made of them before. It is kept when all is `well` afterwards."""
    code = [*_code()]
    if notes is None or not code:
        return parse()
    key = _key([*((str(path), data) for path, data in contents.items()), *code])
    with contextlib.suppress(ForgeError, msgspec.MsgspecError):  # what is wrong with the disk, the build itself meets
        if isinstance(found := notes.get_value(KIND, key), str):
            return msgspec.json.decode(found, type=Catalog)
    catalog = parse()
    if well():
        with contextlib.suppress(ForgeError):  # then it is parsed again
            notes.put_value(KIND, key, msgspec.json.encode(catalog).decode())  # as text: tables keep their order
    return catalog


def _code() -> Iterator[tuple[str, bytes]]:
    """What decides what files come to: our modules that do. Nothing where they are not to be read."""
    package = Path(wasmforge.__file__).parent
    for path in (*sorted(package.glob("model/*.py")), *sorted(package.glob("config/*.py")), package / "errors.py"):
        if path.is_file():
            yield path.name, path.read_bytes()


def _key(parts: list[tuple[str, bytes]]) -> str:
    """Every part by its name and length, so that none runs into the next."""
    digest = hashlib.sha256(f"{sys.version}\0{msgspec.__version__}\0".encode())
    for name, data in parts:
        digest.update(f"{len(name.encode('utf-8', 'surrogateescape'))} {len(data)} ".encode())
        digest.update(name.encode("utf-8", "surrogateescape") + data)
    return digest.hexdigest()
