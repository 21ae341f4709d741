"""Reads archives of object files (`.a`) by ar, llvm-ar and libtool: names and bytes of members."""

from collections.abc import Iterator

MAGIC = b"!<arch>\n"

HEADER_BYTES = 60
"""Bytes of a member's header: name (16), time, owner, group and mode (32), size in decimal (10), 2 at its end."""

HEADER_END = b"`\n"


def members(data: bytes | memoryview) -> Iterator[tuple[str, memoryview]]:
    """Name and bytes of each member, up to the first unreadable one; nothing if the data is not an archive."""
    view = memoryview(data)
    if view[: len(MAGIC)] != MAGIC:
        return
    offset, long_names = len(MAGIC), b""
    while offset + HEADER_BYTES <= len(view):
        header = bytes(view[offset : offset + HEADER_BYTES])
        digits = header[48:58].strip()
        if header[58:] != HEADER_END or not digits.isdigit() or offset + HEADER_BYTES + int(digits) > len(view):
            return
        content = view[offset + HEADER_BYTES : offset + HEADER_BYTES + int(digits)]
        offset += HEADER_BYTES + int(digits) + int(digits) % 2
        name = header[:16].rstrip()
        if name == b"//":
            long_names = bytes(content)
        elif name not in {b"/", b"/SYM64/"}:
            yield _member(name, content, long_names)


def _member(name: bytes, content: memoryview, long_names: bytes) -> tuple[str, memoryview]:
    """GNU has long names in a separate table, BSD before the content."""
    if name.startswith(b"#1/") and name[3:].isdigit():
        length = int(name[3:])
        return _text(bytes(content[:length]).rstrip(b"\0")), content[length:]
    if name.startswith(b"/") and name[1:].isdigit():
        return _text(long_names[int(name[1:]) :].partition(b"/\n")[0]), content
    return _text(name.removesuffix(b"/")), content


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
