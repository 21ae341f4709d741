"""Contract checks: rules over a module's facts and the validator's verdicts; also runs the validator."""

from wasmforge.contracts.features import collect_verdicts, features_flag, minimal_features, sufficient_features
from wasmforge.contracts.rules import check_rules
from wasmforge.contracts.rules.imports import unresolved_imports
from wasmforge.contracts.validator_messages import ValidatorMessage, parse_message

__all__ = [
    "ValidatorMessage",
    "check_rules",
    "collect_verdicts",
    "features_flag",
    "minimal_features",
    "parse_message",
    "sufficient_features",
    "unresolved_imports",
]
