"""A target as data: the contract of one kind of host."""

from wasmforge.model.base import Shape
from wasmforge.model.manifest import Limits


class TargetFeatures(Shape, frozen=True, kw_only=True):
    """`permitted`: all that a module may use here. `default`: those switched on without being asked for."""

    permitted: tuple[str, ...]
    default: tuple[str, ...] = ()


class TargetImports(Shape, frozen=True, kw_only=True):
    """Import modules that this host provides; `*` permits any, because the artifact's own glue provides them."""

    modules: tuple[str, ...] = ()


class TargetExports(Shape, frozen=True, kw_only=True):
    """Exports that a module must have, per kind of component."""

    command: tuple[str, ...] = ()
    reactor: tuple[str, ...] = ()


class Target(Shape, frozen=True, kw_only=True):
    """The whole of one target file.

    `recipes` names the recipe per language; `passes` run on what the recipe gave, in order; `delivers` are the
    roles laid into `dist/<target>/<component>/`; `runtimes` run the smoke tests. `sources` are the pages that
    the facts were read from.
    """

    format: int
    name: str
    summary: str = ""
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("command", "reactor")
    features: TargetFeatures
    imports: TargetImports = TargetImports()
    exports: TargetExports = TargetExports()
    limits: Limits = Limits()
    recipes: dict[str, str]
    passes: tuple[str, ...] = ()
    delivers: tuple[str, ...]
    runtimes: tuple[str, ...]
