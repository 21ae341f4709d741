"""The process of a native participant: calls a function of a shared library by the C ABI.

`python -IS native_child.py JOB SOCKET`. Integers are passed as 64 bits, which is right for any smaller type as well; a
call costs about half a microsecond more than in C.
"""

import ctypes
import mmap
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from child_protocol import answer_questions  # type: ignore[import-not-found]

C_TYPES: dict[str, Any] = {"i32": ctypes.c_int32, "i64": ctypes.c_int64, "f32": ctypes.c_float, "f64": ctypes.c_double}


class NativeCall:
    """A call of one function with its arguments."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._library = ctypes.CDLL(job["library"])
        try:
            self._function = self._library[job["call"]]
        except AttributeError:
            raise LookupError(f"its sources define no C function {job['call']}") from None
        self._function.restype = C_TYPES[job["returns"]] if job["returns"] else None
        self._result: object = None
        self._buffers: list[Any] = []
        self._arguments = [self._argument(a) for a in job["args"]]

    def _argument(self, argument: dict[str, Any]) -> Any:
        if argument["kind"] in {"i32", "i64"}:
            return ctypes.c_int64(int(argument["value"]))
        if argument["kind"] in {"f32", "f64"}:
            return C_TYPES[argument["kind"]](float(argument["value"]))
        data = Path(argument["value"]).read_bytes()
        memory = mmap.mmap(-1, max(len(data), 1))  # aligned to a page, as a careful caller would do it
        memory[: len(data)] = data
        self._buffers.append((ctypes.c_char * len(data)).from_buffer(memory))
        return ctypes.c_void_p(ctypes.addressof(self._buffers[-1]))

    def call(self) -> None:
        """Make the call."""
        self._result = self._function(*self._arguments)

    def result(self) -> object:
        """What the last call returned."""
        return self._result

    def buffers(self) -> list[bytes]:
        """The current content of the buffers."""
        return [bytes(buffer) for buffer in self._buffers]


if __name__ == "__main__":
    answer_questions(NativeCall)
