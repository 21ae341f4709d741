"""A plan as a page: what would be run for each delivery, as commands to copy, and what would be laid where."""

import shlex

from wasmforge.model.plan import Action, Delivery, Plan
from wasmforge.report.ink import Line, Span, line
from wasmforge.report.paper import Paper
from wasmforge.report.quantities import count
from wasmforge.report.views.layout import INDENT, facts, listed, title


def show_plan(plan: Plan, paper: Paper) -> None:
    """Print a plan; an action that several deliveries need is shown with the first."""
    shown: dict[str, str] = {}
    lines: list[Line] = []
    for delivery in plan.deliveries:
        lines += [*_delivery(plan, delivery, shown, paper.width), line()]
    tools = listed(f"{name} ({what})" for name, what in sorted(plan.tools.items()))
    lines += facts([("tools", tools)], paper.width)
    about = f"{count(len(plan.actions), 'action')} for {count(len(plan.deliveries), 'delivery', 'deliveries')}"
    paper.print([*lines, line(Span(f"{about}; nothing was run", "name"))])


def command(action: Action) -> str:
    """The action's command as one line for a shell, with the environment it is given."""
    env = [f"{name}={shlex.quote(value)}" for name, value in sorted(action.env.items())]
    return " ".join([*env, shlex.join(action.argv)])


def needed(plan: Plan, delivery: Delivery) -> list[Action]:
    """The actions a delivery is made of, each after those it needs."""
    wanted: set[str] = set()
    ahead = [piece.action for piece in delivery.pieces]
    while ahead:
        label = ahead.pop()
        if label in plan.actions and label not in wanted:
            wanted.add(label)
            ahead += [given.action for given in plan.actions[label].givens]
    return [action for label, action in plan.actions.items() if label in wanted]


def _delivery(plan: Plan, delivery: Delivery, shown: dict[str, str], width: int) -> list[Line]:
    lines = [title(delivery.label, f"→ {delivery.folder}")]
    for action in needed(plan, delivery):
        first = shown.setdefault(action.label, delivery.label)
        note = f"  see {first}" if first != delivery.label else f"  {action.toolchain}"
        lines.append(line(" " * INDENT, action.label, Span(note, "quiet")))
        if first == delivery.label:
            lines.append(line(" " * INDENT * 2, Span("$ ", "quiet"), command(action)))
    delivers = listed(f"{piece.name} ({piece.role})" for piece in delivery.pieces)
    tests = f"{count(len(delivery.smoke), 'test')} in {listed(delivery.runtimes)}" if delivery.smoke else ""
    return [*lines, *facts([("delivers", delivers), ("permits", _permits(delivery)), ("smoke", tests)], width, INDENT)]


def _permits(delivery: Delivery) -> str:
    contract = delivery.contract
    limits = [("size", contract.limits.size), ("gzip", contract.limits.gzip), ("memory", contract.limits.memory)]
    bounds = [f"{name} up to {bound}" for name, bound in limits if bound is not None]
    return listed([*contract.permitted, *bounds])
