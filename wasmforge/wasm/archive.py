"""Reads archives of object files (`.a`), as ar, llvm-ar and libtool write them: names of members, and their bytes."""

from collections.abc import Iterator

MAGIC = b"!<arch>\n"

HEADER = 60
"""Bytes of a member's header: name (16), time, owner, group and mode (32), size in decimal (10), two that end it."""

END = b"`\n"


def members(data: bytes | memoryview) -> Iterator[tuple[str, memoryview]]:
    """Name and bytes of each member, up to the first that cannot be read; nothing when it is no archive."""
    view = memoryview(data)
    if view[: len(MAGIC)] != MAGIC:
        return
    at, long_names = len(MAGIC), b""
    while at + HEADER <= len(view):
        header = bytes(view[at : at + HEADER])
        digits = header[48:58].strip()
        if header[58:] != END or not digits.isdigit() or at + HEADER + int(digits) > len(view):
            return
        content = view[at + HEADER : at + HEADER + int(digits)]
        at += HEADER + int(digits) + int(digits) % 2
        name = header[:16].rstrip()
        if name == b"//":
            long_names = bytes(content)
        elif name not in {b"/", b"/SYM64/"}:
            yield _member(name, content, long_names)


def _member(name: bytes, content: memoryview, long_names: bytes) -> tuple[str, memoryview]:
    """GNU's long names lie in a table of their own, BSD's before the content."""
    if name.startswith(b"#1/") and name[3:].isdigit():
        length = int(name[3:])
        return _text(bytes(content[:length]).rstrip(b"\0")), content[length:]
    if name.startswith(b"/") and name[1:].isdigit():
        return _text(long_names[int(name[1:]) :].partition(b"/\n")[0]), content
    return _text(name.removesuffix(b"/")), content


def _text(name: bytes) -> str:
    return name.decode("utf-8", "replace")
