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
    fetch,
    graph,
    init,
    inspect,
    lock,
    run,
    schema,
    serve,
    smoke,
    toolchain_image,
    trust,
    verify,
)
from wasmforge.cli.cache import cache
from wasmforge.cli.catalog import groups
from wasmforge.cli.typer_adapter import DeclaredTyper

app = DeclaredTyper(
    name="wasmforge",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(requested: bool) -> None:
    if requested:
        from wasmforge.version import version

        typer.echo(f"wasmforge {version()}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """One forge.toml, every WebAssembly target: build, check the bytes, and run."""


app.command(short_help="Write a forge.toml for the sources found here.")(init.init)
app.command(short_help="Build, check every target's contract on the bytes, and test.")(build.build)
app.command(short_help="Check the contracts of what is in dist, or of any module.")(check.check)
app.command(short_help="Run the smoke tests of what is in dist, in every runtime.")(smoke.smoke)
app.command("run", short_help="Run a built program at this terminal.")(run.run)
app.command(short_help="Serve dist over HTTP, with the headers that threads need.")(serve.serve)
app.command(short_help="Build twice in different places, and compare the bytes.")(verify.verify)
app.command(short_help="Time calls in WebAssembly, JavaScript and native code.")(bench.bench)
app.command("ci-matrix", short_help="Print a matrix of jobs for a CI.")(ci_matrix.ci_matrix)
app.command(short_help="Show a module's imports, exports, features and sections.")(inspect.inspect)
app.command(short_help="Explain why an action was run again, or would be.")(explain.explain)
app.command(short_help="Fetch the sources of others that components name.")(fetch.fetch)
app.command(short_help="Show dependencies.")(graph.graph)
app.command(short_help="Show what this machine lacks, and the commands that fix it.")(doctor.doctor)
app.command(short_help="Trust the recipes and toolchains of this project.")(trust.trust)
app.command(short_help="Write forge.lock: the toolchains that `build --locked` requires.")(lock.lock)
app.command(short_help="Print the JSON Schema of forge.toml or of a catalog file.")(schema.schema)
app.command(short_help="Delete dist and the records of earlier builds.")(clean.clean)
app.add_typer(cache, name="cache")
groups["toolchain"].command("build")(toolchain_image.toolchain_build)
groups["toolchain"].command("pull")(toolchain_image.toolchain_pull)
for name, group in groups.items():
    app.add_typer(group, name=name)
