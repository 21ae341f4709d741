"""The command tree."""

from typing import Annotated

import typer

from wasmforge.cli import (
    bench,
    build,
    check,
    ci_matrix,
    clean,
    doctor,
    explain,
    graph,
    init,
    inspect,
    lock,
    schema,
    serve,
    smoke,
    start,
    toolchain_image,
    verify,
)
from wasmforge.cli.cache import cache
from wasmforge.cli.catalog import recipe, target, toolchain
from wasmforge.cli.typed import Commands

app = Commands(
    name="wasmforge",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from wasmforge.version import version

        typer.echo(f"wasmforge {version()}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """One forge.toml, every WebAssembly target: build, prove on the bytes, and run."""


app.command()(init.init)
app.command()(build.build)
app.command()(check.check)
app.command()(smoke.smoke)
app.command("run")(start.run)
app.command()(serve.serve)
app.command()(verify.verify)
app.command()(bench.bench)
app.command("ci-matrix")(ci_matrix.ci_matrix)
app.command()(inspect.inspect)
app.command()(explain.explain)
app.command()(graph.graph)
app.command()(doctor.doctor)
app.command()(lock.lock)
app.command()(schema.schema)
app.command()(clean.clean)
app.add_typer(cache, name="cache")
app.add_typer(recipe, name="recipe")
toolchain.command("build")(toolchain_image.toolchain_build)
toolchain.command("pull")(toolchain_image.toolchain_pull)
app.add_typer(toolchain, name="toolchain")
app.add_typer(target, name="target")
