"""Toolchains as data: the TOML file, and a toolchain as it was found on this machine."""

import re
from typing import Annotated, Literal, cast, get_args

from msgspec import Meta

from wasmforge.model.base import Struct, TomlStruct

MEMORY = 4 * 1024**3
"""Bytes that one command in a container may use where forge.toml says nothing, swap included."""

PROCESSES = 4096
"""Processes and threads that one command in a container may have at once where forge.toml says nothing."""

OriginKind = Literal["path", "python", "npm", "rustup", "container"]


class CapabilityProbe(TomlStruct, frozen=True, kw_only=True):
    """A command that must succeed, or the program is not taken. It is run in an empty folder without input."""

    run: Annotated[tuple[str, ...], Meta(description="The arguments that the program is started with.")]
    why_not: Annotated[
        str, Meta(description="What it means when the command fails.", examples=["cannot link: it has no rust-lld"])
    ]


class RequiredFile(TomlStruct, frozen=True, kw_only=True):
    """A file that must exist, or the program is not taken."""

    file: Annotated[str, Meta(description="Its path. It may mention `{real}`, `{bin}` and the origin's other names.")]
    why_not: Annotated[str, Meta(description="What it means when the file is missing.")]


AtLeast = Annotated[
    str | None, Meta(description="The oldest version that is taken. Without it, any version is.", examples=["1.63"])
]

RequiredFiles = Annotated[
    tuple[RequiredFile, ...], Meta(description="Files that must exist; they are part of the toolchain's identity.")
]

VersionArguments = Annotated[tuple[str, ...], Meta(description="The arguments that make `program` print its version.")]

OtherPrograms = Annotated[
    tuple[str, ...],
    Meta(description="Programs that must be there as well. `{also.NAME}` is the path of one.", examples=[["wasm-ld"]]),
]

SameVersion = Annotated[
    bool, Meta(description="Whether the programs in `also` must have the same version as `program`.")
]


class OriginBase(TomlStruct, frozen=True, kw_only=True, tag_field="kind"):
    """One place that a toolchain may come from."""

    name: Annotated[
        str, Meta(description="A name by which another origin can be `like` this one. It is part of no identity.")
    ] = ""
    like: Annotated[
        str | None,
        Meta(
            description="The name of an origin above, or of one in the file that this file is `like`. This origin has "
            "all keys of that one but those that it writes itself; a table has the rows of both. If that one is of "
            "another `kind`, it has the keys that both kinds have."
        ),
    ] = None
    tools: Annotated[
        dict[str, tuple[str, ...]],
        Meta(
            description="The tools that recipes can start: for each the program and its first arguments. They may "
            "mention names that the kind of origin defines, and tools of toolchains in `needs` (`{node.node}`).",
            examples=[{"rustc": ["{program}"]}],
        ),
    ]
    links: Annotated[
        dict[str, str],
        Meta(description="Symbolic links in the directory of every action: for each name the path that it leads to."),
    ] = {}
    env: Annotated[
        dict[str, str], Meta(description="Environment variables of the tools, beside those of the toolchain.")
    ] = {}
    contents: Annotated[
        tuple[str, ...],
        Meta(
            description="What the toolchain consists of beside its programs: absolute paths, patterns of them, or "
            "names of programs on the PATH of actions. Their bytes are part of its identity; tools may read nothing "
            "else of this machine. A path that does not exist counts as absent.",
            examples=[["{real}/lib/rustlib", "cc"]],
        ),
    ] = ()
    fix: Annotated[
        str,
        Meta(
            description="What a person can do to get the toolchain from here. `, or: ` separates alternatives.",
            examples=["apt install cargo"],
        ),
    ] = ""

    @property
    def kind(self) -> OriginKind:
        """The kind of origin, as `kind` in the file says."""
        return cast("OriginKind", type(self).__struct_config__.tag)


class PathOrigin(OriginBase, frozen=True, kw_only=True, tag="path"):
    """A program on PATH. The first one that fulfils all conditions is taken.

    Its texts may mention `{program}`, `{bin}` (the folder of the program), `{folder}` (the folder of the file that a
    link there leads to), `{real}` (see the key `real`) and `{also.NAME}`.
    """

    program: Annotated[
        str | None,
        Meta(
            description="The program's name, an absolute path, or a path that begins with a variable. Default: the "
            "toolchain's name.",
            examples=["rustc", "$WASI_SDK_PATH/bin/clang"],
        ),
    ] = None
    probe: VersionArguments = ("--version",)
    real: Annotated[
        tuple[str, ...],
        Meta(
            description="The arguments that make the program print the folder or file that it really lives in, for "
            "programs behind a proxy such as rustup's. `<real>/bin/<program>` is taken then.",
            examples=[["--print", "sysroot"]],
        ),
    ] = ()
    also: OtherPrograms = ()
    alike: SameVersion = False
    tries: Annotated[tuple[CapabilityProbe, ...], Meta(description="Commands of the program that must succeed.")] = ()
    holds: RequiredFiles = ()
    at_least: AtLeast = None


class PythonOrigin(OriginBase, frozen=True, kw_only=True, tag="python"):
    """A distribution that is installed in the same Python as wasmforge.

    Its texts may mention `{python}` (the interpreter) and `{site}` (the folder that has the distribution's package).
    """

    distribution: Annotated[
        str | None, Meta(description="The distribution's name. Default: the toolchain's name.", examples=["ziglang"])
    ] = None
    module: Annotated[
        str | None,
        Meta(description="The package that it installs. Default: the distribution's, `_` for `-`."),
    ] = None


class NpmOrigin(OriginBase, frozen=True, kw_only=True, tag="npm"):
    """The packages of a `package-lock.json` beside the toolchain's file, installed by npm in the cache.

    The toolchain must have `node` in `needs`. Its texts may mention `{origin}`, the folder of the packages.
    """


class RustupOrigin(OriginBase, frozen=True, kw_only=True, tag="rustup"):
    """The active toolchain of rustup. Missing targets and components are added, unless the build is offline.

    Its texts may mention `{program}` (rustc), `{bin}` (its folder) and `{real}` (the folder of the whole toolchain).
    """

    targets: Annotated[
        tuple[str, ...], Meta(description="Targets that it must have.", examples=[["wasm32-unknown-unknown"]])
    ] = ()
    components: Annotated[
        tuple[str, ...], Meta(description="Components that it must have.", examples=[["rust-src"]])
    ] = ()
    at_least: AtLeast = None
    holds: RequiredFiles = ()


class ContainerOrigin(OriginBase, frozen=True, kw_only=True, tag="container"):
    """An image of a container engine. Tools are programs in the image."""

    image: Annotated[
        str,
        Meta(
            description="The image's name. `wasmforge/NAME` is built from the Dockerfile in the folder of "
            "toolchain NAME; another one is pulled if its name ends with a digest.",
            examples=["wasmforge/rust"],
        ),
    ]
    program: Annotated[str | None, Meta(description="A program in the image that is asked for its version.")] = None
    probe: VersionArguments = ("--version",)
    also: OtherPrograms = ()
    alike: SameVersion = False
    at_least: AtLeast = None


Origin = PathOrigin | PythonOrigin | NpmOrigin | RustupOrigin | ContainerOrigin
"""One place that a toolchain may come from. The toolchain's identity is a SHA-256 over the origin's keys, the bytes of
the programs that its tools start, and those of its contents; for an image, over the image's own digest.
"""
ORIGIN_KEYS: dict[str, frozenset[str]] = {
    str(kind.__struct_config__.tag): frozenset(kind.__struct_encode_fields__) for kind in get_args(Origin)
}
"""The keys of an origin, by its kind."""

SHORT = 12
"""Hexadecimal digits of a digest that people are shown in tables."""

_DIGEST = re.compile(rf"(sha256:[0-9a-f]{{{SHORT}}})[0-9a-f]{{{64 - SHORT}}}")


def described(identity: str) -> str:
    """What an identity says for people, without its digest."""
    return identity.partition(" sha256:")[0]


def shortened(identity: str) -> str:
    """An identity as tables show it: its digest by its first digits."""
    return _DIGEST.sub(r"\1", identity)


class Toolchain(TomlStruct, frozen=True, kw_only=True):
    """The whole of one toolchain file: `toolchains/NAME.toml`, or `toolchains/NAME/NAME.toml` with files beside it.

    A file that is `like` another one has all keys of that one but those that it writes itself. `{vars.NAME}` in any
    text is replaced by the variable of that name.
    """

    format: Annotated[int, Meta(description="The version of the file format.")]
    name: Annotated[str, Meta(description="The file's name without `.toml`.")]
    like: Annotated[
        str | None,
        Meta(
            description="The toolchain whose keys this one has too, but for `name` and those that it writes itself: a "
            "table has the rows of both, anything else replaces what was there. A project's file may be "
            "like the bundled one of its own name.",
            examples=["rust"],
        ),
    ] = None
    vars: Annotated[
        dict[str, str],
        Meta(description="Variables: `{vars.NAME}` in a key or text.", examples=[{"at-least": "1.71"}]),
    ] = {}
    summary: Annotated[str, Meta(description="What it is, in one phrase.")] = ""
    needs: Annotated[
        tuple[str, ...],
        Meta(description="Toolchains whose tools this one's texts mention.", examples=[["node"]]),
    ] = ()
    pool: Annotated[int | None, Meta(description="How many of its actions run at once, at most.")] = None
    env: Annotated[
        dict[str, str],
        Meta(
            description="Environment variables of its tools, beside the fixed ones of every action. `{cache}` is "
            "a folder that its tools may fill for themselves; its content is part of no key."
        ),
    ] = {}
    chatter: Annotated[
        tuple[str, ...],
        Meta(description="Beginnings of lines that a successful command does not show.", examples=[["Compiling "]]),
    ] = ()
    shares: Annotated[
        tuple[str, ...],
        Meta(
            description="Environment variables by which a tool is told its job slots.",
            examples=[["EMCC_CORES"]],
        ),
    ] = ()
    hints: Annotated[
        dict[str, str],
        Meta(
            description="Next steps after an error: a regular expression that is searched in each line that a failed "
            "command printed, and in why a smoke test failed; and the hint. A line is explained by the first pattern "
            'that matches in it. The hint may mention named groups: `{name}` becomes all words found, `"{name}"` the '
            "same in quotes. A toolchain also knows the hints of those that it `needs`."
        ),
    ] = {}
    missing_files: Annotated[
        tuple[str, ...],
        Meta(
            description="How its tools say that they did not find a file: regular expressions whose group `file` is "
            "its name. A hint then tells where in the project it is.",
            examples=[["fatal error: '(?P<file>[^']+)' file not found"]],
        ),
    ] = ()
    origins: Annotated[
        tuple[Origin, ...], Meta(description="Where it may come from; the first available one is taken.")
    ]


class OriginAttempt(Struct, frozen=True, kw_only=True):
    """An origin that was looked at: its identity when it is there, or why it is not and what would fix that."""

    toolchain: str
    kind: str
    identity: str = ""
    location: str = ""
    why_not: str = ""
    fix: str = ""


class ResolvedToolchain(Struct, frozen=True, kw_only=True):
    """A toolchain found on this machine. Only `identity` may enter a key; the rest is how things are here.

    `image` is the id of the image its tools are in; `memory` (bytes) and `processes` are what a command may have
    there. `versions` are those that its programs tell, as far as they were asked. `contents` are the files and folders
    that the toolchain consists of on this machine, as absolute paths: what an action may read beside its own directory.
    `programs` are the words that start what may be called by name: PATH of its actions has these and no others. `cache`
    is the folder that its tools fill for themselves, if they do.
    """

    toolchain: str
    origin: str
    identity: str
    location: str
    tools: dict[str, tuple[str, ...]]
    contents: tuple[str, ...] = ()
    programs: dict[str, tuple[str, ...]] = {}
    cache: str | None = None
    links: dict[str, str] = {}
    env: dict[str, str] = {}
    pool: int | None = None
    image: str | None = None
    versions: dict[str, str] = {}
    chatter: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    hints: dict[str, str] = {}
    missing_files: tuple[str, ...] = ()
    memory: int = MEMORY
    processes: int = PROCESSES
