"""The plan as data: actions with declared inputs and outputs (the Remote Execution API's word and rules)."""

from wasmforge.model.base import Noun
from wasmforge.model.manifest import Limits, Waiver
from wasmforge.model.smoke import Smoke


class SourceFile(Noun, frozen=True, kw_only=True):
    """A file of the workspace: `path` from the project's root, SHA-256 of its bytes, size in bytes."""

    path: str
    digest: str
    size: int
    executable: bool = False


class Snapshot(Noun, frozen=True, kw_only=True):
    """A component's sources by group, as the recipe's globs found them; keyed by path within the component.

    `files` has those that options name as well, as far as they are there. `folders` are those that were searched, from
    the project's root.
    """

    component: str
    recipe: str
    groups: dict[str, tuple[str, ...]]
    files: dict[str, SourceFile]
    folders: tuple[str, ...] = ()


class Named(Noun, frozen=True, kw_only=True):
    """A file of a component that an option names: `where` is its place in forge.toml, from the component's table.

    One that is not `said` there is the option's default, and need not be there.
    """

    where: str
    path: str
    said: bool


class Given(Noun, frozen=True, kw_only=True):
    """An input that another action produces: its output `output` is laid at `path`."""

    path: str
    action: str
    output: str


class Action(Noun, frozen=True, kw_only=True):
    """One command in a private directory that holds only its declared inputs.

    `argv[0]` is the name of a tool of `toolchain`; where that tool is on this machine is not said here, so that
    plans are equal on every machine. `{cwd}` in words and values is the private directory, put in when the command
    is run. `sources` are laid at their keys, `placeholders` as empty files. An output that ends in `/` is a folder.
    `scratch` is a folder that the tool may find as it left it, and no fact of the action. Times are in seconds.
    """

    label: str
    step: str
    argv: tuple[str, ...]
    toolchain: str
    env: dict[str, str]
    sources: dict[str, SourceFile]
    givens: tuple[Given, ...]
    placeholders: tuple[str, ...] = ()
    outputs: tuple[str, ...]
    depfile: str | None = None
    scratch: str | None = None
    network: bool = False
    timeout: float = 600.0


class Piece(Noun, frozen=True, kw_only=True):
    """One file of a delivery: what it is for (`role`), its path in the delivered folder, whose output it is."""

    role: str
    name: str
    action: str
    output: str


class Contract(Noun, frozen=True, kw_only=True):
    """What must hold for one component on one target, with the component's own tightenings and waivers.

    `kind` is what it is built as, `kinds` what the target runs. `start`: it may have a start function. `debug`: it may
    carry names and debug information. `aot` are the formats that native code may have. `never` says why some features
    are not permitted.
    """

    target: str
    kind: str
    kinds: tuple[str, ...] = ("command", "reactor")
    permitted: tuple[str, ...]
    never: dict[str, str] = {}
    notes: dict[str, str] = {}
    import_modules: tuple[str, ...]
    required_exports: tuple[str, ...]
    forbidden_exports: tuple[str, ...] = ()
    start: bool = True
    debug: bool = False
    aot: tuple[str, ...] = ()
    limits: Limits
    waive: tuple[Waiver, ...] = ()


class Delivery(Noun, frozen=True, kw_only=True):
    """What one component gives on one target, in `folder` (from the root), and what must hold for it.

    `run` is the command line that starts it, from the root; empty when there is none. Each of `variants` lies in a
    folder of its own within, and may use the features listed.
    """

    label: str
    component: str
    target: str
    profile: str
    folder: str
    source_folder: str
    pieces: tuple[Piece, ...]
    variants: dict[str, tuple[str, ...]] = {}
    contract: Contract
    smoke: tuple[Smoke, ...] = ()
    runtimes: tuple[str, ...] = ()
    run: str = ""


class Plan(Noun, frozen=True, kw_only=True):
    """Actions in an order in which each comes after what it needs, and what is delivered from them.

    `tools` maps each toolchain to its identity on this machine: one fact of every action's key.
    """

    actions: dict[str, Action]
    deliveries: tuple[Delivery, ...]
    tools: dict[str, str]
