"""What `init` finds in a folder, and what it writes to forge.toml."""

from typing import Literal

from wasmforge.model.base import Struct
from wasmforge.model.manifest import OptionValue
from wasmforge.model.vocabulary import Kind


class FoundComponent(Struct, frozen=True, kw_only=True):
    """A component that was recognized by its sources.

    `path` is relative to the folder that was searched (`.`: that folder itself); all other paths are relative to
    `path`. `units` are compiled; what they include is `included`, whatever it is called. `sources` are all of its
    files. `entry_files` are the files to name to a compiler that follows imports by itself; empty where every unit
    is compiled. `shares_folder`: the folder has other components as well, so its sources must be named. `includes`
    are folders to search for headers, `public_includes` those of a library for others, `std` is the language
    standard, `features` are those that the sources do not compile without, `recipe` is the one whose headers they
    include. `package` and `program` choose a package and a program of a Cargo workspace. `defines` and `flags` are
    for the compiler, `libs` for the linker, `options` for the `recipe`. `problem` says why it cannot be built as it
    is, `notes` what is not sure. `files` are texts to write beside the sources, by path.
    """

    name: str
    path: str
    language: str
    kind: Kind
    exports: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    included: tuple[str, ...] = ()
    entry_files: tuple[str, ...] = ()
    shares_folder: bool = False
    includes: tuple[str, ...] = ()
    public_includes: tuple[str, ...] = ()
    std: str = ""
    features: tuple[str, ...] = ()
    recipe: str = ""
    package: str = ""
    program: str = ""
    defines: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    libs: tuple[str, ...] = ()
    options: dict[str, OptionValue] = {}
    problem: str = ""
    notes: tuple[str, ...] = ()
    files: dict[str, str] = {}


class BuildTarget(Struct, frozen=True, kw_only=True):
    """A library or program that a build file makes. All paths are from the folder that was searched.

    `sources` are its units, `headers` those for its users where the build file names them, `includes` the folders to
    look for headers in. `needs` are other targets that are linked with it. `installed`: it is for users, as far as the
    build file says.
    """

    name: str
    kind: Literal["library", "program"]
    sources: tuple[str, ...]
    headers: tuple[str, ...] = ()
    defines: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    installed: bool = False
    std: str = ""


class BuildProject(Struct, frozen=True, kw_only=True):
    """A project with a build of its own, and what that says. `root` is its folder, `file` its build file.

    `system` is the build's name for people; `ran`: it was asked what it makes, and not only read. `headers_alone`
    are its libraries without units. `generated` are the texts of headers that it wrote, by their paths from `root`.
    `notes` say what is not sure. `otherwise` is the same project as another of its build files has it, for where
    this one tells no units.
    """

    root: str
    file: str
    system: str
    name: str = ""
    ran: bool = False
    targets: tuple[BuildTarget, ...] = ()
    headers_alone: tuple[str, ...] = ()
    generated: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    otherwise: "BuildProject | None" = None


class SkippedFolder(Struct, frozen=True, kw_only=True):
    """A folder or file that was not searched, and why."""

    path: str
    why: str


class Tree(Struct, frozen=True, kw_only=True):
    """The sources and build files of a folder, and what was not searched."""

    paths: tuple[str, ...]
    skipped: tuple[SkippedFolder, ...] = ()


class ForgeEntry(Struct, frozen=True, kw_only=True):
    """A component as it is written to forge.toml: only what differs from the defaults.

    `targets` are all its targets; `names_targets`: the file must list them. A component with a `problem` is written as
    a comment. `notes` are comments above it: what `init` is not sure of.
    """

    component: FoundComponent
    targets: tuple[str, ...] = ()
    names_targets: bool = False
    recipe: str = ""
    sources: dict[str, tuple[str, ...]] = {}
    options: dict[str, OptionValue] = {}
    problem: str = ""
    notes: tuple[str, ...] = ()


class InitResult(Struct, frozen=True, kw_only=True):
    """What `init` did.

    `text` was written, or would be in a dry run; so were `files`, headers of a project's own build. `declared` are the
    components that forge.toml had before. `next` is
    the next command.
    """

    file: str
    status: Literal["written", "extended", "unchanged"]
    dry_run: bool = False
    entries: tuple[ForgeEntry, ...] = ()
    declared: tuple[str, ...] = ()
    skipped: tuple[SkippedFolder, ...] = ()
    files: tuple[str, ...] = ()
    text: str = ""
    next: str = ""
