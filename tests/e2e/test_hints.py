"""What compilers and linkers say of C and C++ of others comes with a hint in forge.toml's words.

Every message is provoked: one build that goes on has a component per mistake.
"""

import pytest

from tests.e2e.test_rust import needs
from tests.support.project import CommandResult, ProjectFixture

SSE = "#include <emmintrin.h>\n"
CONFIG = '#include "config.h"\n'
DEEP = '#include "deep.h"\n'
UNDEFINED = "int g(int); int h(int); int f(void) { return g(1) + h(2); }\n"
MANGLED = "int f() { return 1; }\n"
FROM_C = 'int g(int); extern "C" int f() { return g(1); }\n'
TWICE = "int f(void) { return 1; }\n"
BSWAP = 'int f(int a) { __asm__("bswap %0" : "+r"(a)); return a; }\n'
ANSWER = "int f(void) { return 42; }\n"
LSEEK = "int f(int file) { return (int) lseek(file, 0, 1); }\n"
TEMPORARY = (
    "#include <stdio.h>\n#include <stdlib.h>\n"
    "int f(void) { return tmpfile() != 0; }\nint g(char *a) { return system(a) + (tmpnam(a) != 0); }\n"
)
BINDINGS = (
    '#include <emscripten/bind.h>\nint f() { return 1; }\nEMSCRIPTEN_BINDINGS(x) { emscripten::function("f", &f); }\n'
)

MISSING = {
    "config": (
        {"a.c": CONFIG, "config.h.in": "", "configure": ""},
        "config.h is made of config.h.in by the project's own",
    ),
    "deep": (
        {"a.c": DEEP, "third/inc/deep.h": ""},
        'deep.h is at third/inc/deep.h: options = { includes = ["third/inc"] }',
    ),
    "far": (
        {"a.c": '#include "shared/one.h"\n'},
        '//shared/one.h is not looked for: options = { includes = ["//"] }',
    ),
}
"""Files that are not found; of all recipes."""

LINKED = {
    "undefined": ({"a.c": UNDEFINED}, "nothing that is linked defines g, h: is its unit among the sources?"),
    "mangled": (
        {"a.cpp": MANGLED},
        "no source defines f under this name, which `exports` asks for: in C++ it needs extern",
    ),
    "from-c": (
        {"a.cpp": FROM_C},
        "is its unit among the sources? If it is written in C, declare it extern",
    ),
    "twice": ({"a.c": TWICE, "b.c": TWICE}, "more than one unit defines f: name the units that belong together"),
    "assembly": ({"a.c": BSWAP}, "assembly of another processor"),
    "lseek": ({"a.c": LSEEK}, "libc has lseek, in <unistd.h>, which was not included: many sources do so when told"),
}
"""What linkers miss; of all recipes."""

WASI = {
    "sse": ({"a.c": SSE}, 'recipe = "emscripten" has the headers of SSE and AVX'),
    "mutex": ({"a.cpp": "#include <mutex>\nstd::mutex m;\n"}, "libc++ has no threads on WASI, so no std::mutex"),
    "signal": (
        {"a.c": "#include <signal.h>\n#include <sys/mman.h>\n"},
        '"_WASI_EMULATED_SIGNAL", "_WASI_EMULATED_MMAN"], libs = ["wasi-emulated-signal", "wasi-emulated-mman"] }',
    ),
    "clocks": (
        {"a.c": "#include <sys/resource.h>\n"},
        'options = { defines = ["_WASI_EMULATED_PROCESS_CLOCKS"], libs = [',
    ),
    "temporary": ({"a.c": TEMPORARY}, "WASI has no folder for temporary files, so its libc has no tmpfile"),
    "limit": (
        {"a.c": "#include <stdio.h>\nint f(void) { return L_tmpnam; }\n"},
        "so its libc has no L_tmpnam: switch off",
    ),
    "bindings": ({"a.cpp": BINDINGS}, 'emscripten/bind.h comes with Emscripten: recipe = "emscripten"'),
    "newer": (
        {"a.cpp": "#include <span>\nstd::span<int> s;\n", "options": 'std = "c++17"'},
        "std::span is of a newer C++",
    ),
}
"""What libc for WASI has not, whoever brings it."""

ZIG = {
    "throw": (
        {"a.cpp": "int f(int x) { if (x) throw x; return x; }\n"},
        'exceptions come with features = ["exceptions"]',
    ),
    "jump": ({"a.c": "#include <setjmp.h>\n"}, 'setjmp and longjmp come with features = ["exceptions"]'),
    "fork": (
        {"a.c": "int f(void) { return fork(); }\n"},
        "WASI has one process and no signals, so its libc has no fork",
    ),
    "users": ({"a.c": "#include <pwd.h>\nint f(void) { return getpwuid(1) != 0; }\n"}, "WASI has no users"),
    "socket": (
        {"a.c": "#include <sys/socket.h>\nint f(void) { return socket(1, 2, 3); }\n"},
        "a WASI program opens no",
    ),
    "streams": (
        {"a.cpp": '#include <fstream>\nint f() { std::ifstream file("x"); return 1; }\n'},
        "libc++ has no file streams",
    ),
}

SDK = {
    "wait": ({"a.c": "#include <sys/wait.h>\n"}, "libc for WASI has no sys/wait.h: switch off what uses it"),
    "getpid": (
        {"a.c": "#include <unistd.h>\nint f(void) { return getpid(); }\n"},
        'WASI has no process ids, and libc imitates getpid: options = { defines = ["_WASI_EMULATED_GETPID"], libs = [',
    ),
}

EMSCRIPTEN = {
    "sse": ({"a.c": SSE}, 'SSE and AVX are translated to SIMD with options = { flags = ["-msse2"] }'),
    "bindings": ({"a.cpp": BINDINGS}, "what EMSCRIPTEN_BINDINGS binds is linked with options = { embind = true"),
    "library": (
        {"a.c": ANSWER, "lib.js": "", "options": 'link-flags = ["--js-library", "lib.js"]'},
        'options = { js-libraries = ["…"] }',
    ),
    "before": (
        {"a.c": ANSWER, "pre.js": "", "options": 'link-flags = ["--pre-js", "pre.js"]'},
        'options = { pre-js = ["…"] }',
    ),
}

Mistakes = dict[str, tuple[dict[str, str], str]]


def write(project: ProjectFixture, mistakes: Mistakes, target: str, recipe: str = "") -> None:
    """A component per mistake. Beside its files, `options` are those of its table."""
    lines = ["format = 1"]
    for name, (files, _) in mistakes.items():
        language = "c++" if any(path.endswith(".cpp") for path in files) else "c"
        lines += [f"[components.{name}]", f'path = "{name}"', f'language = "{language}"', f'targets = ["{target}"]']
        lines += [f'recipe = "{recipe}"'] if recipe else []
        lines += [f"options = {{ {files['options']} }}"] if "options" in files else []
        lines += ['exports = ["f"]']
    sources = {
        f"{n}/{path}": text for n, (files, _) in mistakes.items() for path, text in files.items() if path != "options"
    }
    project.write({"forge.toml": "\n".join(lines) + "\n", "shared/one.h": "", **sources})


def wrong_hints(ended: CommandResult, mistakes: Mistakes) -> dict[str, str]:
    """By mistake what was hinted, for those that came without the right hint."""
    hints: dict[str, str] = {}
    for event in ended.events():
        if event["event"] == "ActionFailed":
            failure = event["failure"]
            hints.setdefault(failure["label"].partition("@")[0], failure["hint"] or f"no hint: {failure['output']}")
    return {
        name: hints.get(name, "did not fail") for name, (_, hint) in mistakes.items() if hint not in hints.get(name, "")
    }


def test_zig(project: ProjectFixture) -> None:
    mistakes = {**MISSING, **LINKED, **WASI, **ZIG}
    write(project, mistakes, "wasi")
    ended = project.run("build", "-k", "-o", "json")
    assert ended.exit == 1, ended.output
    assert wrong_hints(ended, mistakes) == {}


@pytest.mark.toolchains
@pytest.mark.parametrize(
    ("recipe", "target", "own"), [("wasi-sdk", "wasi", {**WASI, **SDK}), ("emscripten", "web", EMSCRIPTEN)]
)
def test_other_toolchains(project: ProjectFixture, recipe: str, target: str, own: Mistakes) -> None:
    mistakes = {**MISSING, **LINKED, **own}
    if recipe == "wasi-sdk":
        mistakes.pop("lseek")  # clang 14 only warns
    write(project, mistakes, target, recipe)
    needs(project, recipe)
    ended = project.run("build", "-k", "-o", "json")
    assert ended.exit == 1, ended.output
    assert wrong_hints(ended, mistakes) == {}
