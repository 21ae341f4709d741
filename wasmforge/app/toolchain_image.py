"""Builds or pulls the images that toolchains come from."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from wasmforge.app.catalog import catalog_and_trust
from wasmforge.app.workspace import EventSink
from wasmforge.errors import ForgeError, unknown, usage_error
from wasmforge.model.base import Struct
from wasmforge.model.events import ActionFailed
from wasmforge.model.report import Failure
from wasmforge.model.toolchain import ContainerOrigin

if TYPE_CHECKING:
    from wasmforge.containers.engine import Engine


class ToolchainImage(Struct, frozen=True, kw_only=True):
    """The image of a toolchain, and the folder of its Dockerfile; None for an image that is pulled."""

    toolchain: str
    image: str
    folder: Path | None


def build_images(
    start: Path,
    names: list[str],
    emit: EventSink,
    *,
    base: str | None = None,
    mirror: str | None = None,
    ca_bundle: Path | None = None,
    stage: str | None = None,
    fresh: bool = False,
    trust_project: bool = False,
) -> bool:
    """Build the images of these toolchains from their Dockerfiles, one after the other, until one fails.

    `base` replaces the first image of the Dockerfile, `stage` is where it stops, `fresh` runs every step again.
    Returns whether all succeeded. Raises ForgeError, UntrustedError.
    """
    from wasmforge.containers.host_config import host_config
    from wasmforge.containers.images import build_image

    host = host_config(mirror, ca_bundle)
    images = _images(start, names, trust_project=trust_project)
    for image in images:
        if image.folder is None:
            raise usage_error(
                f"there is no Dockerfile to build {image.image} from",
                where=f"toolchain {image.toolchain}",
                hint=f"wasmforge toolchain pull {image.toolchain}",
            )

    def build(engine: "Engine", image: ToolchainImage) -> None:
        folder = cast("Path", image.folder)
        build_image(
            engine, image.toolchain, folder, image.image, base=base, stage=stage, known=host, fresh=fresh, emit=emit
        )

    return _for_each(images, build, emit)


def pull_images(
    start: Path, names: list[str], emit: EventSink, *, source: str | None = None, trust_project: bool = False
) -> bool:
    """Pull the images of these toolchains, until one fails. With `source`, that image is used as the toolchain's.

    Returns whether all succeeded. Raises ForgeError, UntrustedError.
    """
    from wasmforge.containers.images import pull_image

    if source and len(names) > 1:
        raise usage_error("--from is for one toolchain at a time")
    images = _images(start, names, trust_project=trust_project)
    for image in images:
        if image.folder and not source:
            hint = f"wasmforge toolchain build {image.toolchain}, or say where it is with --from"
            raise usage_error(
                f"{image.image} is built from a Dockerfile", where=f"toolchain {image.toolchain}", hint=hint
            )
    return _for_each(images, lambda e, i: pull_image(e, i.toolchain, i.image, source=source, emit=emit), emit)


def _for_each(
    images: tuple[ToolchainImage, ...], work: "Callable[[Engine, ToolchainImage], object]", emit: EventSink
) -> bool:
    """Work on one image after the other; a failure is emitted as that of an action, and ends it."""
    from wasmforge.containers.engine import find_engine
    from wasmforge.containers.images import ImageError

    engine = find_engine()
    for image in images:
        try:
            work(engine, image)
        except ImageError as e:
            failure = Failure(label=f"toolchain {image.toolchain}", reason=str(e), output=e.output)
            emit(ActionFailed(failure=failure))
            return False
    return True


def _images(start: Path, names: list[str], *, trust_project: bool) -> tuple[ToolchainImage, ...]:
    """The images of these toolchains. Raises ForgeError for one without an image, UntrustedError."""
    from wasmforge.containers.image_files import dockerfile

    catalog, trust = catalog_and_trust(start, trust_project=trust_project)
    images: dict[str, ToolchainImage] = {}
    for name in names:
        if name not in catalog.toolchains:
            raise ForgeError(unknown("toolchain", name, catalog.toolchains))
        if name in trust.refused:
            trust.demand()
        origins = catalog.toolchains[name].origins
        index = next((i for i, origin in enumerate(origins) if isinstance(origin, ContainerOrigin)), None)
        if index is None:
            hint = f"wasmforge toolchain show {name}"
            raise usage_error("has no origin in a container", where=f"toolchain {name}", hint=hint)
        image = cast("ContainerOrigin", origins[index]).image
        file = dockerfile(Path(catalog.origin_file(name, index)), image)
        images[name] = ToolchainImage(toolchain=name, image=image, folder=file.parent if file else None)
    return tuple(images.values())
