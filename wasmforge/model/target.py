"""A target as data: the contract of one kind of host."""

from wasmforge.model.base import Shape
from wasmforge.model.manifest import Limits


class TargetFeatures(Shape, frozen=True, kw_only=True):
    """`permitted`: all that a module may use here. `default`: those switched on without being asked for.

    `never` says why, for features that are not permitted and that people ask for. `notes` say what else a module that
    uses a feature needs of its host, and are told after the build of such a one.
    """

    permitted: tuple[str, ...]
    default: tuple[str, ...] = ()
    never: dict[str, str] = {}
    notes: dict[str, str] = {}


class TargetImports(Shape, frozen=True, kw_only=True):
    """Import modules that this host provides; `*` permits any, because the artifact's own glue provides them."""

    modules: tuple[str, ...] = ()


class TargetExports(Shape, frozen=True, kw_only=True):
    """Exports that a module must have, per kind of component, and those that none may have."""

    command: tuple[str, ...] = ()
    reactor: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


class TargetOptions(Shape, frozen=True, kw_only=True):
    """`never`: options of recipes that nothing for this target may set, and why."""

    never: dict[str, str] = {}


class Target(Shape, frozen=True, kw_only=True):
    """The whole of one target file.

    Recipes that have no words for this target use those for the target it is `like`. A target that is `on-request` is
    built only for components or projects that name it. `run` is the command line that a user starts the result with,
    `{folder}` and `{name}` standing for the delivered folder and the component; `notes` are what else users must know.
    `loader` is the pass that writes what chooses among the variants of a component; without one, all are delivered.
    Where `start` is false a module may have a start function only when its memory is shared: linkers fill it there.

    `recipes` names the recipe per language; `passes` run on what the recipe gave, in order; `delivers` are the
    roles laid into `dist/<target>/<component>/`, each at its path in `layout` (`pkg/{name}.tar.gz`), else under the
    name that its step gave it, and so are those of `may-deliver` that something made. `runtimes` run the smoke tests.
    `aot` are the formats of native code that the target's runtimes load (`wamr 6`, or `wasmtime` whichever version),
    `run-aot` is the command line where there is some. `sources` are the pages that the facts were read from.
    """

    format: int
    name: str
    summary: str = ""
    like: str | None = None
    on_request: bool = False
    run: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("command", "reactor")
    features: TargetFeatures
    imports: TargetImports = TargetImports()
    exports: TargetExports = TargetExports()
    options: TargetOptions = TargetOptions()
    start: bool = True
    limits: Limits = Limits()
    recipes: dict[str, str]
    passes: tuple[str, ...] = ()
    delivers: tuple[str, ...]
    layout: dict[str, str] = {}
    loader: str | None = None
    may_deliver: tuple[str, ...] = ()
    aot: tuple[str, ...] = ()
    run_aot: str = ""
    runtimes: tuple[str, ...]
