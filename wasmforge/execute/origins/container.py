"""An image that a container engine has, or can pull: its identity is the image's own digest."""

import hashlib
from pathlib import Path
from typing import Any

from wasmforge.errors import ForgeError
from wasmforge.execute.engine import Engine, engine_errors, find_engine
from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.model.events import Provisioning
from wasmforge.model.toolchain import Origin, Toolchain

RECIPE = "wasmforge.dockerfile"
"""The label of an image that tells from which Dockerfile's folder it was built."""


def container(toolchain: Toolchain, origin: Origin, context: Context, note: Note) -> There:
    """The image, when the engine has it; one that no Dockerfile here makes is pulled."""
    del note  # every kind of origin is called alike
    if not origin.image:
        raise NotThere("the origin names no image")
    try:
        engine = find_engine()
        found = image_of(engine, origin.image)
        if found is None:
            found = _pull(engine, toolchain, origin.image, context)
    except ForgeError as e:
        problem = e.problems[0]
        raise NotThere(str(problem), problem.hint) from None
    said = (found.get("Config", {}).get("Labels") or {}).get(RECIPE)
    if said and (own := dockerfile(context.file)) and said != folder_digest(own.parent):
        raise NotThere(f"image {origin.image} was built from another Dockerfile", _build(toolchain))
    identity = str(found["Id"])
    return There(identity=f"{origin.image} {identity}", location=origin.image, scope={}, image=identity)


def image_of(engine: Engine, name: str) -> dict[str, Any] | None:
    """What the engine knows of an image, or None when it has none of that name."""
    import docker

    with engine_errors(engine):
        try:
            found: dict[str, Any] = engine.api.inspect_image(name)
        except docker.errors.ImageNotFound:
            return None
        return found


def dockerfile(toolchain: Path) -> Path | None:
    """The Dockerfile beside a toolchain's file, where it has a folder of its own."""
    path = toolchain.parent / "Dockerfile"
    return path if toolchain.parent.name == toolchain.stem and path.is_file() else None


def folder_digest(folder: Path) -> str:
    """A hash over what an image is built from: the Dockerfile and whatever lies beside it, but for TOML files."""
    digest = hashlib.sha256()
    for path in context_files(folder):
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def context_files(folder: Path) -> list[Path]:
    """The files an image is built from, in order."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".toml")


def _pull(engine: Engine, toolchain: Toolchain, image: str, context: Context) -> dict[str, Any]:
    if dockerfile(context.file):
        raise NotThere(f"image {image} is not built yet", _build(toolchain))
    if context.offline or not context.fetch:
        raise NotThere(f"image {image} is not here yet", f"wasmforge toolchain pull {toolchain.name}")
    context.tell(Provisioning(toolchain=toolchain.name, what=f"image {image}"))
    with engine_errors(engine):
        engine.api.pull(image)
    found = image_of(engine, image)
    if found is None:
        raise NotThere(f"image {image} was pulled and is not there")
    return found


def _build(toolchain: Toolchain) -> str:
    return f"wasmforge toolchain build {toolchain.name}"
