"""The process of a native contestant: calls a function of a shared library through the C ABI.

`python -IS native_child.py JOB SOCKET`. Whole numbers are passed as 64 bits, which is right for any smaller type as
well; it adds about half a microsecond to each call.
"""

import ctypes
import mmap
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from answering import answer  # type: ignore[import-not-found]

RESULTS: dict[str, Any] = {"i32": ctypes.c_int32, "i64": ctypes.c_int64, "f32": ctypes.c_float, "f64": ctypes.c_double}


class Native:
    """One function with its arguments."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._library = ctypes.CDLL(job["library"])
        try:
            self._function = self._library[job["call"]]
        except AttributeError:
            raise LookupError(f"its sources define no C function {job['call']}") from None
        self._function.restype = RESULTS[job["returns"]] if job["returns"] else None
        self._result: object = None
        self._rooms: list[Any] = []
        self._arguments = [self._argument(a) for a in job["args"]]

    def _argument(self, given: dict[str, Any]) -> Any:
        if given["kind"] in {"i32", "i64"}:
            return ctypes.c_int64(int(given["value"]))
        if given["kind"] in {"f32", "f64"}:
            return RESULTS[given["kind"]](float(given["value"]))
        data = Path(given["value"]).read_bytes()
        room = mmap.mmap(-1, max(len(data), 1))  # begins at a page, as a careful caller's would
        room[: len(data)] = data
        self._rooms.append((ctypes.c_char * len(data)).from_buffer(room))
        return ctypes.c_void_p(ctypes.addressof(self._rooms[-1]))

    def call(self) -> None:
        """Call it once."""
        self._result = self._function(*self._arguments)

    def result(self) -> object:
        """What the last call gave."""
        return self._result

    def buffers(self) -> list[bytes]:
        """What its buffers hold."""
        return [bytes(room) for room in self._rooms]


if __name__ == "__main__":
    answer(Native)
