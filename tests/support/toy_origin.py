"""A kind of origin of a test's own: a folder that a variable names, with a program in it. One file and one entry."""

import os
from pathlib import Path
from typing import Any

from wasmforge.model.toolchain import OriginBase, Toolchain
from wasmforge.toolchains.contents import outermost
from wasmforge.toolchains.origins import ORIGINS, Finder, OriginContext, OriginFound, OriginUnavailable
from wasmforge.toolchains.origins.base import Note

VARIABLE = "TOY_HOME"


class ToyOrigin(OriginBase, frozen=True, kw_only=True, tag="toy"):
    """The keys of this kind."""

    program: str


class ToyFinder(Finder):
    """Finds it."""

    def find(self, toolchain: Toolchain, origin: ToyOrigin, context: OriginContext, note: Note) -> OriginFound:
        """The program in the folder; its version is what the file VERSION says."""
        home = Path(os.environ.get(VARIABLE, "/nowhere"))
        program, version = home / "bin" / origin.program, home / "VERSION"
        for path in (program, version):
            context.lookups.probed(path)
        if not program.is_file():
            note(str(home), "has no such program")
            raise OriginUnavailable(f"{toolchain.name} is not in {home}", f"set {VARIABLE}")
        scope = {"program": (str(program),)}
        described = f"{toolchain.name} {version.read_text().strip()}"
        return OriginFound(description=described, location=str(home), scope=scope, contents=outermost((str(home),)))


class Forgetful(ToyFinder):
    """The same, but it forgets to say that it read a file."""

    def find(self, toolchain: Toolchain, origin: ToyOrigin, context: OriginContext, note: Note) -> OriginFound:
        """Reads what nobody is told of."""
        (Path(os.environ[VARIABLE]).parent / "settings").read_text()
        return super().find(toolchain, origin, context, note)


def register(catalog: Any, finder: str = "ToyFinder") -> None:
    """Have a catalog with the toolchain `toy`, which comes from such a place."""
    ORIGINS["toy"] = f"{__name__}:{finder}"
    origin = ToyOrigin(tools={"toy": ("{program}",)}, program="toy")
    catalog.toolchains["toy"] = Toolchain(format=1, name="toy", origins=(origin,))  # type: ignore[arg-type]
    catalog.lookup_order["toolchain toy"] = ("/nowhere/toolchains/toy.toml",)
