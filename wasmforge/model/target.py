"""A target as data: the contract of one kind of host."""

from typing import Annotated

from msgspec import Meta

from wasmforge.model.base import TomlStruct
from wasmforge.model.manifest import Limits


class TargetFeatures(TomlStruct, frozen=True, kw_only=True):
    """The WebAssembly features that a module may use on this host."""

    permitted: Annotated[tuple[str, ...], Meta(description="Every feature that a module may use.")]
    default: Annotated[
        tuple[str, ...], Meta(description="Those of them that compilers use although no component asks for them.")
    ] = ()
    never: Annotated[
        dict[str, str],
        Meta(
            description="Features that are not permitted and that people ask for, each with the reason.",
            examples=[{"gc": "WAMR is built without it unless WAMR_BUILD_GC says otherwise"}],
        ),
    ] = {}
    notes: Annotated[
        dict[str, str],
        Meta(description="What else a module that uses the feature needs of its host; shown after such a build."),
    ] = {}


class TargetImports(TomlStruct, frozen=True, kw_only=True):
    """What a module may import on this host."""

    modules: Annotated[
        tuple[str, ...],
        Meta(
            description="Import modules, or single names (`env.memory`), that the host provides. `*` permits all, "
            "because the delivered glue provides them."
        ),
    ] = ()
    caller: Annotated[
        tuple[str, ...],
        Meta(description="Import modules that the caller of the delivered JavaScript's `instantiate` may provide."),
    ] = ()


class TargetExports(TomlStruct, frozen=True, kw_only=True):
    """What a module must export on this host, and must not."""

    command: Annotated[tuple[str, ...], Meta(description="Exports that a command must have.")] = ()
    reactor: Annotated[tuple[str, ...], Meta(description="Exports that a reactor must have.")] = ()
    forbidden: Annotated[tuple[str, ...], Meta(description="Exports that no module may have.")] = ()


class TargetOptions(TomlStruct, frozen=True, kw_only=True):
    """Limits on the options of recipes."""

    never: Annotated[
        dict[str, str],
        Meta(description="Options of recipes that no component may set for this target, each with the reason."),
    ] = {}


class Target(TomlStruct, frozen=True, kw_only=True):
    """The whole of one target file: how a module for one kind of host is built, what it must keep to, where it runs."""

    format: Annotated[int, Meta(description="The version of the file format: 1.")]
    name: Annotated[str, Meta(description="Its name, the same as the file's.")]
    summary: Annotated[str, Meta(description="What it is, in one phrase.")] = ""
    like: Annotated[
        str | None,
        Meta(description="Another target. Recipes that have no words for this one use those for that one."),
    ] = None
    on_request: Annotated[
        bool, Meta(description="Whether it is built only for components and projects that name it.")
    ] = False
    run: Annotated[
        str,
        Meta(
            description="The command line that runs a program built for it, with `{folder}` and `{name}` for the "
            "delivered folder and the component.",
            examples=["wasmtime run {folder}/{name}.wasm"],
        ),
    ] = ""
    run_files: Annotated[
        str,
        Meta(
            description="What `{files}` in `run` and `run-aot` stands for when files lie beside the module, in "
            "`files/`: words that give the program that folder as `/`.",
            examples=["--dir {folder}/files::/"],
        ),
    ] = ""
    notes: Annotated[tuple[str, ...], Meta(description="What else users must know, each in one sentence.")] = ()
    sources: Annotated[tuple[str, ...], Meta(description="The documents that the facts in this file are from.")] = ()
    kinds: Annotated[tuple[str, ...], Meta(description="The kinds of component that the host can run.")] = (
        "command",
        "reactor",
    )
    features: Annotated[TargetFeatures, Meta(description="The features that a module may use.")]
    imports: Annotated[TargetImports, Meta(description="What a module may import.")] = TargetImports()
    exports: Annotated[TargetExports, Meta(description="What a module must export.")] = TargetExports()
    options: Annotated[TargetOptions, Meta(description="Limits on the options of recipes.")] = TargetOptions()
    start: Annotated[
        bool,
        Meta(
            description="Whether a module may have a start function. Where it is false, only a module with shared "
            "memory may: linkers fill that memory there."
        ),
    ] = True
    limits: Annotated[Limits, Meta(description="Upper bounds for every component.")] = Limits()
    recipes: Annotated[
        dict[str, str],
        Meta(description="The recipe for each language that has one.", examples=[{"c": "zig", "rust": "cargo"}]),
    ]
    passes: Annotated[
        tuple[str, ...],
        Meta(description="The passes that run on what the recipe built, in order.", examples=[["wasm-opt", "strip"]]),
    ] = ()
    delivers: Annotated[
        tuple[str, ...],
        Meta(
            description="The roles of outputs that are delivered to `dist/TARGET/COMPONENT/`; each must be built.",
            examples=[["module", "glue", "types"]],
        ),
    ]
    layout: Annotated[
        dict[str, str],
        Meta(
            description="Where the file of a role is put in that folder, if not under the name that its step gave it.",
            examples=[{"archive": "pkg/{name}.tar.gz"}],
        ),
    ] = {}
    loader: Annotated[
        str | None,
        Meta(
            description="The pass that writes the JavaScript which chooses among the variants of a component. Without "
            "one, the variants are delivered alone."
        ),
    ] = None
    may_deliver: Annotated[
        tuple[str, ...], Meta(description="Roles that are delivered as well if some step built them.")
    ] = ()
    aot: Annotated[
        tuple[str, ...],
        Meta(
            description="The formats of native code that the runtimes load; a format without a version means any.",
            examples=[["wamr 6"]],
        ),
    ] = ()
    run_aot: Annotated[str, Meta(description="As `run`, for the native code.")] = ""
    runtimes: Annotated[tuple[str, ...], Meta(description="The runtimes that run smoke tests, the main one first.")]
