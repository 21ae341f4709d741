"""Which paths a toolchain's answer rested on: candidates that were there or might come, their folders, their settings.

Says rather too much than too little; where it cannot be told, says so.
"""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from wasmforge.execute.origins.path import places
from wasmforge.execute.origins.probe import stands_for_others
from wasmforge.model.rested import AS_IT_IS, MAY_COME, SOUGHT, UNTOUCHED, Due, Image, UntoldError
from wasmforge.model.toolchain import Kit, Origin, Toolchain, Tried


def toolchain_rests(toolchain: Toolchain, kit: Kit | None, tried: Iterable[Tried]) -> Iterator[Due]:
    """The paths that decided which origin was taken and which one it is. Raises UntoldError."""
    if any(t.toolchain == toolchain.name and t.kind == "container" and t.why_not for t in tried):
        raise UntoldError(f"{toolchain.name}: an engine or an image may come")
    for origin in toolchain.origins:
        yield from _origin_rests(origin)
        if origin.kind == "rustup" or origin.real:
            yield from _proxied(origin, kit)
    if kit is not None and kit.image is None:
        words = [word for words in kit.tools.values() for word in words if word.startswith("/")]
        yield from ((path, UNTOUCHED) for path in (kit.location, *words, *kit.links.values()))
        yield from ((value, UNTOUCHED) for value in kit.env.values() if value.startswith("/") and Path(value).is_file())


def image_rests(kits: Iterable[Kit]) -> tuple[tuple[Image, ...], tuple[Due, ...]]:
    """The images of these kits, and the paths that decided which engine was asked. Raises UntoldError."""
    names = {kit.location: kit.image for kit in kits if kit.image}
    if not names:
        return (), ()
    from wasmforge.execute.engine import engine_sockets, find_engine

    address = find_engine().address
    if not address.startswith("unix://"):
        raise UntoldError(f"the engine is at {address}")
    socket = address.removeprefix("unix://")
    images = tuple(Image(socket=socket, name=name, identity=image) for name, image in names.items())
    config = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"
    sockets = [str(path) for path in engine_sockets()]
    before = sockets[: sockets.index(socket)] if socket in sockets else sockets
    return images, tuple((path, MAY_COME) for path in (str(config), *before))


def _origin_rests(origin: Origin) -> Iterator[Due]:
    if origin.kind == "path":
        for program in (origin.program, *origin.also):
            yield from ((str(place), SOUGHT) for place in places(program or ""))
    if origin.kind == "python":
        for folder in (Path(each).absolute() for each in sys.path):
            yield str(folder), MAY_COME
            found = {path for pattern in origin.contents for path in folder.glob(pattern)}
            yield from ((str(path), UNTOUCHED) for path in (*found, *{file.parent for file in found}))


def _proxied(origin: Origin, kit: Kit | None) -> Iterator[Due]:
    """What decides where a program behind a proxy is; only rustup's ways are known."""
    program = "rustup" if origin.kind == "rustup" else origin.program or ""
    found = [place for place in places(program) if place.is_file()]
    for place in found:
        if place.resolve().name == "rustup":
            yield from _rustup_rests()
        elif stands_for_others(place):
            raise UntoldError(f"{place} starts another program")
    if found and kit is not None and kit.image is None:
        place = Path(kit.location).parent
        rustlib = place.parent / "lib" / "rustlib"
        yield from ((str(path), SOUGHT) for path in (rustlib, *rustlib.glob("*")))
        for held in origin.holds:
            yield held.file.replace("{real}", str(place.parent)).replace("{bin}", str(place)), SOUGHT


def _rustup_rests() -> Iterator[Due]:
    """Rustup's settings, and the files by which a folder may ask for another toolchain than they name."""
    home = Path(os.environ.get("RUSTUP_HOME") or Path.home() / ".rustup")
    yield from ((path, SOUGHT) for path in (str(home / "settings.toml"), "/etc/rustup/settings.toml"))
    yield str(home / "toolchains"), UNTOUCHED
    here = Path(tempfile.gettempdir())
    for folder in (here, *here.parents):
        yield from ((str(folder / name), AS_IT_IS) for name in ("rust-toolchain", "rust-toolchain.toml"))
