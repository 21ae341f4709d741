"""`wasmforge toolchain build|pull`: the images that toolchains come from."""

from pathlib import Path
from typing import Annotated

import typer

from wasmforge.cli import options
from wasmforge.cli.params import Argument, Option
from wasmforge.errors import Exit

_HERE = Path()

Names = Annotated[list[str], Argument(metavar="NAME...")]


def toolchain_build(
    names: Names,
    base: Annotated[str | None, Option(metavar="IMAGE", help="Start from this image of Debian.")] = None,
    mirror: Annotated[
        str | None, Option(metavar="URI", help="Take packages from this mirror instead of this machine's own.")
    ] = None,
    ca_bundle: Annotated[
        Path | None, Option(metavar="FILE", exists=True, dir_okay=False, help="Certificates to trust, in PEM.")
    ] = None,
    stage: Annotated[
        str | None, Option(metavar="NAME", help="Stop at this stage of the Dockerfile, for a smaller image.")
    ] = None,
    fresh: Annotated[bool, Option("--fresh", help="Run every step again.")] = False,
    trust_project: options.TrustProject = False,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Build the images of toolchains from their Dockerfiles, with packages from this machine's own mirror."""
    from wasmforge.app.toolchain_image import build_images

    with options.reporter(output, quiet, verbose, color) as emit:
        succeeded = build_images(
            options.folder(directory),
            names,
            emit,
            base=base,
            mirror=mirror,
            ca_bundle=ca_bundle,
            stage=stage,
            fresh=fresh,
            trust_project=trust_project,
        )
    raise typer.Exit(Exit.OK if succeeded else Exit.FAILED)


def toolchain_pull(
    names: Names,
    source: Annotated[
        str | None, Option("--from", metavar="IMAGE", help="Pull this image, and use it for the toolchain.")
    ] = None,
    trust_project: options.TrustProject = False,
    output: options.OutputOption = options.Output.TEXT,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    color: options.ColorOption = options.Color.AUTO,
    directory: options.Directory = _HERE,
) -> None:
    """Pull the images of toolchains from a registry."""
    from wasmforge.app.toolchain_image import pull_images

    with options.reporter(output, quiet, verbose, color) as emit:
        succeeded = pull_images(options.folder(directory), names, emit, source=source, trust_project=trust_project)
    raise typer.Exit(Exit.OK if succeeded else Exit.FAILED)
