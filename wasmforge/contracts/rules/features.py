"""The rules `features` and `valid`: errors of the reference validator, and the features that would permit them."""

from collections.abc import Iterator

from wasmforge.contracts.rule_context import RuleContext
from wasmforge.contracts.validator_messages import ValidatorMessage, parse_message
from wasmforge.model.finding import Finding
from wasmforge.model.module import Module


def features(context: RuleContext) -> Iterator[Finding]:
    """One finding per feature that is used but not permitted, and one if the module is invalid."""
    if context.module.layer == "component":
        return  # the rule `kind` says so
    for said in context.verdicts:
        if not said.valid:
            message = parse_message(said.output)
            yield _feature(context, message) if message.feature else _invalid(context, message)


def _feature(context: RuleContext, message: ValidatorMessage) -> Finding:
    return context.finding(
        "features",
        message.feature,
        f"uses {message.feature}, which is not permitted on {context.delivery.target}: {message.what}"
        + (f" ({why})" if (why := context.contract.never.get(message.feature)) else ""),
        place=_location(context.module, message),
        hint=f"compile without {message.feature}, or add it to the component's features if the target permits it",
    )


def _invalid(context: RuleContext, message: ValidatorMessage) -> Finding:
    what = f"is not valid WebAssembly: {message.what}"
    return context.finding("valid", "module", what, place=_location(context.module, message))


def _location(module: Module, message: ValidatorMessage) -> str:
    function = message.function or _name(module, message.index)
    words = [
        message.source,
        f"function {function}" if function else "",
        f"offset {message.offset}" if message.offset and not message.source else "",
    ]
    return ", ".join(word for word in words if word)


def _name(module: Module, index: int | None) -> str:
    if index is None:
        return ""
    return next((f.name for f in module.functions if f.index == index and f.name), str(index))
