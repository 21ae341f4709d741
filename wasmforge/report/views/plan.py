"""Shows a plan: the commands of each delivery, and the files it delivers."""

import shlex

from wasmforge.model.plan import Action, Delivery, Plan
from wasmforge.report.format import count
from wasmforge.report.output import Output
from wasmforge.report.style import Line, Span, line
from wasmforge.report.views.layout import INDENT, comma_list, field_table, title


def show_plan(plan: Plan, out: Output) -> None:
    """Print a plan; an action that several deliveries need is shown with the first."""
    shown: dict[str, str] = {}
    lines: list[Line] = []
    for delivery in plan.deliveries:
        lines += [*_delivery(plan, delivery, shown, out.width), line()]
    tools = comma_list(f"{name} ({what or 'not here'})" for name, what in sorted(plan.tools.items()))
    lines += field_table([("tools", tools)], out.width)
    about = f"{count(len(plan.actions), 'action')} for {count(len(plan.deliveries), 'delivery', 'deliveries')}"
    lines += _missing(plan)
    out.print([*lines, line(Span(f"{about}; nothing was run", "name"))])


def _missing(plan: Plan) -> list[Line]:
    """What a build of this plan would need first, and what was left out of it."""
    left = [line(Span("left out: ", "warn"), Span(event.label, "name"), f"  {event.reason}") for event in plan.left_out]
    lines: list[Line] = []
    for name, event in plan.absent.items():
        lines.append(line(Span("warning: ", "warn"), f"toolchain {name} {event.why}"))
        lines += [line("  ", Span(f"hint: {event.fix}", "hint"))] if event.fix else []
    return [*left, *lines]


def command_line(action: Action) -> str:
    """The action's command as one line for a shell, with the environment it is given."""
    env = [f"{name}={shlex.quote(value)}" for name, value in sorted(action.env.items())]
    return " ".join([*env, shlex.join(action.argv)])


def delivery_actions(plan: Plan, delivery: Delivery) -> list[Action]:
    """The actions a delivery is made of, each after those it needs."""
    needed: set[str] = set()
    ahead = [file.action for file in delivery.files]
    while ahead:
        label = ahead.pop()
        if label in plan.actions and label not in needed:
            needed.add(label)
            ahead += [generated.action for generated in plan.actions[label].generated_inputs]
    return [action for label, action in plan.actions.items() if label in needed]


def _delivery(plan: Plan, delivery: Delivery, shown: dict[str, str], width: int) -> list[Line]:
    lines = [title(delivery.label, f"→ {delivery.folder}")]
    for action in delivery_actions(plan, delivery):
        first = shown.setdefault(action.label, delivery.label)
        note = f"  see {first}" if first != delivery.label else f"  {action.toolchain}"
        lines.append(line(" " * INDENT, action.label, Span(note, "quiet")))
        if first == delivery.label:
            lines.append(line(" " * INDENT * 2, Span("$ ", "quiet"), command_line(action)))
    delivers = comma_list(f"{file.name} ({file.role})" for file in delivery.files)
    tests = f"{count(len(delivery.smoke), 'test')} in {comma_list(delivery.runtimes)}" if delivery.smoke else ""
    return [
        *lines,
        *field_table([("delivers", delivers), ("permits", _permits(delivery)), ("smoke", tests)], width, INDENT),
    ]


def _permits(delivery: Delivery) -> str:
    contract = delivery.contract
    limits = [("size", contract.limits.size), ("gzip", contract.limits.gzip), ("memory", contract.limits.memory)]
    bounds = [f"{name} up to {bound}" for name, bound in limits if bound is not None]
    return comma_list([*contract.permitted, *bounds])
