"""Origin `container`: an image that an engine has or can pull; its identity is the image's digest."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from wasmforge.containers.container_run import ContainerSpec, NotStartedError, container_run
from wasmforge.containers.engine import Engine, engine_errors, engine_sockets, find_engine
from wasmforge.containers.image_files import DIGEST_LABEL, dockerfile, folder_digest, image_files, image_of
from wasmforge.errors import ForgeError
from wasmforge.model.events import Provisioning
from wasmforge.model.fingerprint import MAY_APPEAR, ImageState
from wasmforge.model.toolchain import ContainerOrigin, Toolchain
from wasmforge.store.store import Store
from wasmforge.toolchains.environment import FIXED
from wasmforge.toolchains.origins.base import Finder, Note, OriginContext, OriginFound, OriginUnavailable
from wasmforge.toolchains.origins.path import version_mismatch, version_tuple
from wasmforge.toolchains.probe import TIMEOUT, ProgramRejected, version_in

USER = (1000, 1000)
"""The user that programs in images run as: not root, and the same on every machine."""


class ContainerFinder(Finder):
    """Images that an engine has, or can pull."""

    def find(self, toolchain: Toolchain, origin: ContainerOrigin, context: OriginContext, note: Note) -> OriginFound:
        """The image, when the engine has it; one that no Dockerfile here makes is pulled."""
        del note  # every kind of origin is called alike
        try:
            return _find(toolchain, origin, context)
        except OriginUnavailable:
            context.lookups.never(f"{toolchain.name}: an engine or an image may come")
            raise

    def files(self, origin: ContainerOrigin, file: Path) -> tuple[Path, ...]:
        """What the image is built from, if it is built here."""
        return image_files(file, origin.image)

    def commands(self, origin: ContainerOrigin) -> Iterator[tuple[str, ...]]:
        """What the program in the image is asked."""
        if origin.program:
            yield (origin.program, *origin.probe)


def _find(toolchain: Toolchain, origin: ContainerOrigin, context: OriginContext) -> OriginFound:
    try:
        engine = find_engine()
        found = image_of(engine, origin.image)
        if found is None:
            found = _pull(engine, toolchain, origin.image, context)
    except ForgeError as e:
        problem = e.problems[0]
        raise OriginUnavailable(str(problem), problem.hint) from None
    said = (found.get("Config", {}).get("Labels") or {}).get(DIGEST_LABEL)
    own = dockerfile(context.file, origin.image)
    if own:
        for path in (own.parent, *image_files(context.file, origin.image)):
            context.lookups.at(path)
    if said and own and said != folder_digest(own.parent):
        raise OriginUnavailable(f"image {origin.image} was built from another Dockerfile", _build(origin.image))
    image = str(found["Id"])
    _record(engine, origin.image, image, context)
    versions = _versions(engine, image, origin, context)
    versions_text = ", ".join(f"{program} {version}" for program, version in versions.items())
    description = f"{versions_text} in {origin.image}" if versions_text else origin.image
    return OriginFound(description=description, location=origin.image, scope={}, image=image, versions=versions)


def _record(engine: Engine, name: str, image: str, context: OriginContext) -> None:
    """Record the image, and the paths that decided which engine was asked."""
    if not engine.address.startswith("unix://"):
        context.lookups.never(f"the engine is at {engine.address}")
        return
    socket = engine.address.removeprefix("unix://")
    context.lookups.image(ImageState(socket=socket, name=name, identity=image))
    config = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"
    sockets = [str(path) for path in engine_sockets()]
    for path in (config, *(sockets[: sockets.index(socket)] if socket in sockets else sockets)):
        context.lookups.at(path, MAY_APPEAR)


def _versions(engine: Engine, image: str, origin: ContainerOrigin, context: OriginContext) -> dict[str, str]:
    """What the programs that the origin names tell of themselves. Raises OriginUnavailable when one will not do."""
    if not origin.program:
        return {}
    try:
        versions = {origin.program: _version_inside(engine, image, origin.program, origin.probe, context.store)}
        for other in origin.also:
            versions[other] = _version_inside(engine, image, other, ("--version",), context.store)
    except ProgramRejected as e:
        raise OriginUnavailable(f"image {origin.image}: {e}", origin.fix) from None
    except ForgeError as e:
        raise OriginUnavailable(str(e.problems[0]), e.problems[0].hint) from None
    if origin.at_least and version_tuple(versions[origin.program]) < version_tuple(origin.at_least):
        what = f"image {origin.image}: {origin.program} {versions[origin.program]} is older than {origin.at_least}"
        raise OriginUnavailable(what, origin.fix)
    others = {other: versions[other] for other in origin.also}
    if origin.alike and (what := version_mismatch(origin.program, versions[origin.program], others)):
        raise OriginUnavailable(f"image {origin.image}: {what}", origin.fix)
    return versions


def _version_inside(engine: Engine, image: str, program: str, arguments: Sequence[str], store: Store) -> str:
    """The version that a program of the image with this id prints. It is run once per image id.

    Raises ProgramRejected, and ForgeError of the engine.
    """
    key = hashlib.sha256(repr(("image", image, program, tuple(arguments))).encode()).hexdigest()
    cached: dict[str, str] | None = store.get_value("probe", key)
    if cached is not None:
        return cached["version"]
    env = {**FIXED, "HOME": "/tmp"}  # noqa: S108 - inside the container
    spec = ContainerSpec(image=image, argv=(program, *arguments), env=env, directory="/", user=USER)
    with container_run(engine, spec) as container:
        try:
            done, _ = container.run(TIMEOUT)
        except NotStartedError as e:
            raise ProgramRejected(f"cannot start {program}: {e}") from None
    version: str = version_in(done, f"`{program} {' '.join(arguments)}`")
    store.put_value("probe", key, {"version": version})
    return version


def _pull(engine: Engine, toolchain: Toolchain, image: str, context: OriginContext) -> dict[str, Any]:
    """Pull an image that its digest names; any other would be whatever the registry says today."""
    if dockerfile(context.file, image):
        raise OriginUnavailable(f"image {image} is not built yet", _build(image))
    if "@sha256:" not in image or context.offline or not context.fetch:
        raise OriginUnavailable(f"image {image} is not here yet", f"wasmforge toolchain pull {toolchain.name}")
    context.emit(Provisioning(toolchain=toolchain.name, what=f"image {image}"))
    with engine_errors(engine):
        engine.api.pull(image)
    found = image_of(engine, image)
    if found is None:
        raise OriginUnavailable(f"image {image} was pulled and is not there")
    return found


def _build(image: str) -> str:
    return f"wasmforge toolchain build {image.partition('/')[2]}"
