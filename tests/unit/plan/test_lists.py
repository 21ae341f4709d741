"""Words and variables that several steps share: lists, and environments."""

from tests.support.factories.plan import catalog, component, manifest, plan, recipe, step
from wasmforge.config.snapshot import required_groups
from wasmforge.model.plan import Action
from wasmforge.model.recipe import Recipe


def actions(made: Recipe, files: tuple[str, ...] = ("a.t", "b.t")) -> dict[str, Action]:
    """The recipe's actions for one component with these files, by the end of their labels."""
    planned = plan(manifest(app=component(exports=("f", "g"))), catalog(made), files)
    return {label.rpartition(":")[2]: action for label, action in planned.actions.items()}


def test_a_list_stands_for_the_words_of_the_step_that_mentions_it() -> None:
    made = recipe(
        lists={
            "object": ("-c", "{each}", "-o", "{each}.o"),
            "objects": ("{steps.compile.object}", ("-e", "{exports}")),
        },
        steps=(
            step("compile", each="{sources.units}", run=("tool", "{lists.object}"), outputs={"object": "{each}.o"}),
            step("link", run=("tool", "{lists.objects}", "{lists.objects.comma}")),
        ),
    )
    found = actions(made)
    assert found["compile[a.t]"].argv == ("tool", "-c", "a.t", "-o", "a.t.o")
    assert list(found["compile[a.t]"].sources) == ["a.t"]
    objects = ("a.t.o", "b.t.o", "-e", "f", "-e", "g")
    assert found["link"].argv == ("tool", *objects, ",".join(objects))
    assert [g.path for g in found["link"].generated_inputs] == ["a.t.o", "b.t.o"]


def test_files_of_a_list_among_the_inputs_are_laid() -> None:
    made = recipe(lists={"code": ("{sources.units}",)}, steps=(step(run=("tool",), inputs=("{lists.code}",)),))
    assert list(actions(made)["build"].sources) == ["a.t", "b.t"]


def test_a_step_whose_lists_have_no_files_is_left_out() -> None:
    made = recipe(
        sources={"units": ("*.t",), "more": ("*.m",)},
        lists={"more": ("{sources.more}",)},
        steps=(step(), step("extra", run=("tool", "{lists.more}"), outputs={"extra": "x"})),
    )
    planned = plan(manifest(app=component()), catalog(made), {"units": ("a.t",), "more": ()})
    assert {label.rpartition(":")[2] for label in planned.actions} == {"build"}


def test_words_beside_files_in_a_list_are_not_taken_for_files() -> None:
    made = recipe(lists={"all": ("-O2", "{sources.units}")}, steps=(step(run=("tool", "{lists.all}")),))
    assert actions(made, ("-x.t", "b.t"))["build"].argv == ("tool", "-O2", "./-x.t", "b.t")


def test_a_list_may_mention_those_before_it() -> None:
    made = recipe(
        lists={"a": ("1", "2"), "b": ("{lists.a}", "x{lists.a}")},
        steps=(step(run=("tool", "{lists.b}", "{sources.units}")),),
    )
    assert actions(made, ("a.t",))["build"].argv == ("tool", "1", "2", "x1", "x2", "a.t")


def test_variables_of_the_recipe_then_of_environments_then_of_the_step() -> None:
    made = recipe(
        env={"A": "recipe", "B": "recipe", "C": "recipe", "D": "recipe"},
        environments={"one": {"B": "one", "C": "one", "D": "one"}, "two": {"C": "{name}", "D": "two"}},
        steps=(
            step(environments=("one", "two"), env={"D": "step"}),
            step("plain", outputs={"x": "x"}),
        ),
    )
    found = actions(made)
    assert found["build"].env == {"A": "recipe", "B": "one", "C": "app", "D": "step"}
    assert found["plain"].env == {"A": "recipe", "B": "recipe", "C": "recipe", "D": "recipe"}


def test_groups_that_only_lists_mention_are_required() -> None:
    made = recipe(
        sources={"units": ("*.t",), "more": ("*.m",), "other": ("*.o",)},
        lists={"all": ("-o", "{lists.units}"), "units": ("{sources.units.stem}",)},
        steps=(step(run=("tool", "{lists.all}"), inputs=("{sources.other}",)),),
    )
    assert required_groups(made, "toy") == ("units",)


def test_a_malformed_word_is_for_lint_to_report() -> None:
    assert required_groups(recipe(steps=(step(run=("tool", "{")),)), "toy") == ()
