"""Nothing of this machine gets into a module unless it is an input or part of the toolchain: it is an error at once."""

from pathlib import Path

import pytest

from tests.e2e.test_rust import CDYLIB, CRATE, LOCK, needs
from tests.support.project import ProjectFixture

TOOLS = pytest.mark.toolchains

HERE = Path("/etc/hostname")

C_RECIPES = pytest.mark.parametrize(
    "recipe", ["zig", pytest.param("wasi-sdk", marks=TOOLS), pytest.param("emscripten", marks=TOOLS)]
)


def component(project: ProjectFixture, recipe: str, language: str, files: dict[str, str], more: str = "") -> None:
    """A project with one component `a`, for target wasi, that exports f."""
    text = 'format = 1\n[build]\nsandbox = "off"\n[components.a]\npath = "a"\n'
    text += f'language = "{language}"\nrecipe = "{recipe}"\ntargets = ["wasi"]\nexports = ["f"]\n{more}'
    project.write({"forge.toml": text, **{f"a/{name}": content for name, content in files.items()}})
    if recipe in ("assemblyscript", "emscripten", "wasi-sdk"):
        needs(project, recipe, origin="npm" if recipe == "assemblyscript" else "path")


def undeclared(project: ProjectFixture, path: Path | str) -> None:
    """The build fails because this was read, says what to do, and fails again: nothing of it was kept."""
    for _ in range(2):
        ended = project.run("build")  # without the sandbox, where the file would not be there
        assert ended.exit == 1, ended.output
        said = " ".join(ended.output.split())
        assert f"read {path}, which is no input of it" in said
        assert "[components.NAME.sources]" in said
    forge = project.root / "forge.toml"
    forge.write_text(forge.read_text("utf-8").replace('sandbox = "off"', 'sandbox = "auto"'), "utf-8")
    assert project.run("build").exit == 1
    assert not (project.root / "dist" / "wasi" / "a").exists()


@C_RECIPES
def test_a_header_by_its_absolute_path(project: ProjectFixture, tmp_path: Path, recipe: str) -> None:
    header = tmp_path / "undeclared.h"
    header.write_text("#define K 1\n")
    component(project, recipe, "c", {"a.c": f'#include "{header}"\nint f(void) {{ return K; }}\n'})
    undeclared(project, header)


@TOOLS
def test_a_distribution_s_clang_for_wasi_does_not_see_this_machine_s_headers(project: ProjectFixture) -> None:
    if not Path("/usr/include/linux/version.h").exists():
        pytest.skip("this machine has no headers of Linux in /usr/include")
    text = "#include <linux/version.h>\nint f(void) { return LINUX_VERSION_CODE; }\n"
    for language in ("c", "c++"):
        component(project, "wasi-sdk", language, {"a.c": text})
        ended = project.run("build")
        assert ended.exit == 1
        assert "'linux/version.h' file not found" in ended.output


def test_a_file_that_is_embedded(project: ProjectFixture) -> None:
    text = f'static const char x[] = {{\n#embed "{HERE}"\n}};\nint f(void) {{ return x[0]; }}\n'
    component(project, "zig", "c", {"a.c": text})
    undeclared(project, HERE)


def test_a_file_to_be_embedded_that_is_missing_is_an_error(project: ProjectFixture) -> None:
    text = 'static const char x[] = {\n#embed "none.bin"\n};\nint f(void) { return sizeof x; }\n'
    component(project, "zig", "c", {"a.c": text})
    ended = project.run("build")
    assert ended.exit == 1
    assert "a.c.d, which tells what it read" in " ".join(ended.output.split())


ASSEMBLY = '.section .custom_section.x,\\"\\",@\\n.incbin \\"{}\\"\\n'


@C_RECIPES
def test_a_file_that_the_assembler_includes(project: ProjectFixture, recipe: str) -> None:
    component(project, recipe, "c", {"a.c": f'__asm__("{ASSEMBLY.format(HERE)}");\nint f(void) {{ return 1; }}\n'})
    undeclared(project, HERE)


def test_a_file_that_zig_s_assembler_includes(project: ProjectFixture) -> None:
    text = f'comptime {{ asm ("{ASSEMBLY.format(HERE)}"); }}\nexport fn f() i32 {{ return 1; }}\n'
    component(project, "zig", "zig", {"root.zig": text})
    undeclared(project, HERE)


def test_zig_embeds_no_file_from_elsewhere(project: ProjectFixture) -> None:
    text = f'const x = @embedFile("{HERE}");\nexport fn f() i32 {{ return x[0]; }}\n'
    component(project, "zig", "zig", {"root.zig": text})
    ended = project.run("build")
    assert ended.exit == 1
    assert "embed of file outside package path" in ended.output


@TOOLS
def test_a_change_of_a_file_that_the_assembler_includes_is_seen_though_no_depfile_names_it(
    project: ProjectFixture,
) -> None:
    text = f'__asm__("{ASSEMBLY.format("data.inc")}");\nint f(void) {{ return 1; }}\n'
    component(project, "wasi-sdk", "c", {"a.c": text, "data.inc": "first"}, 'sources = { headers = ["*.inc"] }\n')
    project.build("--profile", "dev")
    assert project.build("--profile", "dev").executed() == []
    project.write({"a/data.inc": "second"})
    assert "a@wasi/dev:compile-c[a.c]" in project.build("--profile", "dev").executed()


@TOOLS
@pytest.mark.parametrize("macro", ["include_bytes", "include_str"])
def test_a_file_that_rust_includes(project: ProjectFixture, macro: str) -> None:
    text = f'static X: &str = include_str!("{HERE}");\n' if macro == "include_str" else ""
    text += f'#[no_mangle]\npub extern "C" fn f() -> usize {{ {macro}!("{HERE}").len() }}\n'
    files = {"Cargo.toml": CRATE + CDYLIB, "Cargo.lock": LOCK, "src/lib.rs": text}
    component(project, "cargo", "rust", files)
    needs(project, "rust-wasi")
    undeclared(project, HERE)


@TOOLS
def test_a_module_that_assemblyscript_imports_from_elsewhere(project: ProjectFixture, tmp_path: Path) -> None:
    (tmp_path / "q.ts").write_text("export function q(): i32 { return 5 }\n")
    way = "../" * 30 + str(tmp_path / "q").lstrip("/")
    text = f'import {{ q }} from "{way}"\nexport function f(): i32 {{ return q() }}\n'
    component(project, "assemblyscript", "assemblyscript", {"assembly/index.ts": text})
    undeclared(project, tmp_path / "q.ts")


MAKEFILE = """
libx.a: x.o
\t$(AR) rc $@ x.o
x.o: x.c
\t$(CC) $(CFLAGS) -c x.c
"""

CMAKE = """
cmake_minimum_required(VERSION 3.10)
project(x C)
include(CheckIncludeFile)
check_include_file(stdio.h HAVE_STDIO)
check_include_file(linux/version.h HAVE_LINUX)
find_program(GIT git)
find_program(GCC NAMES gcc-12 gcc-14)
find_path(ZLIB zlib.h)
find_library(LIBZ z)
if(NOT HAVE_STDIO OR HAVE_LINUX OR GIT OR GCC OR ZLIB OR LIBZ)
    message(FATAL_ERROR "host: ${HAVE_STDIO} ${HAVE_LINUX} ${GIT} ${GCC} ${ZLIB} ${LIBZ}")
endif()
add_library(x STATIC x.c)
install(TARGETS x)
"""

PROJECTS = pytest.mark.parametrize("sdk", ["wasi-sdk", "emscripten"])


@TOOLS
@PROJECTS
@pytest.mark.parametrize("build", ["make", "cmake"])
def test_a_header_by_its_absolute_path_in_a_project_with_a_build_of_its_own(
    project: ProjectFixture, tmp_path: Path, build: str, sdk: str
) -> None:
    header = tmp_path / "undeclared.h"
    header.write_text("#define K 1\n")
    files = {"Makefile": MAKEFILE} if build == "make" else {"CMakeLists.txt": CMAKE}
    files["x.c"] = f'#include "{header}"\nint f(void) {{ return K; }}\n'
    more = (
        'options = { libraries = ["libx.a"], copy = ["libx.a"]' + (", install = []" if build == "make" else "") + " }\n"
    )
    component(project, f"{build}-{sdk}", "c", files, more)
    needs(project, sdk, f"{sdk}-projects")
    undeclared(project, header)


@TOOLS
@PROJECTS
def test_cmake_finds_nothing_of_this_machine(project: ProjectFixture, sdk: str) -> None:
    files = {"CMakeLists.txt": CMAKE, "x.c": "int f(void) { return 1; }\n"}
    component(project, f"cmake-{sdk}", "c", files, 'options = { libraries = ["lib/libx.a"] }\n')
    needs(project, sdk, f"{sdk}-projects")
    project.build()


BUILD_RS = """
fn main() {{
    let said = std::process::Command::new("{program}").arg("--version").output();
    println!("cargo:warning={{:?}}", said.is_ok());
    if said.is_ok() {{ return }}
    eprintln!("error occurred in cc-rs: failed to find tool \\"{program}\\": not found");
    std::process::exit(1)
}}
"""


@TOOLS
@pytest.mark.parametrize(("program", "found"), [("cc", True), ("clang", False), ("git", False)])
def test_a_build_script_finds_no_program_but_those_in_the_key(
    project: ProjectFixture, program: str, found: bool
) -> None:
    text = '#[no_mangle]\npub extern "C" fn f() -> i32 { 1 }\n'
    files = {"Cargo.toml": CRATE + CDYLIB, "Cargo.lock": LOCK, "src/lib.rs": text}
    component(project, "cargo", "rust", {**files, "build.rs": BUILD_RS.format(program=program)})
    needs(project, "rust-wasi")
    ended = project.run("build")
    assert (ended.exit == 0) == found, ended.output
    assert found or f"name {program} under `contents`" in " ".join(ended.output.split())
