"""Judges a module's facts and the validator's words against a contract; reads no file and starts no validator."""

from wasmforge.validate.features import enough_features, features_flag, minimal_features, verdicts
from wasmforge.validate.findings import findings
from wasmforge.validate.messages import Complaint, complaint

__all__ = ["Complaint", "complaint", "enough_features", "features_flag", "findings", "minimal_features", "verdicts"]
