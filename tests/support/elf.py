"""Small ELF files, as far as a dynamic linker looks at them."""

import struct
from pathlib import Path

X86_64, ARM64 = 62, 183


def elf(
    needed: tuple[str, ...] = (), runpath: str = "", rpath: str = "", machine: int = X86_64, more: bytes = b""
) -> bytes:
    """A 64-bit file of this machine with one loaded part, that asks for these libraries."""
    strings = b"\0"
    tags: list[tuple[int, int]] = []
    for tag, text in (*((1, name) for name in needed), (29, runpath), (15, rpath)):
        if text:
            tags.append((tag, len(strings)))
            strings += text.encode() + b"\0"
    headers = 64 + 2 * 56
    place = headers + 16 * (len(tags) + 2)
    dynamic = b"".join(struct.pack("<qQ", *pair) for pair in (*tags, (5, place), (0, 0)))
    size = place + len(strings)
    head = (
        b"\x7fELF\x02\x01\x01"
        + bytes(9)
        + struct.pack("<HHIQQQIHHHHHH", 3, machine, 1, 0, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    )
    parts = struct.pack("<IIQQQQQQ", 1, 5, 0, 0, 0, size, size, 4096)
    parts += struct.pack("<IIQQQQQQ", 2, 6, headers, headers, headers, len(dynamic), len(dynamic), 8)
    return head + parts + dynamic + strings + more


def place(path: Path, data: bytes) -> Path:
    """A program with these bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o755)
    return path
