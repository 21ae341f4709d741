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


app.command(short_help="Write forge.toml from the sources that lie here.")(init.init)
app.command(short_help="Build, prove every target's contract on the bytes, and test.")(build.build)
app.command(short_help="Prove the contracts of what stands in dist, or of any module.")(check.check)
app.command(short_help="Run the smoke tests of what stands in dist, in every runtime.")(smoke.smoke)
app.command("run", short_help="Run a program that was built, at this terminal.")(start.run)
app.command(short_help="Serve what was built, with the headers that threads need.")(serve.serve)
app.command(short_help="Build twice, elsewhere and anew, and compare the bytes.")(verify.verify)
app.command(short_help="Time calls in WebAssembly, JavaScript and native code.")(bench.bench)
app.command("ci-matrix", short_help="Print the work as a matrix for a CI.")(ci_matrix.ci_matrix)
app.command(short_help="Show a module's imports, exports, features and sections.")(inspect.inspect)
app.command(short_help="Say why an action was done again, or would be.")(explain.explain)
app.command(short_help="Show what needs what.")(graph.graph)
app.command(short_help="Say what this machine lacks, and the command that helps.")(doctor.doctor)
app.command(short_help="Write forge.lock: the toolchains that builds are held to.")(lock.lock)
app.command(short_help="Print the JSON Schema of forge.toml and our other files.")(schema.schema)
app.command(short_help="Delete dist and what is known of earlier builds.")(clean.clean)
app.add_typer(cache, name="cache")
app.add_typer(recipe, name="recipe")
toolchain.command("build")(toolchain_image.toolchain_build)
toolchain.command("pull")(toolchain_image.toolchain_pull)
app.add_typer(toolchain, name="toolchain")
app.add_typer(target, name="target")
