"""The promise of `recipe lint`: what it finds clean can be planned, whatever a component sets or leaves unset."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from random import Random

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.factories.plan import adding, catalog, component, manifest, recipe, snapshot, step, target, toolchain
from wasmforge.errors import ForgeError
from wasmforge.model.catalog import Catalog
from wasmforge.model.manifest import Component, OptionValue
from wasmforge.model.plan import Plan
from wasmforge.model.recipe import FeatureWords, Option, Recipe, Step
from wasmforge.model.target import TargetFeatures
from wasmforge.model.vocabulary import PROFILES
from wasmforge.plan import Request, lint, make_plan, select

WORDS = ("", "a", "-O2", "tool", "other", "..", "/abs", "x y")

NAMES = ("name", "exports", "features", "kind", "language", "target", "profile")

PARTS = ("", "", "", ".stem", ".name", ".parent", ".joined", ".comma")

FEATURES = TargetFeatures(permitted=("simd",))

Rows = dict[str, dict[str, str | tuple[str, ...]]]


class Dice:
    """Makes things up from a random source: recipes that are often clean, and often not quite."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def chance(self, often: float) -> bool:
        """True that often."""
        return self.random.random() < often

    def some(self, items: Sequence[str], most: int) -> tuple[str, ...]:
        """None to `most` of these."""
        return tuple(self.random.choice(items) for _ in range(self.random.randint(0, most))) if items else ()

    def words(self) -> str | tuple[str, ...]:
        """What a lookup may hold."""
        return self.random.choice(WORDS) if self.chance(0.7) else self.some(WORDS, 2)

    def rows(self, choices: Sequence[str]) -> Rows:
        """A lookup table: all of the rows with all of the keys, or some with some."""
        if self.chance(0.4):
            return {}
        whole = self.chance(0.6)
        return {
            choice: {key: self.words() for key in "pq" if whole or self.chance(0.5)}
            for choice in choices
            if whole or self.chance(0.5)
        }

    def option(self) -> Option:
        """An option of any kind, now and then with a default, which now and then does not fit."""
        kind = self.random.choice(("text", "list", "flag", "choice", "file"))
        fitting: dict[str, OptionValue] = {"text": "a", "list": ("a", "b"), "flag": True, "choice": "p", "file": "a.t"}
        default = self.random.choice((None, fitting[kind], fitting[kind]))
        if self.chance(0.05):
            default = self.random.choice((*fitting.values(), 1))
        said: dict[str, object] = {}
        if kind == "flag":
            said = {"on": self.some(WORDS, 2), "off": self.some(WORDS, 2)}
        elif kind == "choice":
            said = {"choices": {key: self.words() for key in "pq"}}
        return Option(kind=kind, default=default, **said)  # type: ignore[arg-type]

    def word(self, names: Sequence[str]) -> str:
        """A word that mentions names, or parts of what they stand for."""
        if self.chance(0.01):
            return self.random.choice(("{", "{nothing}", "{}"))
        said = ""
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            if self.chance(0.6):
                said += f"{{{self.random.choice(names)}{self.random.choice(PARTS)}}}"
            else:
                said += self.random.choice(("-x", "=", "/", ".o", "{{", "out"))
        return said

    def first(self, names: Sequence[str]) -> str:
        """A first word that is looked up, or any."""
        tables = [n for n in names if n.endswith((".p", ".q"))]
        return f"{{{self.random.choice(tables)}}}" if tables and self.chance(0.7) else self.word(names)

    def path(self, index: int, names: Sequence[str], *, each: bool) -> str:
        """Where to write: mostly well, now and then anywhere."""
        if self.chance(0.1):
            return self.word(names)
        if self.chance(0.15):
            return f"{index}/{self.word([n for n in names if not n.startswith('sources.')])}"
        if each:
            return self.random.choice((f"{index}/{{each}}.o", f"{index}{{each}}", f"{{each.stem}}.{index}"))
        return self.random.choice((f"{index}/{{name}}.wasm", f"{index}.{{target}}.{{kind}}", f"{{profile}}/./{index}"))

    def step(self, index: int, prefix: str, plain: Sequence[str], files: Sequence[str]) -> Step:
        """A step, which mentions any of these."""
        known = [*plain, *files]
        each = self.random.choice((None, None, f"{{{self.random.choice(files)}}}", self.word(known)))
        inside = [*known, *(["each"] * 3 if each is not None else [])]
        run: list[str | tuple[str, ...]] = ["tool" if self.chance(0.95) else self.first(inside)]
        run += [self.word(inside) for _ in range(self.random.randint(0, 2))]
        if self.chance(0.3):
            run.append((self.word(inside), self.word(inside)))
        if self.chance(0.7):
            run.append(f"{{{self.random.choice(files)}}}")
        roles = self.random.choice((("module",), ("object",), ("module", "map")))
        return step(
            f"{prefix}{index}",
            each=each,
            run=tuple(run),
            outputs={
                role: self.path(index, inside, each=each is not None) + ("x" if role == "map" else "") for role in roles
            },
            inputs=tuple(f"{{{name}}}" for name in self.some(files, 1)),
            placeholders=(self.path(index, inside, each=each is not None),) if self.chance(0.1) else (),
            depfile=self.path(index, inside, each=each is not None) if self.chance(0.2) else None,
            env={"V": self.word(inside)} if self.chance(0.15) else {},
        )

    def lists(self, names: Sequence[str]) -> dict[str, tuple[str | tuple[str, ...], ...]]:
        """None to two lists, of which the second may mention the first; now and then one that mentions the item."""
        made: dict[str, tuple[str | tuple[str, ...], ...]] = {}
        for name in ("common", "whole")[: self.random.choice((0, 0, 1, 2))]:
            known = [*names, *(f"lists.{n}" for n in made), *(["each"] if self.chance(0.1) else [])]
            words: list[str | tuple[str, ...]] = [self.word(known) for _ in range(self.random.randint(0, 2))]
            made[name] = (*words, (self.word(known), self.word(known))) if self.chance(0.3) else tuple(words)
        return made

    def steps(
        self, prefix: str, plain: Sequence[str], files: Sequence[str], environments: tuple[str, ...] = ()
    ) -> tuple[Step, ...]:
        """One to three steps; the last one mentions all names, so that none is declared for nothing."""
        made: list[Step] = []
        for index in range(self.random.randint(1, 3)):
            if made:
                files = [*files, *(f"steps.{made[-1].name}.{role}" for role in made[-1].outputs)]
            made.append(self.step(index, prefix, plain, files))
        run = (*made[-1].run, *(f"{{{name}}}" for name in (*plain, *files)))
        fields = {
            name: getattr(made[-1], name) for name in ("each", "outputs", "inputs", "placeholders", "depfile", "env")
        }
        return (*made[:-1], step(made[-1].name, run=run, environments=environments, **fields))

    def catalog(self) -> Catalog:
        """A recipe for two languages and a pass, on two targets; only `web` has the pass."""
        tables: dict[str, Rows] = {
            "kind": self.rows(("command", "reactor")),
            "language": {"toy": {}, "toy2": {}} | self.rows(("toy", "toy2")),
            "target": self.rows(("web", "wasi")),
            "profile": self.rows(PROFILES),
        }
        options = {name: self.option() for name in ("one", "two", "three") if self.chance(0.5)}
        simd = FeatureWords(on=self.some(WORDS, 2), off=self.some(WORDS, 2))
        sources = ["sources.units", "sources.more", "needs"]
        lists = self.lists([*names_in(tables, options), *sources])
        made = recipe(
            kinds=tables["kind"],
            languages=tables["language"],
            targets=tables["target"],
            profiles=tables["profile"],
            options=options,
            features={"simd": simd} if self.chance(0.5) else {},
            sources={"units": ("*.t",), "more": ("*.m",)},
            lists=lists,
            environments={"shared": {"W": self.word(NAMES), "V": "lost"}},
            steps=self.steps(
                "step", [*names_in(tables, options), *(f"lists.{n}" for n in lists)], sources, ("shared",)
            ),
        )
        polish = adding(steps=self.steps("pass", NAMES, ["given.module"]))
        aims = (
            target("web", features=FEATURES, passes=("polish",), recipes={"toy": "toy", "toy2": "toy"}),
            target("wasi", features=FEATURES),
        )
        return catalog(made, passes=(polish,), targets=aims, toolchains=(toolchain(),))

    def value(self, option: Option) -> OptionValue:
        """What a person may set an option to."""
        if option.kind == "flag":
            return self.chance(0.5)
        if option.kind == "choice":
            return self.random.choice(sorted(option.choices))
        if option.kind == "list":
            return self.some((*WORDS, "{name}"), 3)
        if option.kind == "file":
            return self.random.choice(("a.t", "./d/a.t", "not-there.t"))
        return self.random.choice((*WORDS, "{name}", 7, 0.5, "../../x"))

    def component(self, made: Recipe) -> Component:
        """A component that sets some of the options, and all else in some way."""
        return component(
            language=self.random.choice(("toy", "toy2")),
            recipe="toy",
            kind=self.random.choice((None, "command", "reactor")),
            exports=tuple(dict.fromkeys(self.some(("f", "../g", "h i"), 2))),
            features=tuple(made.features) if self.chance(0.5) else (),
            options={name: self.value(option) for name, option in made.options.items() if self.chance(0.5)},
        )

    def files(self) -> tuple[str, ...]:
        """Files that a glob might have found."""
        return tuple(dict.fromkeys(self.some(("a.t", "d/a.t", "d/e/b.t", "sp ace.t", "..t"), 3)))


def names_in(tables: Mapping[str, Rows], options: Mapping[str, Option]) -> list[str]:
    """What a step may mention beside files."""
    keys = {f"{table}.{key}" for table, rows in tables.items() for row in rows.values() for key in row}
    return [*NAMES, *sorted(keys), *(f"options.{name}" for name in options)]


def planned(known: Catalog, one: Component, profile: str, units: tuple[str, ...], more: tuple[str, ...]) -> Plan:
    """Plan `app`, without the check that would refuse a recipe that is not clean."""
    said = manifest(app=one)
    wanted = select(said, known, Request(profile=profile))
    files = {("app", "toy"): snapshot("app", "toy", units=units, more=more)}
    return make_plan(said, wanted, known, files, {"box": "box 1"})


def faults(plan: Plan, known: Catalog) -> Iterator[str]:
    """What must hold of every plan, and does not."""
    tools = {tool for o in known.toolchains["box"].origins for tool in o.tools}
    before: set[tuple[str, str]] = set()
    for label, action in plan.actions.items():
        if action.argv[0] not in tools:
            yield f"{label} starts with {action.argv[0]}"
        if missing := [g for g in action.generated_inputs if (g.action, g.output) not in before]:
            yield f"{label} is given what is not made before it: {missing}"
        laid = [*action.sources, *(g.path for g in action.generated_inputs), *action.placeholders]
        if twice := [p for p, n in Counter(laid).items() if n > 1]:
            yield f"{label} has two files at {twice}"
        for path in (*action.outputs, *action.placeholders, *((action.depfile,) if action.depfile else ())):
            if path.startswith("/") or ".." in path.split("/") or path.strip("/") in ("", "."):
                yield f"{label} names {path}"
        before |= {(label, output) for output in action.outputs}
    for delivery in plan.deliveries:
        mine = [a for label, a in plan.actions.items() if label.startswith(f"{delivery.label}:step")]
        made = [output for action in mine for output in action.outputs]
        if twice := [o for o, n in Counter(made).items() if n > 1]:
            yield f"{delivery.label} writes {twice} twice"


def outcome(dice: Dice) -> str:
    """Make up a catalog, plan some components with it, and say how that went. Raises AssertionError when not well."""
    known = dice.catalog()
    clean = not any(lint(made, known) for made in (known.recipes["toy"], known.passes["polish"]))
    said = "not clean"
    for _ in range(6 if clean else 2):
        one = dice.component(known.recipes["toy"])
        profile, units, more = dice.random.choice(PROFILES), dice.files(), dice.files()
        try:
            plan = planned(known, one, profile, units, more)
        except ForgeError as e:
            assert not clean or e.problems[0].where.startswith("components."), f"{e}\n{known}\n{one}"
            said = "clean, refused for its files" if clean else said
        except Exception as e:
            assert not clean, f"{e!r}\n{known}\n{one}"
        else:
            assert not clean or not list(faults(plan, known)), (list(faults(plan, known)), known, one)
            said = "clean, planned" if clean else said
    return said


@settings(max_examples=examples(150), deadline=None)
@given(st.randoms(use_true_random=True))
def test_what_lint_finds_clean_can_be_planned(random: Random) -> None:
    event(outcome(Dice(random)))


def test_the_recipes_made_up_here_are_clean_often_enough_to_tell_something() -> None:
    said = Counter(outcome(Dice(Random(seed))) for seed in range(200))  # noqa: S311 - reproducible, not secret
    assert said["clean, planned"] > 10, said
    assert said["not clean"] > 50, said
