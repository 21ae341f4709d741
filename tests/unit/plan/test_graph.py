"""What needs what, by component and by action."""

from tests.support.factories.plan import catalog, component, manifest
from wasmforge.model.graph import Edge, Node
from wasmforge.model.manifest import Limits
from wasmforge.model.plan import Action, Contract, Delivery, GeneratedInput, Plan, PlannedFile
from wasmforge.plan import Request, select
from wasmforge.plan.graph import by_action, by_component


def test_components_with_their_languages_and_targets() -> None:
    said = manifest(lib=component(exports=("f",)), app=component(targets=("wasi",), needs=("lib",)))
    graph = by_component(select(said, catalog(), Request()))
    assert graph.nodes == (Node(name="lib", about="toy for web, wasi"), Node(name="app", about="toy for wasi"))
    assert graph.edges == (Edge(node="app", need="lib"),)
    graph = by_component(select(said, catalog(), Request(components=("app",))))
    assert [n.about for n in graph.nodes] == ["toy for wasi", "toy for wasi"]


def action(label: str, *generated_inputs: tuple[str, str]) -> Action:
    handed = tuple(GeneratedInput(path=path, action=need, output="x") for need, path in generated_inputs)
    return Action(
        label=label, step="s", argv=("t",), toolchain="box", env={}, sources={}, generated_inputs=handed, outputs=("x",)
    )


def test_actions_with_what_is_handed_over() -> None:
    actions = (action("a@web/dev:one"), action("a@web/dev:two", ("a@web/dev:one", "p"), ("a@web/dev:one", "q")))
    contract = Contract(
        target="web", kind="reactor", permitted=(), import_modules=(), required_exports=(), limits=Limits()
    )
    delivery = Delivery(
        label="a@web/dev",
        component="a",
        target="web",
        profile="dev",
        folder="dist/web/a",
        source_folder="a",
        files=(PlannedFile(role="module", name="a.wasm", action="a@web/dev:two", output="x"),),
        contract=contract,
    )
    graph = by_action(Plan(actions={a.label: a for a in actions}, deliveries=(delivery,), tools={"box": "1"}))
    assert [(n.name, n.about, n.group) for n in graph.nodes] == [
        ("a@web/dev:one", "box", "a@web/dev"),
        ("a@web/dev:two", "box", "a@web/dev"),
        ("a@web/dev", "dist/web/a", "a@web/dev"),
    ]
    assert graph.edges == (
        Edge(node="a@web/dev:two", need="a@web/dev:one", what="p, q"),
        Edge(node="a@web/dev", need="a@web/dev:two", what="a.wasm"),
    )
