"""The pack of a component's files, which the ES module loads.

It is a line of JSON, with the path and size of each file, and then the bytes of all.
"""

import json
from collections.abc import Iterator, Mapping


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """The pack of these files by path, in the order of their paths."""
    paths = sorted(files)
    head = json.dumps([[path, len(files[path])] for path in paths], ensure_ascii=False, separators=(",", ":"))
    return b"".join((head.encode(), b"\n", *(files[path] for path in paths)))


def unpack_files(pack: bytes) -> Iterator[tuple[str, bytes]]:
    """The paths and bytes in a pack. Raises ValueError for what is none."""
    head, _, data = pack.partition(b"\n")
    try:
        index = [(str(path), int(size)) for path, size in json.loads(head)]
    except (ValueError, TypeError):
        raise ValueError("it is no pack of files") from None
    if any(size < 0 for _, size in index) or sum(size for _, size in index) != len(data):
        raise ValueError("it is no pack of files, or a part of one")
    at = 0
    for path, size in index:
        yield path, data[at : at + size]
        at += size
