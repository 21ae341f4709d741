"""The one way a WebAssembly binary can be unreadable; knows no file name, so callers add the place."""


class Malformed(ValueError):  # noqa: N818 - the standard's word for exactly this
    """The bytes are not a WebAssembly binary. `what` says why, `offset` (in bytes from the start) says where."""

    def __init__(self, what: str, offset: int) -> None:
        super().__init__(f"offset {offset:#x}: {what}")
        self.what = what
        self.offset = offset
