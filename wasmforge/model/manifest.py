"""forge.toml as data: what the user wants built."""

from wasmforge.model.base import Noun, Shape
from wasmforge.model.smoke import Smoke
from wasmforge.model.vocabulary import Kind

OptionValue = bool | int | float | str | tuple[str, ...]


class Limits(Shape, frozen=True, kw_only=True):
    """Upper bounds on what is delivered, in bytes (`64 KiB`); `memory` is the module's declared minimum."""

    size: int | str | None = None
    gzip: int | str | None = None
    memory: int | str | None = None


class Waiver(Shape, frozen=True, kw_only=True):
    """A contract rule that one component may break, and why; the reason shows in every report."""

    rule: str
    item: str = "*"
    because: str


class Overlay(Shape, frozen=True, kw_only=True):
    """What differs on one target; a key given here replaces the component's, options and limits merge by key."""

    recipe: str | None = None
    exports: tuple[str, ...] | None = None
    features: tuple[str, ...] | None = None
    options: dict[str, OptionValue] = {}
    limits: Limits = Limits()
    smoke: tuple[Smoke, ...] | None = None


class Component(Shape, frozen=True, kw_only=True):
    """A unit of source in one language. `path` is relative to the forge.toml that declares it.

    `kind` defaults to `reactor` when `exports` are named and to `command` when not.
    `sources` replaces the recipe's globs, group by group. The outputs of `needs` are laid at `needs/<name>/`.
    """

    path: str
    language: str
    recipe: str | None = None
    kind: Kind | None = None
    targets: tuple[str, ...] | None = None
    exports: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    options: dict[str, OptionValue] = {}
    sources: dict[str, tuple[str, ...]] = {}
    needs: tuple[str, ...] = ()
    limits: Limits = Limits()
    waive: tuple[Waiver, ...] = ()
    on: dict[str, Overlay] = {}
    smoke: tuple[Smoke, ...] = ()


class Build(Shape, frozen=True, kw_only=True):
    """Defaults for the command line and for components."""

    profile: str = "release"
    targets: tuple[str, ...] = ()
    dist: str = "dist"


class ToolchainChoice(Shape, frozen=True, kw_only=True):
    """Which origin to take a toolchain from; by default the first that is there."""

    origin: str | None = None


class ManifestFile(Shape, frozen=True, kw_only=True):
    """The whole of one forge.toml."""

    format: int
    members: tuple[str, ...] = ()
    build: Build = Build()
    toolchains: dict[str, ToolchainChoice] = {}
    components: dict[str, Component] = {}


class Placed(Noun, frozen=True, kw_only=True):
    """A component with the place it came from: `file` declares it, `folder` holds its sources (both from the root)."""

    name: str
    file: str
    folder: str
    component: Component


class Manifest(Noun, frozen=True, kw_only=True):
    """A project's forge.toml and those of its members, as one; paths are relative to the project's root."""

    build: Build
    toolchains: dict[str, ToolchainChoice]
    components: dict[str, Placed]
