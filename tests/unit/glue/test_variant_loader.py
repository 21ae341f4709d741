"""The ES module that chooses among variants, as text."""

from wasmforge.glue.variant_loader import variant_loader, variant_types

VARIANTS = (("both", ("simd", "threads")), ("base", ()))

DECLARED = "export const memory: M;\nexport declare function add(a: number): number;\nexport default make;\n"


def test_the_most_demanding_is_asked_for_first_and_what_all_export_is_handed_on() -> None:
    text = variant_loader(VARIANTS, "app.js", DECLARED)
    assert text.index('import("./both/app.js")') < text.index('import("./base/app.js")')
    assert "export const { memory, add } = chosen;\nexport default chosen.default;\n" in text


def test_threads_are_only_had_where_memory_may_be_shared() -> None:
    (line,) = (one for one in variant_loader(VARIANTS, "app.js", "").splitlines() if '"threads": ' in one)
    assert "SharedArrayBuffer" in line
    assert "globalThis.crossOriginIsolated !== false" in line
    assert "crossOriginIsolated" not in variant_loader((("fast", ("simd",)), ("base", ())), "app.js", "")


def test_types_are_those_of_the_least_demanding() -> None:
    text = variant_types(VARIANTS, "app.js", DECLARED)
    assert 'export * from "./base/app.js";\nexport { default } from "./base/app.js";\n' in text
    assert 'export declare const variant: "both" | "base";' in text
