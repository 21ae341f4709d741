"""wasm-bindgen's JavaScript for pages, loaded when it is imported."""

import pytest

from wasmforge.glue.wasm_bindgen import autoload

WROTE = """export function f() {}
async function __wbg_init(module_or_path) {}

export { initSync, __wbg_init as default };
"""


def test_the_module_is_loaded_after_everything_else() -> None:
    js = autoload(WROTE, "app_bg.wasm")
    assert js.startswith(WROTE.rstrip())
    assert 'new URL("./app_bg.wasm", import.meta.url)' in js
    last = js.rstrip().rpartition("\n")[2]
    assert last == 'await __wbg_init({ module_or_path: $url.protocol === "file:" ? $read($url) : $url });'


@pytest.mark.parametrize(
    "exported",
    [
        "export default init;",
        "export { init as default, initSync };",
        "export {\n    initSync,\n    init as default\n};",
    ],
)
def test_every_way_to_export_the_loader_is_found(exported: str) -> None:
    assert "await init(" in autoload(f"function init() {{}}\n{exported}\n", "a.wasm")


def test_a_name_is_written_as_a_url() -> None:
    assert '"./a%20b%23.wasm"' in autoload(WROTE, "a b#.wasm")


def test_in_a_worker_the_compiled_module_is_imported() -> None:
    js = autoload(WROTE, "app_bg.wasm", "workerd")
    assert js.endswith('import $module from "./app_bg.wasm";\ninitSync({ module: $module });\n')
    with pytest.raises(ValueError, match="initSync"):
        autoload("export default init;", "a.wasm", "workerd")


def test_other_javascript_is_refused() -> None:
    with pytest.raises(ValueError, match="no default export"):
        autoload("export function f() {}\n", "a.wasm")


def test_files_of_the_crate_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"\./snippets/app-1/inline0\.js"):
        autoload(f"import {{ now }} from './snippets/app-1/inline0.js';\n{WROTE}", "a.wasm")
