"""Puts WebAssembly binaries together byte by byte; shares no code with the reader, so no mistakes either."""

PREAMBLE = b"\0asm\x01\0\0\0"
COMPONENT_PREAMBLE = b"\0asm\x0d\0\x01\0"

I32, I64, F32, F64, V128, FUNCREF, EXTERNREF = (bytes([b]) for b in (0x7F, 0x7E, 0x7D, 0x7C, 0x7B, 0x70, 0x6F))
FUNC, TABLE, MEMORY, GLOBAL, TAG = range(5)
EMPTY_BODY = b"\x02\x00\x0b"


def leb(value: int) -> bytes:
    """Unsigned LEB128."""
    out = bytearray()
    while True:
        value, byte = value >> 7, value & 0x7F
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def name(text: str) -> bytes:
    raw = text.encode()
    return leb(len(raw)) + raw


def vec(*items: bytes) -> bytes:
    return leb(len(items)) + b"".join(items)


def section(number: int, payload: bytes) -> bytes:
    return bytes([number]) + leb(len(payload)) + payload


def custom(title: str, payload: bytes) -> bytes:
    return section(0, name(title) + payload)


def signature(params: bytes = b"", results: bytes = b"") -> bytes:
    """A function type whose value types are one byte each."""
    return b"\x60" + leb(len(params)) + params + leb(len(results)) + results


def imported(module: str, field: str, kind: int, item: bytes) -> bytes:
    return name(module) + name(field) + bytes([kind]) + item


def body(code: bytes) -> bytes:
    """A function body without locals; its size counts one byte for those, and one for its end."""
    return leb(len(code) + 2) + b"\0" + code + b"\x0b"


def exported(field: str, kind: int, index: int) -> bytes:
    return name(field) + bytes([kind]) + leb(index)


def module(*sections: bytes) -> bytes:
    return PREAMBLE + b"".join(sections)


def library(
    *,
    types: tuple[bytes, ...] = (),
    imports: tuple[bytes, ...] = (),
    functions: tuple[int, ...] = (),
    memories: tuple[bytes, ...] = (),
    exports: tuple[bytes, ...] = (),
    start: int | None = None,
    bodies: tuple[bytes, ...] | None = None,
    data: tuple[bytes, ...] = (),
    tail: bytes = b"",
) -> bytes:
    """A module of `functions` (type indices) whose bodies are empty unless given; `memories` are limits.

    `data` are passive segments; `tail` comes last.
    """
    return module(
        section(1, vec(*types)),
        section(2, vec(*imports)),
        section(3, vec(*[leb(index) for index in functions])),
        section(5, vec(*memories)),
        section(7, vec(*exports)),
        b"" if start is None else section(8, leb(start)),
        section(10, vec(*([EMPTY_BODY for _ in functions] if bodies is None else bodies))),
        section(11, vec(*[leb(1) + leb(len(d)) + d for d in data])) if data else b"",
        tail,
    )
