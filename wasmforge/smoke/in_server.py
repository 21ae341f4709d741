"""What the runtimes that serve have in common: a command behind the fence, one request, an answer."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from wasmforge.model.runtime import Absent, RuntimeFile
from wasmforge.process import Done
from wasmforge.smoke.hands import Hands
from wasmforge.smoke.in_node import HERE, environment, found
from wasmforge.smoke.runtime import limits
from wasmforge.smoke.serving import Port, served
from wasmforge.smoke.wire import Answer, Asked, Job


@dataclass(frozen=True, kw_only=True)
class Server:
    """A runtime that listens on the loopback device of this machine."""

    file: RuntimeFile
    hands: Hands

    def available(self) -> Absent | None:
        """None when its program is on this machine; nothing that listens runs in a container, which has no network."""
        kit = self.hands.kit(self.file)
        if isinstance(kit, Absent):
            return kit
        if kit.image:
            return Absent(why=f"{self.file.name} is in an image, where no request reaches it", fix="install it here")
        return None

    def identity(self) -> str:
        """The identity of its toolchain."""
        return self.hands.identity(self.file)

    def serve(
        self, words: Sequence[str], job: Job, folder: Path, port_of: Port, asked: Asked
    ) -> tuple[Done, Answer | None]:
        """Start it with these words behind its own, and ask."""
        fence = (sys.executable, "-IS", str(HERE / "fence.py"), *(str(n) for n in limits(job)))
        tool = found(self.hands.tool(self.file))
        argv = (*fence, job.stdin, job.stdout, job.stderr, *tool, *words)
        return served(argv, job, folder, environment(), port_of, asked, self.hands.cancel)


def note(job: Job, answer: Answer | None) -> None:
    """Write the answer where it is looked for."""
    if answer is not None:
        Path(job.answer).write_bytes(msgspec.json.encode(answer))
