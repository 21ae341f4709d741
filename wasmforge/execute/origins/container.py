"""An image that a container engine has, or can pull: its identity is the image's own digest."""

import hashlib
from pathlib import Path
from typing import Any

from wasmforge.errors import ForgeError
from wasmforge.execute.engine import Engine, engine_errors, find_engine
from wasmforge.execute.origins.base import Context, Note, NotThere, There
from wasmforge.execute.origins.in_image import version_inside
from wasmforge.execute.origins.path import numbers, unlike
from wasmforge.execute.origins.probe import Unfit
from wasmforge.model.events import Provisioning
from wasmforge.model.toolchain import Origin, Toolchain

OURS = "wasmforge"
"""The namespace of the images we have Dockerfiles for; they are built here, never pulled unasked."""

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
    own = dockerfile(context.file, origin.image)
    if said and own and said != folder_digest(own.parent):
        raise NotThere(f"image {origin.image} was built from another Dockerfile", _build(origin.image))
    image = str(found["Id"])
    versions = _versions(engine, image, origin, context)
    told = ", ".join(f"{program} {version}" for program, version in versions.items())
    identity = f"{told} in {origin.image} {image}" if told else f"{origin.image} {image}"
    return There(identity=identity, location=origin.image, scope={}, image=image, versions=versions)


def _versions(engine: Engine, image: str, origin: Origin, context: Context) -> dict[str, str]:
    """What the programs that the origin names tell of themselves. Raises NotThere when one will not do."""
    if not origin.program:
        return {}
    try:
        versions = {origin.program: version_inside(engine, image, origin.program, origin.probe, context.store)}
        for other in origin.also:
            versions[other] = version_inside(engine, image, other, ("--version",), context.store)
    except Unfit as e:
        raise NotThere(f"image {origin.image}: {e}", origin.fix) from None
    except ForgeError as e:
        raise NotThere(str(e.problems[0]), e.problems[0].hint) from None
    if origin.at_least and numbers(versions[origin.program]) < numbers(origin.at_least):
        what = f"image {origin.image}: {origin.program} {versions[origin.program]} is older than {origin.at_least}"
        raise NotThere(what, origin.fix)
    others = {other: versions[other] for other in origin.also}
    if origin.alike and (what := unlike(origin.program, versions[origin.program], others)):
        raise NotThere(f"image {origin.image}: {what}", origin.fix)
    return versions


def image_of(engine: Engine, name: str) -> dict[str, Any] | None:
    """What the engine knows of an image, or None when it has none of that name."""
    import docker

    with engine_errors(engine):
        try:
            found: dict[str, Any] = engine.api.inspect_image(name)
        except docker.errors.ImageNotFound:
            return None
        return found


def dockerfile(toolchain: Path, image: str) -> Path | None:
    """The Dockerfile of an image `wasmforge/NAME`: that of toolchain NAME, which others may use as well."""
    ours, _, name = image.partition("/")
    folders = toolchain.parent if toolchain.parent.name != toolchain.stem else toolchain.parent.parent
    path = folders / name / "Dockerfile"
    return path if ours == OURS and name and path.is_file() else None


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
    """Pull an image that its digest names; any other would be whatever the registry says today."""
    if dockerfile(context.file, image):
        raise NotThere(f"image {image} is not built yet", _build(image))
    if "@sha256:" not in image or context.offline or not context.fetch:
        raise NotThere(f"image {image} is not here yet", f"wasmforge toolchain pull {toolchain.name}")
    context.tell(Provisioning(toolchain=toolchain.name, what=f"image {image}"))
    with engine_errors(engine):
        engine.api.pull(image)
    found = image_of(engine, image)
    if found is None:
        raise NotThere(f"image {image} was pulled and is not there")
    return found


def _build(image: str) -> str:
    return f"wasmforge toolchain build {image.partition('/')[2]}"
