"""Headers of native code as the three compilers write them, made by hand and no longer than they must be."""

import struct


def wamr(version: int = 6, arch: str = "x86_64", flags: int = 0) -> bytes:
    """What wamrc's files begin with."""
    info = struct.pack("<HHHHIIQQ16s", 2, 0, 1, 62, 1, 0, flags, 0, arch.encode())
    return b"\0aot" + struct.pack("<III", version, 0, len(info)) + info


def elf(parts: dict[str, tuple[int, int, bytes, int]], *, abi: int = 0, machine: int = 62, flags: int = 0) -> bytes:
    """A 64-bit ELF file of these sections: by name their kind, address, bytes, and which section they refer to."""
    names = b"\0" + b"".join(name.encode() + b"\0" for name in (*parts, ".shstrtab"))
    body, rows = b"", [bytes(64)]
    for name, (kind, address, data, link) in {**parts, ".shstrtab": (3, 0, names, 0)}.items():
        at = names.index(b"\0" + name.encode() + b"\0") + 1
        rows.append(struct.pack("<IIQQQQIIQQ", at, kind, 0, address, 64 + len(body), len(data), link, 0, 1, 0))
        body += data
    head = b"\x7fELF\x02\x01\x01" + bytes([abi]) + bytes(8)
    head += struct.pack(
        "<HHIQQQIHHHHHH", 3, machine, 1, 0, 0, 64 + len(body), flags, 64, 0, 0, 64, len(rows), len(rows) - 1
    )
    return head + body + b"".join(rows)


def wasmtime(version: str = "50", target: str = "x86_64-unknown-linux-gnu", *, flags: int = 1) -> bytes:
    """What `wasmtime compile` writes, without its code."""
    said = b"\0" + b"".join(bytes([len(t)]) + t.encode() for t in (version, target)) + b"settings"
    return elf({".text": (1, 0, b"code", 0), ".wasmtime.engine": (1, 0, said, 0)}, abi=200, flags=flags)


def wasmedge(version: int = 2, *, machine: int = 62, symbol: str = "wasm.code") -> bytes:
    """What `wasmedge compile` writes as a library, without its code."""
    names = b"\0version\0" + symbol.encode() + b"\0"
    symbols = bytes(24) + b"".join(struct.pack("<IBBHQQ", at, 1, 0, 3, 0x400, 4) for at in (1, 9))
    parts = {
        ".dynsym": (11, 0x100, symbols, 2),
        ".dynstr": (3, 0x200, names, 0),
        ".rodata": (1, 0x400, struct.pack("<I", version), 0),
    }
    return elf(parts, machine=machine)
