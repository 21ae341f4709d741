"""Each rule of `recipe lint` on a recipe that breaks only it; the shipped recipes break none."""

import pytest

from tests.support.factories.plan import adding, catalog, recipe, step, target, toolchain
from wasmforge.config import load_catalog
from wasmforge.model.catalog import Catalog
from wasmforge.model.recipe import FeatureWords, Option, Recipe
from wasmforge.model.toolchain import NpmOrigin, PathOrigin
from wasmforge.plan import lint

Told = tuple[str, str, str]


def running(*words: str | tuple[str, ...], **changes: object) -> Recipe:
    """The recipe `toy` whose one command also has these words."""
    made: dict[str, object] = {"steps": (step(run=("tool", "{sources.units}", *words)),), **changes}
    return recipe("toy", **made)


def each(**changes: object) -> Recipe:
    """The recipe `toy` that makes an object of each source and links them."""
    said: dict[str, object] = {"each": "{sources.units}", "run": ("tool", "{each}"), "outputs": {"object": "{each}.o"}}
    return recipe(steps=(step("compile", **said | changes), step("link", run=("tool", "{steps.compile.object}"))))


def option(kind: str, *words: str | tuple[str, ...], **changes: object) -> Recipe:
    """The recipe `toy` with an option `x`."""
    run = ("tool", "{sources.units}", *(words or ("{options.x}",)))
    return recipe(options={"x": Option(kind=kind, **changes)}, steps=(step(run=run),))  # type: ignore[arg-type]


B = "recipe toy: steps.build"
C = "recipe toy: steps.compile"

BROKEN: dict[str, tuple[Recipe, Told]] = {
    "no steps": (recipe(steps=(), sources={}), ("recipe toy", "it has no steps", "")),
    "option that is joined and no list": (
        option("text", shared="link"),
        ("recipe toy: options.x.shared", "only lists are joined in a link, not kind 'text'", ""),
    ),
    "library that gives what is none": (
        running(library={"include": ("{public.includes}",)}),
        ("recipe toy: library.include", "unknown library 'include'", "did you mean 'includes'?"),
    ),
    "library of an unknown name": (
        running(library={"archives": ("{steps.archive.lib}",)}),
        ("recipe toy: library.archives", "{steps.archive.lib} names nothing", ""),
    ),
    "mentioned group that is none": (
        running(mentioned={"unit": '"([a-z]+)"'}),
        ("recipe toy: mentioned.unit", "unknown group 'unit'", "did you mean 'units'?"),
    ),
    "mentioned without a name": (
        running(mentioned={"units": "#include"}),
        ("recipe toy: mentioned.units", "no group in it matches a name", """'"([^"]+)"'"""),
    ),
    "mentioned that is no expression": (
        running(mentioned={"units": "(("}),
        (
            "recipe toy: mentioned.units",
            "is no regular expression: missing ), unterminated subpattern at position 1",
            "",
        ),
    ),
    "need that is no flag": (
        running("{features}", features={"simd": FeatureWords(on=("-msimd",), needs="anew")}),
        ("recipe toy: features.simd.needs", "'anew' is not a flag among its options", ""),
    ),
    "words under a name that means something else": (
        running(
            "{features.joined}", "{features}", features={"simd": FeatureWords(on=("-msimd",), words={"joined": "x"})}
        ),
        (
            "recipe toy: features",
            "'joined' cannot be a name of words here",
            "{features.joined} is something else already",
        ),
    ),
    "words of a feature that nothing mentions": (
        running("{features}", features={"simd": FeatureWords(on=("-msimd",), words={"c": "x"})}),
        ("recipe toy: features.c", "no step mentions it", ""),
    ),
    "feature of no target": (
        running("{features}", features={"simd": FeatureWords(on=("-msimd",), targets=("wbe",))}),
        ("recipe toy: features.simd.targets", "unknown target 'wbe'", "did you mean 'web'?"),
    ),
    "unknown name": (
        running("{sources.unit}"),
        (f"{B}.run", "{sources.unit} names nothing", "did you mean 'sources.units'?"),
    ),
    "unknown part": (
        running("{sources.units.stm}"),
        (f"{B}.run", "{sources.units.stm} names nothing", "did you mean 'sources.units'?"),
    ),
    "lone brace": (
        running("{"),
        (f"{B}.run", "a lone '{' in '{'; write '{{' for a brace", ""),
    ),
    "NUL": (running("a\0"), (f"{B}.run", r"'a\x00' contains a NUL, which no command can take", "")),
    "later step": (
        recipe(steps=(step(run=("tool", "{sources.units}", "{steps.last.x}")), step("last", outputs={"x": "x"}))),
        (f"{B}.run", "{steps.last.x} names nothing", "known: cwd, exports, "),
    ),
    "each without each": (
        running("{each}"),
        (f"{B}.run", "{each} names nothing", "known: cwd, exports, features, files, kind, language, name, "),
    ),
    "each in each": (each(each="{sources.units}{each}"), (f"{C}.each", "{each} names nothing", "")),
    "two lists": (
        running("{exports}{sources.units}"),
        (f"{B}.run", "mentions two lists: exports, sources.units", "one word, one list"),
    ),
    "two lists in a phrase": (
        running(("-x", "{exports}", "{needs}")),
        (f"{B}.run", "mentions two lists: exports, needs", "one word, one list"),
    ),
    "a list that mentions what is not there": (
        running("{lists.all}", lists={"all": ("-x", "{sources.unit}")}),
        (f"{B}.run: lists.all", "{sources.unit} names nothing", "did you mean 'sources.units'?"),
    ),
    "a list that mentions a later one": (
        running("{lists.all}", "{lists.more}", lists={"all": ("{lists.more}",), "more": ("-x",)}),
        (f"{B}.run: lists.all", "{lists.more} names nothing", ""),
    ),
    "a list that mentions itself": (
        running("{lists.all}", lists={"all": ("{lists.all}",)}),
        (f"{B}.run: lists.all", "{lists.all} names nothing", ""),
    ),
    "a list of a later step": (
        recipe(
            lists={"all": ("{steps.last.x}",)},
            steps=(step(run=("tool", "{sources.units}", "{lists.all}")), step("last", outputs={"x": "x"})),
        ),
        (f"{B}.run: lists.all", "{steps.last.x} names nothing", ""),
    ),
    "a list with each where there is none": (
        running("{lists.all}", lists={"all": ("{each}",)}),
        (f"{B}.run: lists.all", "{each} names nothing", ""),
    ),
    "a lone brace in a list": (
        running("{lists.all}", lists={"all": ("}",)}),
        (f"{B}.run: lists.all", "a lone '}' in '}'; write '}}' for a brace", ""),
    ),
    "two lists in a word of a list": (
        running("{lists.all}", lists={"all": ("{exports}{sources.units}",)}),
        (f"{B}.run: lists.all", "mentions two lists: exports, sources.units", "one word, one list"),
    ),
    "a list of words among the inputs": (
        recipe(lists={"all": ("{sources.units}", "{name}")}, steps=(step(inputs=("{lists.all}",)),)),
        (f"{B}.inputs", "'{lists.all}' is not a list of files", "name a list of files: "),
    ),
    "a list where one word is needed": (
        recipe(lists={"all": ("a",)}, steps=(step(env={"V": "{lists.all}"}),)),
        (f"{B}.env", "{lists.all} may stand for none or one or several words where one word is needed", ""),
    ),
    "a file among the modules that are provided": (
        recipe(provides=("{sources.units}",)),
        ("recipe toy: provides", "{sources.units} names nothing", ""),
    ),
    "a file in a list of modules that are provided": (
        running("{lists.all}", lists={"all": ("{sources.units}",)}, provides=("{lists.all}",)),
        ("recipe toy: provides: lists.all", "{sources.units} names nothing", ""),
    ),
    "an environment that is not there": (
        recipe(environments={"cargo": {"A": "1"}}, steps=(step(environments=("cargo", "crago")),)),
        (f"{B}.environments", "unknown environment 'crago'", "did you mean 'cargo'?"),
    ),
    "an environment that no step mentions": (
        recipe(environments={"cargo": {"A": "1"}}),
        ("recipe toy: environments.cargo", "no step mentions it", ""),
    ),
    "several words in an environment": (
        recipe(environments={"cargo": {"A": "{exports}"}}, steps=(step(environments=("cargo",)),)),
        (f"{B}.env", "{exports} may stand for none or one or several words where one word is needed", ""),
    ),
    "a variable of an environment": (
        recipe(environments={"cargo": {"A-B": "1"}}, steps=(step(environments=("cargo",)),)),
        ("recipe toy: env", "'A-B' cannot be a variable's name", ""),
    ),
    "an environment's name": (
        recipe(environments={"a.b": {"A": "1"}}, steps=(step(environments=("a.b",)),)),
        ("recipe toy: environments", "'a.b' cannot be a name here", ""),
    ),
    "a list that nothing mentions": (
        recipe(lists={"all": ("_{exports}",)}),
        ("recipe toy: lists.all", "no step mentions it", ""),
    ),
    "no tool": (
        recipe(sources={}, steps=(step(run=()),)),
        (f"{B}.run", "the first word must be a tool", ""),
    ),
    "a phrase for a tool": (
        recipe(steps=(step(run=(("tool", "{sources.units}"),)),)),
        (f"{B}.run", "the first word must be a tool", ""),
    ),
    "unknown tool": (
        recipe(steps=(step(run=("tol", "{sources.units}")),)),
        (f"{B}.run", "toolchain 'box' has no tool 'tol' in its path origin", "did you mean 'tool'?"),
    ),
    "a tool that may vanish": (
        recipe(profiles={"dev": {"with": "tool"}}, steps=(step(run=("{profile.with}", "{sources.units}")),)),
        (f"{B}.run", "the first word must be a tool, and '{profile.with}' may stand for nothing", ""),
    ),
    "a lookup of tools with a wrong one": (
        recipe(
            profiles={"dev": {"with": "tool"}, "release": {"with": "tol"}, "size": {"with": "other"}},
            steps=(step(run=("{profile.with}", "{sources.units}")),),
        ),
        (f"{B}.run", "toolchain 'box' has no tool 'tol' in its path origin", "did you mean 'tool'?"),
    ),
    "the target's name for a tool": (
        recipe(targets={"web": {}}, steps=(step(run=("{target.joined}", "{sources.units}")),)),
        (f"{B}.run", "toolchain 'box' has no tool '{target.joined}' in its path origin", ""),
    ),
    "a file for a tool": (
        recipe(steps=(step(run=("{sources.units}",)),)),
        (f"{B}.run", "toolchain 'box' has no tool '{sources.units}' in its path origin", ""),
    ),
    "unknown toolchain": (
        recipe(toolchain="bxo"),
        (B, "unknown toolchain 'bxo'", "did you mean 'box'?"),
    ),
    "unknown toolchain of a step": (
        recipe(steps=(step(toolchain="bxo"),)),
        (B, "unknown toolchain 'bxo'", "did you mean 'box'?"),
    ),
    "unknown toolchain of a flag": (
        recipe(options={"x": Option(kind="flag", on=("-src",), off=("",))}, steps=(step(toolchain="box{options.x}"),)),
        (B, "unknown toolchain 'box-src'", "did you mean 'box'?"),
    ),
    "a toolchain that may be none": (
        recipe(options={"x": Option(kind="flag", on=("box",))}, steps=(step(toolchain="{options.x}"),)),
        (f"{B}.toolchain", "{options.x} may stand for none or one words where one word is needed", ""),
    ),
    "a toolchain that may be anything": (
        recipe(options={"x": Option(kind="text", default="box")}, steps=(step(toolchain="{options.x}"),)),
        (f"{B}.toolchain", "'{options.x}' can be any word", "use lookups, flags and choices"),
    ),
    "no time": (recipe(steps=(step(timeout=0.0),)), (f"{B}.timeout", "0 s is not a positive time", "")),
    "never a time": (recipe(steps=(step(timeout=float("nan")),)), (f"{B}.timeout", "nan s is not a positive time", "")),
    "a variable that may be none": (
        recipe(options={"x": Option(kind="text")}, env={"X": "{options.x}"}),
        (f"{B}.env", "{options.x} may stand for none or one words where one word is needed", ""),
    ),
    "a variable that may be many": (
        recipe(env={"X": "{exports}"}),
        (f"{B}.env", "{exports} may stand for none or one or several words where one word is needed", ""),
    ),
    "a variable's name": (recipe(env={"A=B": "x"}), ("recipe toy: env", "'A=B' cannot be a variable's name", "")),
    "a variable's name in a step": (
        recipe(steps=(step(env={"1A": "x"}),)),
        ("recipe toy: env", "'1A' cannot be a variable's name", ""),
    ),
    "an output that may not be there": (
        recipe(steps=(step(outputs={"module": "{profile.out}"}),), profiles={"dev": {"out": "x"}}),
        (f"{B}.outputs", "{profile.out} may stand for none or one words where one word is needed", ""),
    ),
    "an output outside": (
        recipe(steps=(step(outputs={"module": "../{name}.wasm"}),)),
        (f"{B}.outputs.module", "the path '../n.wasm' leads outside the action's directory", ""),
    ),
    "an absolute output": (
        recipe(steps=(step(outputs={"module": "/{name}.wasm"}),)),
        (f"{B}.outputs.module", "the path '/n.wasm' leads outside the action's directory", ""),
    ),
    "an output of a lookup outside": (
        recipe(
            steps=(step(outputs={"module": "{kind.at}/x"}),), kinds={"command": {"at": "a"}, "reactor": {"at": ".."}}
        ),
        (f"{B}.outputs.module", "the path '../x' leads outside the action's directory", ""),
    ),
    "an output that is the directory": (
        recipe(steps=(step(outputs={"module": "."}),)),
        (f"{B}.outputs.module", "the path '.' names no file", ""),
    ),
    "an output that a person names": (
        recipe(options={"x": Option(kind="text", default="a")}, steps=(step(outputs={"module": "{options.x}"}),)),
        (f"{B}.outputs.module", "{options.x} may be any text, also none that is a path", ""),
    ),
    "an output of a joined list": (
        recipe(steps=(step(outputs={"module": "{sources.units.joined}"}),)),
        (f"{B}.outputs.module", "{sources.units.joined} may be any text, also none that is a path", ""),
    ),
    "an output of each of a person's words": (
        each(each="{exports}", run=("tool", "{sources.units}", "{each}")),
        (f"{C}.outputs.object", "{each} may be any text, also none that is a path", ""),
    ),
    "an output over a source": (
        each(outputs={"object": "{each}"}),
        (f"{C}.outputs.object", "'{each}' would overwrite a file that is read", '"{each}.o"'),
    ),
    "two outputs at one path": (
        recipe(steps=(step(outputs={"module": "x", "map": "x"}),)),
        (f"{B}.outputs", "two outputs are written to 'x'", ""),
    ),
    "one output for all items": (
        each(outputs={"object": "x.o"}),
        (f"{C}.outputs.object", "every item would write the same file", "mention {each}"),
    ),
    "a depfile outside": (
        recipe(steps=(step(depfile="../x.d"),)),
        (f"{B}.depfile", "the path '../x.d' leads outside the action's directory", ""),
    ),
    "a scratch folder outside": (
        recipe(steps=(step(scratch="../x"),)),
        (f"{B}.scratch", "the path '../x' leads outside the action's directory", ""),
    ),
    "an output in the scratch folder": (
        recipe(steps=(step(scratch="made/", outputs={"module": "made/x.wasm"}),)),
        (
            f"{B}.outputs.module",
            "'made/x.wasm' is in the scratch folder, which may have an old one",
            "write it elsewhere",
        ),
    ),
    "a placeholder outside": (
        recipe(steps=(step(placeholders=("/x",)),)),
        (f"{B}.placeholders", "the path '/x' leads outside the action's directory", ""),
    ),
    "an input that is a word": (
        recipe(steps=(step(inputs=("units",)),)),
        (f"{B}.inputs", "'units' is not a list of files", "name a list of files: {sources.GROUP}, {steps.STEP.ROLE}"),
    ),
    "an input in a word": (
        recipe(steps=(step(inputs=("src/{sources.units}",)),)),
        (
            f"{B}.inputs",
            "'src/{sources.units}' is not a list of files",
            "name a list of files: {sources.GROUP}, {steps.STEP.ROLE}",
        ),
    ),
    "a file beside that is not beside": (
        running("{files.x}", files={"x": "../x"}),
        ("recipe toy: files.x", "the path '.recipe/../x' leads outside the action's directory", ""),
    ),
    "unused option": (recipe(options={"x": Option(kind="text")}), ("recipe toy: options.x", "no step mentions it", "")),
    "unused sources": (
        recipe(sources={"units": ("*",), "more": ("*",)}),
        ("recipe toy: sources.more", "no step mentions it", ""),
    ),
    "unused features": (
        recipe(features={"simd": FeatureWords(on=("-x",))}),
        ("recipe toy: features", "no step mentions it", ""),
    ),
    "unused lookup": (
        recipe(targets={"web": {"x": "y"}}),
        ("recipe toy: target.x", "no step mentions it", ""),
    ),
    "unused file": (recipe(files={"x": "x.py"}), ("recipe toy: files.x", "no step mentions it", "")),
    "unknown feature": (
        recipe(features={"smid": FeatureWords()}),
        ("recipe toy: features.smid", "unknown feature 'smid'", "did you mean 'simd'?"),
    ),
    "unknown target": (
        recipe(targets={"wbe": {}}),
        ("recipe toy: targets.wbe", "unknown target 'wbe'", "did you mean 'web'?"),
    ),
    "unknown profile": (
        recipe(profiles={"relase": {}}),
        ("recipe toy: profiles.relase", "unknown profile 'relase'", "did you mean 'release'?"),
    ),
    "unknown kind": (
        recipe(kinds={"comand": {}}),
        ("recipe toy: kinds.comand", "unknown kind 'comand'", "did you mean 'command'?"),
    ),
    "two steps of one name": (
        recipe(steps=(step(), step(outputs={"module": "other.wasm"}))),
        ("recipe toy: steps", "two steps are named 'build'", ""),
    ),
    "a step's name": (
        recipe(steps=(step("a.b"),)),
        ("recipe toy: steps", "'a.b' cannot be a name here", "letters, digits, '-' and '_'"),
    ),
    "a role's name": (
        recipe(steps=(step(outputs={"a:b": "x"}),)),
        ("recipe toy: steps.build.outputs", "'a:b' cannot be a name here", "letters, digits, '-' and '_'"),
    ),
    "an option's name": (
        recipe(options={"x.stem": Option(kind="text")}, steps=(step(run=("tool", "{sources.units}{options.x.stem}")),)),
        ("recipe toy: options", "'x.stem' cannot be a name here", "letters, digits, '-' and '_'"),
    ),
    "a default that does not fit": (
        option("list", default="a"),
        ("recipe toy: options.x.default", "expected a list of strings, got 'a'", ""),
    ),
    "a default that is no choice": (
        option("choice", choices={"a": "b"}, default="b"),
        ("recipe toy: options.x.default", "expected one of a, got 'b'", ""),
    ),
    "a choice without choices": (option("choice"), ("recipe toy: options.x", "a choice without choices", "")),
    "a text that is on": (
        option("text", on=("-x",)),
        ("recipe toy: options.x", "`on` and `off` are for flags, not for kind 'text'", ""),
    ),
    "a NUL in a lookup": (
        running("{target.x}", targets={"web": {"x": "a\0"}}),
        ("recipe toy: targets.web.x", "a word contains a NUL, which no command can take", ""),
    ),
    "a NUL in a feature": (
        running("{features}", features={"simd": FeatureWords(off=("a\0",))}),
        ("recipe toy: features.simd", "a word contains a NUL, which no command can take", ""),
    ),
    "a NUL in a choice": (
        option("choice", choices={"a": "\0"}),
        ("recipe toy: options.x.choices.a", "a word contains a NUL, which no command can take", ""),
    ),
    "no languages": (
        recipe(languages={}, sources={}, steps=(step(run=("tool",)),)),
        ("recipe toy: languages", "it builds no language", "a pass belongs in recipes/passes/"),
    ),
}


def problems(made: Recipe, known: Catalog) -> list[Told]:
    """What lint has to say."""
    return [(p.where, p.what, p.hint) for p in lint(made, known)]


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule(name: str) -> None:
    made, (where, what, hint) = BROKEN[name]
    found = problems(made, catalog(made))
    assert [(w, s) for w, s, _ in found] == [(where, what)]
    assert found[0][2].startswith(hint)


PASSES: dict[str, tuple[Recipe, Told]] = {
    "languages": (
        adding(languages={"toy": {}}, steps=(step("polish", run=("tool",), outputs={"module": "x"}),)),
        ("recipe polish: languages", "a pass has no languages", "move it out of passes/"),
    ),
    "needs": (
        adding(steps=(step("polish", run=("tool", "{given.module}", "{needs}"), outputs={"module": "x"}),)),
        ("recipe polish: steps.polish.run", "{needs} names nothing", "known: cwd, exports, "),
    ),
    "a role that comes later": (
        adding(steps=(step("polish", run=("tool", "{given.glue}"), outputs={"module": "x"}),)),
        ("recipe polish: steps.polish.run", "{given.glue} names nothing", "did you mean 'given.module'?"),
    ),
    "in place": (
        adding(steps=(step("polish", run=("tool", "{given.module}"), outputs={"module": "{given.module}"}),)),
        (
            "recipe polish: steps.polish.outputs.module",
            "'{given.module}' would overwrite a file that is read",
            '"{each}.o"',
        ),
    ),
    "an output that some language leads outside": (
        adding(steps=(step("polish", run=("tool", "{given.module}"), outputs={"module": "/{language}"}),)),
        ("recipe polish: steps.polish.outputs.module", "the path '/toy' leads outside the action's directory", ""),
    ),
    "a step named like the recipe's": (
        adding(steps=(step("build", run=("tool", "{given.module}"), outputs={"module": "x"}),)),
        (
            "recipe polish: steps.build",
            "recipe 'toy' has a step of that name, for target 'web'",
            "labels need different ones: rename it",
        ),
    ),
}


@pytest.mark.parametrize("name", PASSES)
def test_each_rule_of_passes(name: str) -> None:
    made, (where, what, hint) = PASSES[name]
    wrapping = adding("wrap", steps=(step("wrap", run=("tool", "{given.module}"), outputs={"glue": "x.js"}),))
    known = catalog(passes=(made, wrapping), targets=(target("web", passes=("polish", "wrap")),))
    found = problems(made, known)
    assert [(w, s) for w, s, _ in found] == [(where, what)]
    assert found[0][2].startswith(hint)


def test_a_pass_has_no_sources() -> None:
    made = adding(sources={"units": ("*",)})
    known = catalog(passes=(made,), targets=(target("web", passes=("polish",)),))
    assert (
        "recipe polish: sources",
        "a pass has no sources: it takes what others built",
        "mention {given.module}",
    ) in (problems(made, known))


GOOD: dict[str, Recipe] = {
    "the smallest": recipe(),
    "each and link": each(),
    "a tool for each profile": recipe(
        profiles={"dev": {"with": "tool"}, "release": {"with": "other"}, "size": {"with": "other"}},
        steps=(step(run=("{profile.with}", "{sources.units}")),),
    ),
    "a presence marker": recipe(
        kinds={"command": {"run": ""}},
        targets={"web": {"host": "page"}, "wasi": {"host": "shell"}},
        steps=(
            step(each="{target.host}{kind.run}", run=("tool", "{each}", "{sources.units}")),
            step("rest", outputs={"rest": "rest"}),
        ),
    ),
    "words where none need be": running(
        "-x{options.a}",
        ("-y", "{options.b}"),
        "{options.c}",
        options={
            "a": Option(kind="text"),
            "b": Option(kind="list"),
            "c": Option(kind="flag", on=("-c",)),
        },
    ),
    "folders and flags in outputs": recipe(
        options={"debug": Option(kind="flag", on=("debug",), off=("fast",))},
        steps=(step(outputs={"module": "{target}/{profile}/{options.debug}/{name}.wasm", "all": "./all//"}),),
    ),
    "variables": recipe(env={"NAME": "{name} on {target}", "LIST": "{exports.comma}"}),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_well(name: str) -> None:
    assert problems(GOOD[name], catalog(GOOD[name])) == []


def test_a_tool_must_be_in_every_origin() -> None:
    half = toolchain(origins=(PathOrigin(tools={"tool": ("x",)}), NpmOrigin(tools={"tol": ("x",)})))
    assert problems(recipe(), catalog(toolchains=(half,))) == [
        (f"{B}.run", "toolchain 'box' has no tool 'tool' in its npm origin", "did you mean 'tol'?")
    ]


def test_all_mistakes_are_told_at_once() -> None:
    made = recipe(
        features={"smid": FeatureWords()},
        steps=(step(run=("tol", "{sources.unit}")), step("other", outputs={"x": "../x"})),
    )
    assert [where for where, _, _ in problems(made, catalog(made))] == [
        "recipe toy: features.smid",
        f"{B}.run",
        f"{B}.run",
        "recipe toy: steps.other.outputs.x",
    ]


def test_shipped_recipes_and_passes_are_clean() -> None:
    known = load_catalog(None)
    for made in (*known.recipes.values(), *known.passes.values()):
        assert problems(made, known) == []
