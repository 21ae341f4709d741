"""forge.toml as data: what the user wants built."""

from typing import Annotated, Literal

from msgspec import Meta

from wasmforge.model.base import Struct, TomlStruct
from wasmforge.model.bench import Bench
from wasmforge.model.fetch import Fetch
from wasmforge.model.smoke import Smoke
from wasmforge.model.vocabulary import Kind

Processes = Annotated[int, Meta(ge=16, le=4_194_304)]
"""How many processes a command may have at once: enough for a compiler and its parts, at most what Linux can count."""

OptionValue = bool | int | float | str | tuple[str, ...]


class Limits(TomlStruct, frozen=True, kw_only=True):
    """Upper bounds: in bytes, or as a string with `B`, `KB`, `MB`, `GB`, `KiB`, `MiB` or `GiB`."""

    size: Annotated[int | str | None, Meta(description="The module's size.", examples=["64 KiB"])] = None
    gzip: Annotated[int | str | None, Meta(description="The module's size, compressed by gzip.")] = None
    brotli: Annotated[int | str | None, Meta(description="The module's size, compressed by Brotli.")] = None
    memory: Annotated[int | str | None, Meta(description="What its memories start with.")] = None
    max_memory: Annotated[
        int | str | None,
        Meta(
            description="What its memories may grow to. A memory without a maximum of its own is within any bound, "
            "because the host stops it."
        ),
    ] = None


class Waiver(TomlStruct, frozen=True, kw_only=True):
    """A rule of the contract that the component may break."""

    rule: Annotated[
        str,
        Meta(
            description="The rule: `features`, `imports`, `exports`, `entry`, `limits`, `memory`, `start`, `debug`, "
            "`kind`, `valid` or `aot`."
        ),
    ]
    item: Annotated[str, Meta(description="What of it, as a pattern for what the rule finds.", examples=["env.*"])] = (
        "*"
    )
    because: Annotated[str, Meta(description="Why; shown in every report.")]


class Overlay(TomlStruct, frozen=True, kw_only=True):
    """What is different on one target. `options` and `limits` are merged key by key; any other key given here replaces
    the component's.
    """

    recipe: Annotated[str | None, Meta(description="As the component's.")] = None
    exports: Annotated[tuple[str, ...] | None, Meta(description="As the component's.")] = None
    features: Annotated[tuple[str, ...] | None, Meta(description="As the component's.")] = None
    variants: Annotated[dict[str, tuple[str, ...]] | None, Meta(description="As the component's.")] = None
    host_imports: Annotated[tuple[str, ...] | None, Meta(description="As the component's.")] = None
    options: Annotated[dict[str, OptionValue], Meta(description="As the component's.")] = {}
    limits: Annotated[Limits, Meta(description="As the component's.")] = Limits()
    files: Annotated[tuple[str, ...] | None, Meta(description="As the component's.")] = None
    smoke: Annotated[tuple[Smoke, ...] | None, Meta(description="As the component's.")] = None


class Component(TomlStruct, frozen=True, kw_only=True):
    """A unit of source code in one language. Its name is unique in the project."""

    path: Annotated[str, Meta(description="Its folder, relative to the file.")]
    language: Annotated[
        str,
        Meta(
            description="`c`, `c++`, `zig`, `rust`, `assemblyscript` (a dialect of TypeScript), `wat`, or what a "
            "recipe of yours builds."
        ),
    ]
    recipe: Annotated[
        str | None, Meta(description="The recipe that builds it, if not the target's for the language.")
    ] = None
    kind: Annotated[
        Kind | None,
        Meta(
            description="`command` (runs once), `reactor` (has exports) or `library` (an archive and headers for "
            "components that need it, see docs/cpp.md). If not given: `reactor` with `exports`, else `command`."
        ),
    ] = None
    targets: Annotated[
        tuple[str, ...] | None, Meta(description="What it is built for, if not for `build.targets`.")
    ] = None
    exports: Annotated[tuple[str, ...], Meta(description="Functions that the module must export.")] = ()
    features: Annotated[
        tuple[str, ...],
        Meta(description="WebAssembly features to enable besides the target's defaults.", examples=[["simd"]]),
    ] = ()
    variants: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="The component is built once for each of these, with its features besides `features`; "
            "JavaScript chooses one at run time. See Variants.",
            examples=[{"simd": ["simd"], "base": []}],
        ),
    ] = {}
    options: Annotated[
        dict[str, OptionValue], Meta(description="Options of its recipe: `wasmforge recipe show NAME` lists them.")
    ] = {}
    sources: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="Patterns that replace those of the recipe, group by group; each must match a file. `!PATTERN` "
            "takes files away from its list, wherever it stands; a list of such patterns alone takes them away from "
            "the recipe's. `//PATTERN` begins at the project's root.",
            examples=[{"c-units": ["src/*.c", "!src/test_*.c", "//third_party/zlib/*.c"]}],
        ),
    ] = {}
    files: Annotated[
        tuple[str, ...],
        Meta(
            description="Files that the module finds when it runs, as patterns from the component's folder: each lies "
            "under `/` and its path there. In pages, workers and Node.js they are in memory; for WASI's runtimes they "
            "are delivered in the folder `files/`, to be preopened as `/`. At most 256 MiB.",
            examples=[["assets/**"]],
        ),
    ] = ()
    fetch: Annotated[
        dict[str, Fetch],
        Meta(
            description="Sources that others published, by a name of your own. See Fetched sources.",
            examples=[{"zlib": {"url": "https://example.org/zlib-1.3.1.tar.gz", "sha256": "9a93b2b7…"}}],
        ),
    ] = {}
    needs: Annotated[
        tuple[str, ...],
        Meta(
            description="Components that are built first; what they deliver is in `needs/NAME/` when this one is "
            "built. Of a library, its headers are found and its archive is linked."
        ),
    ] = ()
    public_includes: Annotated[
        tuple[str, ...] | None,
        Meta(
            description="Of a library: the folders in which components that need it find its headers; `//` begins at "
            "the project's root. If not given: `include`, or its own folder if it has none.",
            examples=[["api"]],
        ),
    ] = None
    public_defines: Annotated[
        tuple[str, ...],
        Meta(
            description="Of a library: preprocessor definitions for itself and for components that need it.",
            examples=[["CORE_STATIC", "CORE_VERSION=3"]],
        ),
    ] = ()
    host_imports: Annotated[
        tuple[str, ...],
        Meta(
            description="Imports that its host gives besides those of the target, as patterns for MODULE.NAME: what an "
            "embedder registers, or a page passes to `instantiate`. Smoke tests have none of them.",
            examples=[["env.sensor_read", "game.*"]],
        ),
    ] = ()
    limits: Annotated[Limits, Meta(description="Upper bounds, besides the target's.")] = Limits()
    waive: Annotated[
        tuple[Waiver, ...],
        Meta(
            description="Rules that it may break, each with the reason.",
            examples=[[{"rule": "imports", "item": "env.*", "because": "the page provides them"}]],
        ),
    ] = ()
    on: Annotated[dict[str, Overlay], Meta(description="What is different on one target.")] = {}
    smoke: Annotated[tuple[Smoke, ...], Meta(description="Its smoke tests.")] = ()
    bench: Annotated[tuple[Bench, ...], Meta(description="Calls that `wasmforge bench` times.")] = ()


class Build(TomlStruct, frozen=True, kw_only=True):
    """Defaults for the command line and for components."""

    profile: Annotated[
        str,
        Meta(
            description="`dev`, `release` or `size`. It is delivered to `dist/TARGET/NAME`, others (`-p dev`) to "
            "`dist/dev/TARGET/NAME`."
        ),
    ] = "release"
    targets: Annotated[
        tuple[str, ...],
        Meta(
            description="What components are built for that name no targets. If not given: `web`, `node` and `wasi`, "
            "as far as they have a recipe for the language."
        ),
    ] = ()
    dist: Annotated[
        str,
        Meta(
            description="The folder that results are delivered to. It may be a link to another folder of the project, "
            "not out of it (for another disk, mount one there), and nothing in it may be a link."
        ),
    ] = "dist"
    sandbox: Annotated[
        Literal["auto", "required", "off"],
        Meta(
            description="`auto`: on Linux, bubblewrap or, if it does not work, Landlock (Linux 6.7 or later) confines "
            "commands and smoke tests to their own folders; if neither works, the build says so. `required`: if "
            "neither works, nothing is run (exit code 3). `off`: nothing is confined, and each build says so. "
            "`--sandbox` and `WASMFORGE_SANDBOX` replace it, but `auto` does not replace "
            "`required`."
        ),
    ] = "auto"


class ToolchainChoice(TomlStruct, frozen=True, kw_only=True):
    """Where a toolchain is taken from, and what its commands may use in a container. Names are those of
    `wasmforge toolchain list`. Only `origin` can change what is built.
    """

    origin: Annotated[
        str | None,
        Meta(
            description="The origin to use: `path`, `python`, `npm`, `rustup` or `container`. If not given, the first "
            "that works on this machine."
        ),
    ] = None
    memory: Annotated[
        int | str | None,
        Meta(
            description="What each of its commands may use in a container, swap included: `64 MiB` or more. If not "
            "given, `4 GiB`.",
            examples=["8 GiB"],
        ),
    ] = None
    processes: Annotated[
        Processes | None,
        Meta(
            description="How many processes and threads each of its commands may have at once in a container. If not "
            "given, 4096."
        ),
    ] = None


class ManifestFile(TomlStruct, frozen=True, kw_only=True):
    """The whole of one forge.toml."""

    format: Annotated[int, Meta(description="The version of the file format: 1.")]
    members: Annotated[
        tuple[str, ...],
        Meta(
            description="Folders (or patterns) with a forge.toml of their own, which may only have `components`.",
            examples=[["packages/*"]],
        ),
    ] = ()
    build: Annotated[Build, Meta(description="Defaults.")] = Build()
    toolchains: Annotated[
        dict[str, ToolchainChoice], Meta(description="Where toolchains are taken from, and what they may use.")
    ] = {}
    components: Annotated[
        dict[str, Component], Meta(description="What is built; names are unique in the project.")
    ] = {}


class ProjectComponent(Struct, frozen=True, kw_only=True):
    """A component with the place it came from: `file` declares it, `folder` holds its sources (both from the root)."""

    name: str
    file: str
    folder: str
    component: Component


class Manifest(Struct, frozen=True, kw_only=True):
    """A project's forge.toml and those of its members, as one; paths are relative to the project's root."""

    build: Build
    toolchains: dict[str, ToolchainChoice]
    components: dict[str, ProjectComponent]
