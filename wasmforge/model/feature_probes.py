"""The smallest module that needs a feature, for each feature: an engine that finds it valid has the feature.

The method is that of wasm-feature-detect; the modules are our own, and a test holds each to its text.
"""

from typing import NamedTuple

PREAMBLE = "0061736d01000000"


class FeatureProbe(NamedTuple):
    """A module as text, and its bytes behind the preamble in hexadecimal."""

    wat: str
    code: str

    @property
    def module(self) -> bytes:
        """The whole module."""
        return bytes.fromhex(PREAMBLE + self.code)


PROBES: dict[str, FeatureProbe] = {
    "mutable-global": FeatureProbe(
        wat='(global (export "g") (mut i32) (i32.const 0))', code="0606017f0141000b07050101670300"
    ),
    "sign-extension": FeatureProbe(
        wat="(func (param i32) (drop (i32.extend8_s (local.get 0))))", code="01050160017f00030201000a080106002000c01a0b"
    ),
    "saturating-float-to-int": FeatureProbe(
        wat="(func (param f32) (drop (i32.trunc_sat_f32_s (local.get 0))))",
        code="01050160017d00030201000a090107002000fc001a0b",
    ),
    "multi-value": FeatureProbe(
        wat="(func (result i32 i32) i32.const 0 i32.const 0)", code="0106016000027f7f030201000a08010600410041000b"
    ),
    "bulk-memory": FeatureProbe(
        wat='(memory 1) (data "a") (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0)))',
        code="0104016000000302010005030100010c01010a0e010c00410041004100fc0800000b0b0401010161",
    ),
    "bulk-memory-opt": FeatureProbe(
        wat="(memory 1) (func (memory.copy (i32.const 0) (i32.const 0) (i32.const 0)))",
        code="0104016000000302010005030100010a0e010c00410041004100fc0a00000b",
    ),
    "reference-types": FeatureProbe(wat="(func (param externref))", code="01050160016f00030201000a040102000b"),
    "simd": FeatureProbe(wat="(func (param v128))", code="01050160017b00030201000a040102000b"),
    "relaxed-simd": FeatureProbe(
        wat="(func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))",
        code="01050160017b00030201000a0c010a0020002000fd80021a0b",
    ),
    "threads": FeatureProbe(wat="(memory 1 1 shared)", code="050401030101"),
    "tail-call": FeatureProbe(wat="(func $f (return_call $f))", code="010401600000030201000a0601040012000b"),
    "extended-const": FeatureProbe(
        wat="(global i32 (i32.add (i32.const 1) (i32.const 2)))", code="0609017f00410141026a0b"
    ),
    "exceptions": FeatureProbe(
        wat="(func (block $l (try_table (catch_all $l))))", code="010401600000030201000a0d010b0002401f400102000b0b0b"
    ),
    "legacy-exceptions": FeatureProbe(wat="(func try catch_all end)", code="010401600000030201000a080106000640190b0b"),
    "memory64": FeatureProbe(wat="(memory i64 1)", code="0503010401"),
    "multi-memory": FeatureProbe(wat="(memory 1) (memory 1)", code="05050200010001"),
    "function-references": FeatureProbe(
        wat="(type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0)))",
        code="0109026000006001640000030201010a08010600200014000b",
    ),
    "gc": FeatureProbe(
        wat="(type $s (struct (field i32))) (func (drop (struct.new $s (i32.const 1))))",
        code="0108025f017f00600000030201010a0a0108004101fb00001a0b",
    ),
}
"""By feature; those that no engine of ours has are left out."""
