"""A toolchain as data: where its tools come from, and what proves which ones they are."""

from typing import Literal

from wasmforge.model.base import Noun, Shape

MEMORY = 4 * 1024**3
"""Bytes that one command in a container may use where forge.toml says nothing, swap included."""

PROCESSES = 4096
"""Processes and threads that one command in a container may have at once where forge.toml says nothing."""

OriginKind = Literal["path", "python", "npm", "rustup", "container"]


class Try(Shape, frozen=True, kw_only=True):
    """A command that the program found must do well, in an empty folder with nothing on its standard input.

    `run` are its arguments; `why_not` says what it means when it fails.
    """

    run: tuple[str, ...]
    why_not: str


class Held(Shape, frozen=True, kw_only=True):
    """A file that must come with the program found, as `{real}/…` or `{bin}/…`; `why_not`: what it means without."""

    file: str
    why_not: str


class Origin(Shape, frozen=True, kw_only=True):
    """One place a toolchain may come from.

    kind        needs                          identity
    path        `program` on PATH, `probe`     the version it tells, its hash, and those of `also`
    python      `distribution`                 distribution, version, and the hash of `contents`
    npm         a lock file beside this file   the lock file's hash, and that of the Node.js that runs it
    rustup      `targets`                      the version rustc tells, its hash, targets and components
    container   `image`                        the image's digest, and the version `program` tells in it, if named

    `tools` maps a tool's name to the words that start it. They may mention `{program}` and `{bin}` (path and rustup:
    the program found and its folder), `{real}` (path: what `real` tells; rustup: where Rust lives), `{also.NAME}`,
    `{python}` and `{site}` (python: the interpreter and the folder that holds `module`), `{origin}` (npm: the folder
    it was installed in) and the tools of toolchains it `needs` (`{node.node}`). `links` are laid into every action's
    directory as symbolic links. `at_least` is a version; `probe` are the arguments that make the program tell its own.
    `real` are those that make it tell the folder or file it really lives in, for programs behind a proxy such as
    rustup's: its identity is then that of `<real>/bin/<program>`. `also` are programs that must be on PATH (or in the
    image) as well, `tries` what it must be able to do, and `holds` files that must come with it (path and rustup);
    they enter its identity. What rustup lacks of `targets` and `components` it is told to add. `fix` is what a person
    can do.
    """

    kind: OriginKind
    tools: dict[str, tuple[str, ...]]
    links: dict[str, str] = {}
    env: dict[str, str] = {}
    program: str | None = None
    probe: tuple[str, ...] = ("--version",)
    real: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    alike: bool = False
    tries: tuple[Try, ...] = ()
    holds: tuple[Held, ...] = ()
    at_least: str | None = None
    distribution: str | None = None
    module: str | None = None
    contents: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    image: str | None = None
    fix: str = ""


class Toolchain(Shape, frozen=True, kw_only=True):
    """The whole of one toolchain file; origins are tried in order.

    `env` is what its tools see beside the fixed allowlist; `{cache}` is a scratch folder that is never part of a
    key. `needs` names toolchains whose tools its own tools are started with (`{node.node}`). `pool` bounds how
    many of its actions run at once. `chatter` is how lines begin that say nothing once a command has done well.
    `shares` are variables by which tools that are parallel themselves are told how many things to do at once.
    `hints` are next steps by what a failed command prints: a regular expression, whose groups the hint may name.
    """

    format: int
    name: str
    summary: str = ""
    needs: tuple[str, ...] = ()
    pool: int | None = None
    env: dict[str, str] = {}
    chatter: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    hints: dict[str, str] = {}
    origins: tuple[Origin, ...]


class Tried(Noun, frozen=True, kw_only=True):
    """An origin that was looked at: its identity when it is there, or why it is not and what would fix that."""

    toolchain: str
    kind: str
    identity: str = ""
    location: str = ""
    why_not: str = ""
    fix: str = ""


class Kit(Noun, frozen=True, kw_only=True):
    """A toolchain found on this machine. Only `identity` may enter a key; the rest is how things are here.

    `image` is the id of the image its tools are in; `memory` (bytes) and `processes` are what a command may have
    there. `versions` are those that its programs tell, as far as they were asked.
    """

    toolchain: str
    origin: str
    identity: str
    location: str
    tools: dict[str, tuple[str, ...]]
    links: dict[str, str] = {}
    env: dict[str, str] = {}
    pool: int | None = None
    image: str | None = None
    versions: dict[str, str] = {}
    chatter: tuple[str, ...] = ()
    shares: tuple[str, ...] = ()
    hints: dict[str, str] = {}
    memory: int = MEMORY
    processes: int = PROCESSES
