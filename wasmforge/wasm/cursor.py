"""`Cursor`: reads bytes, LEB128 integers and names of a WebAssembly binary; bad input raises `Malformed`."""


class Malformed(ValueError):  # noqa: N818 - the standard's word for exactly this
    """The bytes are not a WebAssembly binary: the reason (`what`), and the `offset` in bytes from the start.

    It has no file name: callers add it.
    """

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(f"offset {offset:#x}: {what}")
        self.what = what
        self.offset = offset


class Cursor:
    """Reads `data[position:end]` from left to right without copying it; every failure raises `Malformed`."""

    __slots__ = ("_data", "end", "position")

    def __init__(self, data: memoryview, position: int = 0, end: int | None = None) -> None:
        self._data = data
        self.position = position
        self.end = len(data) if end is None else end

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return self.end - self.position

    def fail(self, what: str, *, at: int | None = None) -> Malformed:
        """The error to raise about the bytes at `at`, by default at the position."""
        return Malformed(what, self.position if at is None else at)

    def byte(self) -> int:
        """One byte."""
        if self.position >= self.end:
            raise self.fail("unexpected end")
        value = self._data[self.position]
        self.position += 1
        return value

    def peek(self) -> int:
        """The next byte, without moving."""
        value = self.byte()
        self.position -= 1
        return value

    def skip(self, size: int) -> None:
        """Move on by `size` bytes."""
        if size > self.left:
            raise self.fail(f"unexpected end: {size} bytes are announced, but only {self.left} are left")
        self.position += size

    def take(self, size: int) -> bytes:
        """The next `size` bytes, copied."""
        start = self.position
        self.skip(size)
        return bytes(self._data[start : self.position])

    def within(self, size: int) -> "Cursor":
        """A cursor over the next `size` bytes; this one moves past them."""
        start = self.position
        self.skip(size)
        return Cursor(self._data, start, self.position)

    def u32(self) -> int:
        """An unsigned LEB128 integer of at most 32 bits."""
        return self._unsigned(32)

    def u64(self) -> int:
        """An unsigned LEB128 integer of at most 64 bits."""
        return self._unsigned(64)

    def signed(self, bits: int) -> int:
        """A signed LEB128 integer of at most `bits` bits."""
        start = self.position
        value, shift, negative = self._leb128(bits)
        if negative:
            value -= 1 << shift
        if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            raise self.fail(f"integer larger than {bits} bits", at=start)
        return value

    def name(self) -> str:
        """A length and that many bytes of UTF-8."""
        start = self.position
        raw = self.take(self.u32())
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            raise self.fail("name is not UTF-8", at=start) from None

    def count(self, noun: str, most: int) -> int:
        """A count of `noun`: at most `most`, and at most the number of bytes left (each takes one)."""
        start = self.position
        count = self.u32()
        if count > self.left:
            raise self.fail(f"{count} {noun} are announced, but only {self.left} bytes are left", at=start)
        if count > most:
            raise self.fail(f"{count} {noun}: more than the {most} that engines accept", at=start)
        return count

    def _unsigned(self, bits: int) -> int:
        start = self.position
        value, _, _ = self._leb128(bits)
        if value >> bits:
            raise self.fail(f"integer larger than {bits} bits", at=start)
        return value

    def _leb128(self, bits: int) -> tuple[int, int, bool]:
        """The bits of a LEB128 integer as an unsigned value, how many they are, and the sign bit."""
        start, value, shift = self.position, 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value, shift, bool(byte & 0x40)
            if shift >= bits:
                raise self.fail(f"integer longer than {bits} bits", at=start)
