"""The reference validator itself: it refuses each feature that is not permitted, and we read its words rightly."""

import sys
from pathlib import Path

import pytest

from wasmforge import process
from wasmforge.contracts import collect_verdicts, features_flag, minimal_features, parse_message, sufficient_features
from wasmforge.model.finding import Verdict
from wasmforge.model.module import Module
from wasmforge.model.vocabulary import FEATURES, IMPLIES, with_implied
from wasmforge.wasm import read

WASM_TOOLS = Path(sys.executable).parent / "wasm-tools"

MODULES = {
    "mutable-global": '(global (export "g") (mut i32) (i32.const 0))',
    "sign-extension": "(func (param i32) (drop (i32.extend8_s (local.get 0))))",
    "saturating-float-to-int": "(func (param f32) (drop (i32.trunc_sat_f32_s (local.get 0))))",
    "multi-value": "(func (result i32 i32) i32.const 0 i32.const 0)",
    "bulk-memory": '(memory 1) (data "a") (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 0)))',
    "bulk-memory-opt": "(memory 1) (func (memory.copy (i32.const 0) (i32.const 0) (i32.const 0)))",
    "reference-types": "(func (param externref))",
    "call-indirect-overlong": (
        'binary "\\00asm\\01\\00\\00\\00" "\\01\\04\\01\\60\\00\\00" "\\03\\02\\01\\00" "\\04\\04\\01\\70\\00\\01" '
        '"\\0a\\0a\\01\\08\\00\\41\\00\\11\\00\\80\\00\\0b"'
    ),
    "simd": "(func (param v128))",
    "relaxed-simd": "(func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))",
    "threads": "(memory 1 1 shared)",
    "tail-call": "(func $f (return_call $f))",
    "extended-const": "(global i32 (i32.add (i32.const 1) (i32.const 2)))",
    "exceptions": "(tag) (func (throw 0))",
    "legacy-exceptions": "(func try catch_all end)",
    "memory64": "(memory i64 1)",
    "multi-memory": "(memory 1) (memory 1)",
    "function-references": "(type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0)))",
    "gc": "(type $s (struct (field i32))) (func (drop (struct.new $s (i32.const 1))))",
    "wide-arithmetic": (
        "(func (param i64 i64) (local.set 0 (local.set 1 (i64.mul_wide_u (local.get 0) (local.get 1)))))"
    ),
    "custom-page-sizes": "(memory 1 (pagesize 1))",
    "stack-switching": "(type $f (func)) (type $c (cont $f))",
}

MORE = {
    "bulk-memory": ['(memory 1) (data "passive")', "(func) (elem declare func 0)"],
    "reference-types": ["(table 1 funcref) (table 1 funcref)", "(func (local externref))"],
    "multi-value": [
        "(func i32.const 0 (block (param i32) drop))",
        "(func (result i32) (block (result i32 i32) unreachable) drop)",
    ],
    "exceptions": ["(func (block $l (try_table (catch_all $l))))", '(import "a" "t" (tag))'],
    "threads": ["(memory 1) (func (drop (i32.atomic.load (i32.const 0))))"],
    "simd": ["(global v128 (v128.const i32x4 0 0 0 0))", "(func (local v128))"],
    "gc": ["(type (array i8))", "(rec (type (func)) (type (func)))", "(func (param anyref))"],
    "function-references": ["(func (param (ref func)))"],
    "memory64": ["(table i64 1 funcref)"],
}


def assembled(fields: str, folder: Path) -> Path:
    text, binary = folder / "module.wat", folder / "module.wasm"
    text.write_text(f"(module {fields})")
    done = process.run([WASM_TOOLS, "parse", text, "-o", binary], timeout=20)
    assert done.ok, done.text
    return binary


def ask(module: Path, permitted: tuple[str, ...]) -> Verdict:
    done = process.run([WASM_TOOLS, "validate", features_flag(permitted), module], timeout=20)
    assert "unknown feature" not in done.text
    return Verdict(valid=done.ok, output=done.text, validator="wasm-tools")


def all_but(feature: str) -> tuple[str, ...]:
    """Every feature except this one and those that would bring it back; both forms of exceptions share some of it."""
    back = {"exceptions": "legacy-exceptions"}.get(feature)
    return tuple(f for f in FEATURES if feature not in with_implied((f,)) and f != back)


def test_there_is_a_module_for_every_feature() -> None:
    assert tuple(MODULES) == FEATURES


@pytest.mark.parametrize("feature", FEATURES)
def test_refused_only_without_the_feature(feature: str, tmp_path: Path) -> None:
    module = assembled(MODULES[feature], tmp_path)
    assert ask(module, FEATURES).valid
    refused = ask(module, all_but(feature))
    assert not refused.valid
    reported = parse_message(refused.output)
    assert reported.feature == feature or feature in IMPLIES.get(reported.feature, ())
    assert reported.offset


@pytest.mark.parametrize(("feature", "fields"), [(f, fields) for f, each in MORE.items() for fields in each])
def test_other_uses_of_a_feature_are_told_too(feature: str, fields: str, tmp_path: Path) -> None:
    module = assembled(fields, tmp_path)
    assert ask(module, FEATURES).valid
    assert parse_message(ask(module, all_but(feature)).output).feature == feature


def test_the_features_really_used_are_found(tmp_path: Path) -> None:
    module = assembled(f"{MODULES['tail-call']} {MODULES['relaxed-simd']} {MODULES['threads']}", tmp_path)
    used = minimal_features(lambda some: ask(module, some).valid)
    assert used == ("relaxed-simd", "threads", "tail-call")
    assert sufficient_features(FEATURES, lambda some: ask(module, some)) == ("simd", *used)


THROWN = "(tag) (func (throw 0))"

FORMS = {
    "exceptions": f"{THROWN} (func (block $l (try_table (catch_all $l))))",
    "legacy-exceptions": f"{THROWN} (func try catch_all end)",
}


@pytest.mark.parametrize("form", FORMS)
def test_both_forms_of_exceptions_have_tags_and_are_told_apart(form: str, tmp_path: Path) -> None:
    module = assembled(FORMS[form], tmp_path)
    (other,) = FORMS.keys() - {form}

    def missing(*permitted: str) -> list[str]:
        said = collect_verdicts(("simd", *permitted), lambda some: ask(module, some))
        return [parse_message(a.output).feature for a in said if not a.valid]

    assert missing(form) == missing(form, other) == []
    assert form in missing(other)
    assert form in missing()
    assert minimal_features(lambda some: ask(module, some).valid) == (form,)


def test_all_missing_features_are_gathered(tmp_path: Path) -> None:
    module = assembled(f"{MODULES['tail-call']} {MODULES['simd']} {MODULES['threads']}", tmp_path)
    answers = collect_verdicts((), lambda some: ask(module, some))
    assert {parse_message(a.output).feature for a in answers if not a.valid} == {"simd", "threads", "tail-call"}
    assert answers[-1].valid


def test_an_invalid_module_lacks_no_feature(tmp_path: Path) -> None:
    module = assembled('(func (import "a" "b")) (func $typo (result i32) i64.const 0)', tmp_path)
    reported = parse_message(ask(module, FEATURES).output)
    assert (reported.what, reported.feature, reported.index) == ("type mismatch: expected i32, found i64", "", 1)


def test_source_lines_are_told(tmp_path: Path) -> None:
    text = tmp_path / "dot.wat"
    text.write_text("(module\n  (func $dot\n    (drop (v128.const i64x2 0 0))))\n")
    done = process.run([WASM_TOOLS, "parse", "-g", text, "-o", tmp_path / "dot.wasm"], timeout=20)
    assert done.ok, done.text
    reported = parse_message(ask(tmp_path / "dot.wasm", ()).output)
    assert reported.source.endswith("dot.wat:3:12")
    assert (reported.function, reported.feature) == ("dot", "simd")


EVERYTHING = """
  (type $s (struct (field i8) (field (mut i32))))
  (rec (type $a (func (param (ref null $s)) (result externref))) (type $k (cont $a)))
  (import "env" "log" (func $log (param i32 i64) (result f32 f64)))
  (import "env" "g" (global $g (mut i64)))
  (import "env" "mem" (memory 1 2 shared))
  (memory (export "m64") i64 1) (memory (export "small") 70000 (pagesize 1))
  (table (export "t") 3 10 funcref) (table (export "t2") 3 (ref func) (ref.func $log))
  (global (export "x") i32 (i32.add (i32.const 5) (i32.const -70000)))
  (global (export "v") v128 (v128.const i32x4 1 2 3 4))
  (global (export "struct") (ref null $s) (struct.new $s (i32.const 1) (i32.const 2)))
  (global (export "f") (mut f64) (f64.const 1.5))
  (tag (export "tag") (param i32))
  (func $named (export "f1") (param v128 externref funcref (ref $a)) (result i32 i64) unreachable)
  (func (export "f2")) (func $st) (start $st)
  (export "log" (func $log)) (export "gg" (global $g))
  (elem declare func $named) (data (i32.const 0) "abc")
"""


def test_the_reader_agrees_with_the_assembler(tmp_path: Path) -> None:
    binary = assembled(EVERYTHING, tmp_path)
    module = read(binary.read_bytes())
    assert ask(binary, FEATURES).valid
    assert [(e.name, e.kind, words(e.type)) for e in module.exports] == [
        ("m64", "memory", "1 None False i64"),
        ("small", "memory", "2 None False i32"),
        ("t", "table", "funcref 3 10"),
        ("t2", "table", "(ref func) 3 None"),
        ("x", "global", "i32 False"),
        ("v", "global", "v128 False"),
        ("struct", "global", "(ref null 0) False"),
        ("f", "global", "f64 True"),
        ("tag", "tag", "('i32',) ()"),
        ("f1", "func", "('v128', 'externref', 'funcref', '(ref 1)') ('i32', 'i64')"),
        ("f2", "func", "() ()"),
        ("log", "func", "('i32', 'i64') ('f32', 'f64')"),
        ("gg", "global", "i64 True"),
    ]
    assert [(f.index, f.name) for f in module.functions] == [(1, "named"), (2, "f2"), (3, "st")]
    assert [(s.offset, s.offset + s.size) for s in module.sections if not s.custom] == dumped(binary, module)


def words(item: object) -> str:
    return " ".join(str(getattr(item, field)) for field in getattr(item, "__struct_fields__", ()))


def dumped(binary: Path, module: Module) -> list[tuple[int, int]]:
    """Begin and end of each section as the assembler's own dump shows them, custom sections left out."""
    done = process.run([WASM_TOOLS, "objdump", binary], timeout=20)
    lines = [line.split("|")[1].split("-") for line in done.text.splitlines() if "custom" not in line]
    assert len(lines) == sum(not s.custom for s in module.sections)
    return [(int(begin, 16), int(end, 16)) for begin, end in lines]
