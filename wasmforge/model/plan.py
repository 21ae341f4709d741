"""The plan as data: actions with declared inputs and outputs (the Remote Execution API's word and rules)."""

from typing import Literal

from wasmforge.model.base import Struct
from wasmforge.model.manifest import Limits, Waiver
from wasmforge.model.report import LeftOut
from wasmforge.model.smoke import Smoke


class SourceFile(Struct, frozen=True, kw_only=True):
    """A file of the workspace: `path` from the project's root, SHA-256 of its bytes, size in bytes.

    The path of a file that is not in the project is absolute: one beside a bundled recipe, one that was fetched.
    """

    path: str
    digest: str
    size: int
    executable: bool = False


class Snapshot(Struct, frozen=True, kw_only=True):
    """A component's sources by group, as the recipe's globs found them; keyed by path within the component.

    Paths of files outside of the component's folder begin with `.project/`. `files` also has those that options name,
    if they exist, and those that the patterns of the component's `files` match: `matched` has their paths by these
    patterns. `folders` are those that were searched, from the project's root. Of a library, `public` are the files that
    components that need it may include, and `public_includes` the folders to search for them.
    `fetched` are the paths of files that others published.
    """

    component: str
    recipe: str
    groups: dict[str, tuple[str, ...]]
    files: dict[str, SourceFile]
    folders: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    public_includes: tuple[str, ...] = ()
    fetched: tuple[str, ...] = ()
    matched: dict[tuple[str, ...], tuple[str, ...]] = {}


class FileList(Struct, frozen=True, kw_only=True):
    """The patterns of a component's `files`, or of an option that lists files.

    `where` is the key in forge.toml, from the component's table.
    """

    where: str
    patterns: tuple[str, ...]


class OptionFile(Struct, frozen=True, kw_only=True):
    """A file of a component that an option names: `where` is the key in forge.toml, from the component's table.

    If it is not `said` there, it is the option's default and need not exist.
    """

    where: str
    path: str
    said: bool


class OptionWord(Struct, frozen=True, kw_only=True):
    """A word of an option that may name sources. `folder`: it is a path of a folder, as it is written."""

    where: str
    word: str
    folder: bool = False


class GeneratedInput(Struct, frozen=True, kw_only=True):
    """An input that another action produces: its output `output` is written to `path`."""

    path: str
    action: str
    output: str


class Action(Struct, frozen=True, kw_only=True):
    """One command in a private directory that holds only its declared inputs.

    `argv[0]` is the name of a tool of `toolchain`, not its path, so that plans are equal on every machine. `{cwd}` in
    arguments and values stands for the private directory. `sources` are written to their keys, `placeholders` are empty
    files. An output that ends in `/` is a folder. `depfile` is the file in which the command names the inputs that it
    read; `depfiles` are patterns of further such files, which are only checked. `scratch` is a folder that the tool may
    get back as it left it. `note` is what is said when the command starts. Neither is part of the key. Times are in
    seconds.
    """

    label: str
    step: str
    argv: tuple[str, ...]
    toolchain: str
    env: dict[str, str]
    sources: dict[str, SourceFile]
    generated_inputs: tuple[GeneratedInput, ...]
    placeholders: tuple[str, ...] = ()
    outputs: tuple[str, ...]
    depfile: str | None = None
    depfiles: tuple[str, ...] = ()
    scratch: str | None = None
    network: bool = False
    note: str = ""
    timeout: float = 600.0


class PlannedFile(Struct, frozen=True, kw_only=True):
    """One file of a delivery: what it is for (`role`), its path in the delivered folder, whose output it is.

    With `source` it is that file of the project, as it is, and no action's output.
    """

    role: str
    name: str
    action: str = ""
    output: str = ""
    source: SourceFile | None = None


class Contract(Struct, frozen=True, kw_only=True):
    """What must hold for one component on one target, with the component's own tightenings and waivers.

    `kind` is what it is built as, `kinds` what the target runs. `start`: it may have a start function. `debug`: it may
    carry names and debug information. `aot` are the formats that native code may have. `never` says why some features
    are not permitted. `import_modules` are given by the host or by the JavaScript beside the module, `caller_modules`
    may be left to whoever calls `instantiate`, `host_imports` are patterns for what the component's own host has. A
    module without JavaScript beside it is judged with the ES module that would be written for the host `javascript`,
    if that is named.
    """

    target: str
    kind: str
    kinds: tuple[str, ...] = ("command", "reactor")
    permitted: tuple[str, ...]
    never: dict[str, str] = {}
    notes: dict[str, str] = {}
    import_modules: tuple[str, ...]
    caller_modules: tuple[str, ...] = ()
    host_imports: tuple[str, ...] = ()
    javascript: Literal["web", "node", "workerd", ""] = ""
    required_exports: tuple[str, ...]
    forbidden_exports: tuple[str, ...] = ()
    start: bool = True
    debug: bool = False
    aot: tuple[str, ...] = ()
    limits: Limits
    waive: tuple[Waiver, ...] = ()


class Delivery(Struct, frozen=True, kw_only=True):
    """What one component gives on one target, in `folder` (from the root), and what must hold for it.

    `run` is the command line that starts it, from the root; empty when there is none. `host` is the one that our own
    JavaScript is written for; empty where the target has none of it. Each of `variants` lies in a
    folder of its own within, and may use the features listed.
    """

    label: str
    component: str
    target: str
    profile: str
    folder: str
    source_folder: str
    files: tuple[PlannedFile, ...]
    variants: dict[str, tuple[str, ...]] = {}
    contract: Contract
    smoke: tuple[Smoke, ...] = ()
    runtimes: tuple[str, ...] = ()
    run: str = ""
    host: Literal["web", "node", "workerd", ""] = ""


class SkippedOptional(Struct, frozen=True, kw_only=True):
    """Why a toolchain is missing on this machine, and what to do about it."""

    why: str
    fix: str = ""


class Plan(Struct, frozen=True, kw_only=True):
    """Actions in an order in which each comes after what it needs, and what is delivered from them.

    `tools` maps each toolchain to its identity on this machine, which is part of every action's key. A plan that is
    only shown may have missing toolchains: their identity is empty, and `absent` says why. `left_out` are requested
    deliveries that are not part of the plan.
    """

    actions: dict[str, Action]
    deliveries: tuple[Delivery, ...]
    tools: dict[str, str]
    absent: dict[str, SkippedOptional] = {}
    left_out: tuple[LeftOut, ...] = ()
