"""`wasmforge toolchain build|pull`: the images that toolchains come from."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.declare import Argument, Option
from wasmforge.errors import Exit, did_you_mean, usage

if TYPE_CHECKING:
    from wasmforge.execute.engine import Engine
    from wasmforge.report.reporter import Reporter

_HERE = Path()

Names = Annotated[list[str], Argument(metavar="NAME...")]


def toolchain_build(
    names: Names,
    base: Annotated[str | None, Option(metavar="IMAGE", help="Begin with this image of Debian.")] = None,
    mirror: Annotated[
        str | None, Option(metavar="URI", help="Take packages from here, not from the host's own mirror.")
    ] = None,
    ca_bundle: Annotated[
        Path | None, Option(metavar="FILE", exists=True, dir_okay=False, help="Certificates to trust, in PEM.")
    ] = None,
    stage: Annotated[
        str | None, Option(metavar="NAME", help="Stop at this stage of the Dockerfile: a smaller image.")
    ] = None,
    fresh: Annotated[bool, Option("--fresh", help="Do every step again.")] = False,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Build the images of toolchains from their Dockerfiles; packages come from where this machine's own do."""
    from wasmforge.execute.host import host
    from wasmforge.execute.images import build_image

    known = host(mirror, ca_bundle)

    def build(engine: "Engine", name: str, tell: "Reporter") -> None:
        image, folder = _image(directory, name)
        if folder is None:
            raise usage(f"there is no Dockerfile to build {image} from", where=f"toolchain {name}", hint=_pull(name))
        build_image(engine, name, folder, image, base=base, stage=stage, known=known, fresh=fresh, tell=tell)

    with options.reporter(output, quiet, verbose, color) as tell:
        _each(names, build, tell)


def toolchain_pull(
    names: Names,
    source: Annotated[
        str | None, Option("--from", metavar="IMAGE", help="Pull this image, and use it as the toolchain's.")
    ] = None,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Pull the images of toolchains from a registry."""
    from wasmforge.execute.images import pull_image

    if source and len(names) > 1:
        raise usage("--from is for one toolchain at a time")

    def pull(engine: "Engine", name: str, tell: "Reporter") -> None:
        image, folder = _image(directory, name)
        if folder and not source:
            hint = f"wasmforge toolchain build {name}, or say where it is with --from"
            raise usage(f"{image} is built from a Dockerfile", where=f"toolchain {name}", hint=hint)
        pull_image(engine, name, image, source=source, tell=tell)

    with options.reporter(output, quiet, verbose, color) as tell:
        _each(names, pull, tell)


def _each(names: list[str], do: Callable[["Engine", str, "Reporter"], None], tell: "Reporter") -> None:
    """One image after the other; a step that fails is told as an action that fails is."""
    from wasmforge.execute.engine import find_engine
    from wasmforge.execute.perform import ActionFailedError
    from wasmforge.model.artifact import Failure
    from wasmforge.model.events import ActionFailed

    engine = find_engine()
    for name in names:
        try:
            do(engine, name, tell)
        except ActionFailedError as e:
            tell(ActionFailed(failure=Failure(label=f"toolchain {name}", reason=str(e), output=e.output)))
            raise typer.Exit(Exit.FAILED) from None


def _image(directory: Path, name: str) -> tuple[str, Path | None]:
    """The name of a toolchain's image, and the folder it is built from, if any."""
    from wasmforge import look
    from wasmforge.execute.origins.container import dockerfile

    catalog = look.catalog(options.folder(directory))
    if name not in catalog.toolchains:
        raise usage(f"no toolchain {name!r}", hint=did_you_mean(name, list(catalog.toolchains)))
    image = next((o.image for o in catalog.toolchains[name].origins if o.kind == "container" and o.image), None)
    if image is None:
        raise usage("has no origin in a container", where=f"toolchain {name}", hint=f"wasmforge toolchain show {name}")
    found = dockerfile(Path(catalog.places[f"toolchain {name}"][0]), image)
    return image, found.parent if found else None


def _pull(name: str) -> str:
    return f"wasmforge toolchain pull {name}"
