"""The command line of a runtime: the names that its words may mention, and the words with their values. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from wasmforge.model.module import PAGE_BYTES
from wasmforge.plan.recipes.template import expand_all

COMMAND_NAMES = ("file", "args", "env", "folder", "pages", "bytes", "threads")
"""What the words of `command` may mention."""

CALL_NAMES = (*COMMAND_NAMES, "function")
"""What the words of `call` may mention."""

MAX_THREADS = 16
"""How many threads a command-line runtime is told to permit."""


def runtime_arguments(
    words: Sequence[str | tuple[str, ...]],
    file: str,
    args: Iterable[str],
    *,
    memory: int,
    env: Mapping[str, str] = {},
    folder: str | None = None,
    threads: bool = False,
    function: str = "",
) -> tuple[str, ...]:
    """The words of a runtime file for one run of `file`, whose memory may grow to so many bytes.

    `folder` is the one that the module sees as `/`.
    """
    return expand_all(
        words,
        {
            "file": (file,),
            "args": tuple(args),
            "env": tuple(f"{name}={value}" for name, value in env.items()),
            "folder": (folder,) if folder else (),
            "pages": (str(memory // PAGE_BYTES),),
            "bytes": (str(memory),),
            "threads": (str(MAX_THREADS),) if threads else (),
            "function": (function,),
        },
    )
