"""Projects with benches: one kernel in WebAssembly text, C and JavaScript, and ways to be slow or wrong."""

from typing import Any

from tests.support.project import CommandResult, ProjectFixture

WAT = """
(module
  (func (export "mix") (param $n i32) (result i32) (local $s i32)
    {first}
    (loop $again
      (local.set $s (i32.add (i32.mul (local.get $s) (i32.const 31)) (local.get $n)))
      (local.set $s (i32.xor (local.get $s) (i32.shr_u (local.get $s) (i32.const 7))))
      (local.set $n (i32.sub (local.get $n) (i32.const 1)))
      (br_if $again (local.get $n)))
    (local.get $s)))
"""
"""`first` is what it does before."""

C = """
{head}
static unsigned once(unsigned n) {{
    unsigned s = 0;
    do {{
        s = s * 31 + n;
        s ^= s >> 7;
    }} while (--n);
    return s;
}}

#ifndef TIMES
#define TIMES 1
#endif

__attribute__((visibility("default"))) unsigned mix(unsigned n) {{
    volatile unsigned said = 0;
    for (int i = 0; i < TIMES; i++)
        said = once(n);
    return said;
}}

__attribute__((visibility("default"))) void fill(unsigned n, unsigned char *from, float *to) {{
    for (unsigned i = 0; i < n; i++)
        to[i] = from[i % 16] * 0.5f;
}}
"""

JAVASCRIPT = """
export function mix(n) {
  let s = 0
  do {
    s = (Math.imul(s, 31) + n) | 0
    s ^= s >>> 7
  } while (--n)
  return s
}

export function fill(n, from, to) {
  for (let i = 0; i < n; i++) to[i] = from[i % 16] * 0.5
}
"""

HEAD = 'format = 1\n[build]\ntargets = ["node", "wasi"]\n'


def component(name: str, language: str = "wat", *, path: str = "", more: str = "") -> str:
    """A component in forge.toml, which exports `mix` unless `more` says otherwise."""
    exports = "" if "exports" in more else 'exports = ["mix"]\n'
    return f'[components.{name}]\npath = "{path or name}"\nlanguage = "{language}"\n{exports}{more}\n'


def bench(name: str, more: str = "") -> str:
    """A bench of a component: a few microseconds a call, unless `more` says otherwise."""
    args = "" if "args" in more else "args = [2000]\n"
    call = "" if "call" in more else 'call = "mix"\n'
    return f"[[components.{name}.bench]]\n{call}{args}{more}\n"


def tables(ended: CommandResult) -> dict[str, dict[str, Any]]:
    """The tables of a run printed as JSON, by the component's name and the bench's."""
    (said,) = [e for e in ended.events() if "results" in e]
    return {f"{t['component']} {t['name']}": t for t in said["results"]}


def participants(table: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The entries by what they are and what ran them, without versions."""
    return {f"{e['code']} in {e['engine'].split()[0]}": e for e in table["measurements"]}


def run_bench(project: ProjectFixture, *args: str) -> CommandResult:
    """`wasmforge bench ARGS` with few rounds, which says no traceback whatever happens."""
    ended = project.run("bench", "-n", "3", *args) if "-n" not in args else project.run("bench", *args)
    assert "Traceback" not in ended.output, ended.output
    assert "bug in wasmforge" not in ended.output, ended.output
    return ended
