"""forge.toml as data: what the user wants built."""

from typing import Annotated

import msgspec

from wasmforge.model.base import Noun, Shape
from wasmforge.model.bench import Bench
from wasmforge.model.smoke import Smoke
from wasmforge.model.vocabulary import Kind

Processes = Annotated[int, msgspec.Meta(ge=16, le=4_194_304)]
"""How many processes a command may have at once: enough for a compiler and its parts, at most what Linux can count."""

OptionValue = bool | int | float | str | tuple[str, ...]


class Limits(Shape, frozen=True, kw_only=True):
    """Upper bounds in bytes (`64 KiB`): the module's size, raw and compressed, and of its memories.

    `memory` bounds what they start with, `max-memory` what they may grow to; a memory without a maximum of its own
    fits any bound, because the host stops it.
    """

    size: int | str | None = None
    gzip: int | str | None = None
    brotli: int | str | None = None
    memory: int | str | None = None
    max_memory: int | str | None = None


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
    variants: dict[str, tuple[str, ...]] | None = None
    options: dict[str, OptionValue] = {}
    limits: Limits = Limits()
    smoke: tuple[Smoke, ...] | None = None


class Component(Shape, frozen=True, kw_only=True):
    """A unit of source in one language. `path` is relative to the forge.toml that declares it.

    `kind` defaults to `reactor` when `exports` are named and to `command` when not.
    `variants` are built beside each other, each with its features besides `features`; JavaScript picks one at run time.
    `sources` replaces the recipe's globs, group by group. The outputs of `needs` are laid at `needs/<name>/`.
    """

    path: str
    language: str
    recipe: str | None = None
    kind: Kind | None = None
    targets: tuple[str, ...] | None = None
    exports: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    variants: dict[str, tuple[str, ...]] = {}
    options: dict[str, OptionValue] = {}
    sources: dict[str, tuple[str, ...]] = {}
    needs: tuple[str, ...] = ()
    limits: Limits = Limits()
    waive: tuple[Waiver, ...] = ()
    on: dict[str, Overlay] = {}
    smoke: tuple[Smoke, ...] = ()
    bench: tuple[Bench, ...] = ()


class Build(Shape, frozen=True, kw_only=True):
    """Defaults for the command line and for components."""

    profile: str = "release"
    targets: tuple[str, ...] = ()
    dist: str = "dist"


class ToolchainChoice(Shape, frozen=True, kw_only=True):
    """Which origin to take a toolchain from (default: the first that is there), and what its containers may use.

    `memory` is in bytes or a string (`8 GiB`) and counts for each of its commands, as `processes` does. They bound
    what a command may use and change nothing it makes, so no key holds them.
    """

    origin: str | None = None
    memory: int | str | None = None
    processes: Processes | None = None


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
