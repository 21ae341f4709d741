"""Starts a program in a command-line runtime for one turn: on this machine, or in the image that the runtime is in."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wasmforge import process
from wasmforge.bench.once import Launch
from wasmforge.model.runtime import RuntimeFile
from wasmforge.model.toolchain import Kit
from wasmforge.plan.words import expand_all
from wasmforge.process import Done
from wasmforge.smoke.hands import Hands
from wasmforge.smoke.in_node import environment, found

MEMORY = 2 << 30
"""Bytes that a runtime may take in a container."""

LARGEST = 1 << 30
"""Bytes of a file that it may write there."""

PAGES = 32768


def engine_name(file: RuntimeFile, hands: Hands) -> str:
    """`wasmedge-aot 0.17.1`: the runtime's name with the version that its program tells, if it was asked."""
    kit = hands.kit(file)
    versions = kit.versions if isinstance(kit, Kit) else {}
    return " ".join((file.name, *dict.fromkeys(versions.values())))


def launching(file: RuntimeFile, hands: Hands, program: Path, arguments: Path) -> Launch:
    """What starts `program`, which sees a turn's folder as `/`; the files of `arguments` are laid there."""

    def launch(calls: int, folder: Path, timeout: float) -> Done:
        for one in arguments.glob("argument-*"):
            if not (folder / one.name).exists():
                shutil.copyfile(one, folder / one.name)
        inside = folder / program.name
        if not inside.exists():
            shutil.copyfile(program, inside)
        (folder / "stdin").touch()
        words = (*hands.tool(file), *expand_all(file.command, _scope(inside, folder, calls)))
        kit = hands.kit(file)
        if isinstance(kit, Kit) and kit.image:
            return _boxed(hands, kit, words, folder, calls, timeout)
        with _held():
            return process.run(found(words), cwd=folder, env=environment(), timeout=timeout, cancel=hands.cancel)

    return launch


def _scope(program: Path, folder: Path, calls: int) -> dict[str, tuple[str, ...]]:
    return {
        "file": (str(program),),
        "args": (str(calls),),
        "env": (),
        "folder": (str(folder),),
        "pages": (str(PAGES),),
        "bytes": (str(PAGES * 65536),),
        "threads": (),
        "function": (),
    }


def _boxed(hands: Hands, kit: Kit, words: tuple[str, ...], folder: Path, calls: int, timeout: float) -> Done:
    assert hands.boxed is not None  # noqa: S101 - whoever found the kit gave the way into it
    bring = () if calls else tuple(f"out.{n}" for n in range(sum(1 for _ in folder.glob("argument-*"))))
    done = hands.boxed(
        kit, words, folder, bring=bring, memory=MEMORY, file=LARGEST, timeout=timeout, cancel=hands.cancel
    )
    said = b"".join((folder / name).read_bytes() for name in ("stderr", "stdout"))
    return Done(exit=done.exit, output=said or done.output, seconds=done.seconds, timed_out=done.timed_out)


@contextmanager
def _held() -> Iterator[None]:
    """Keep what is started meanwhile to one processor, as the other contestants are."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
