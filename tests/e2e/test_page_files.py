"""Files and programs where there is no system: pages, workers and Node.js, against Wasmtime with real files.

One library and one program in C do what C can do with files. Wasmtime runs the same modules on a real folder, so each
answer is compared with that of a real file system.
"""

import json
import shutil

import pytest

from tests.e2e.test_run import run
from tests.e2e.test_rust import needs
from tests.support.project import ProjectFixture
from wasmforge import process

LIBRARY = r"""
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int length(const char *path) {
  FILE *f = fopen(path, "rb");
  if (!f) return -errno;
  int n = 0;
  while (fgetc(f) != EOF) n++;
  fclose(f);
  return n;
}

int size(const char *path) {
  struct stat s;
  return stat(path, &s) ? -errno : (int)s.st_size + (S_ISDIR(s.st_mode) ? 1000 : 0);
}

/* How many entries a folder has, beside `.` and `..`. */
int entries(const char *path) {
  DIR *d = opendir(path);
  if (!d) return -errno;
  int n = 0;
  for (struct dirent *e; (e = readdir(d));) n += strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
  closedir(d);
  return n;
}

/* Writes, appends, seeks, truncates, renames and deletes; the number of the step that failed, or 0. */
int work(void) {
  char text[32] = "";
  if (length("assets/deep/../greeting.txt") != 17 || entries("/assets") != 2 || length("/none") != -ENOENT) return 17;
  if (mkdir("/tmp", 0777) || !mkdir("/tmp", 0777) || errno != EEXIST) return 1;
  FILE *f = fopen("/tmp/a", "w+");
  if (!f || fputs("0123456789", f) < 0 || fseek(f, 4, SEEK_SET) || fputs("xy", f) < 0) return 2;
  rewind(f);
  if (!fgets(text, sizeof text, f) || strcmp(text, "0123xy6789")) return 3;
  fclose(f);
  if (!(f = fopen("/tmp/a", "a")) || fputs("!", f) < 0 || fclose(f) || size("/tmp/a") != 11) return 4;
  if (truncate("/tmp/a", 3) || truncate("/tmp/a", 6) || size("/tmp/a") != 6) return 5;
  if (!(f = fopen("tmp/a", "r")) || fread(text, 1, 6, f) != 6 || memcmp(text, "012\0\0\0", 6)) return 6;
  if (fputc('x', f) != EOF && fflush(f) != EOF) return 7;
  if (unlink("/tmp/a") || size("/tmp/a") != -ENOENT) return 8;
  rewind(f);
  if (fgetc(f) != '0') return 9; /* still open */
  fclose(f);
  if (!(f = fopen("/assets/greeting.txt", "r+")) || fputs("J", f) < 0 || fclose(f)) return 10;
  if (length("/assets/greeting.txt") != 17) return 10;
  if (rename("/assets/deep", "/tmp/deep") || length("/tmp/deep/two.txt") != 1 || entries("/assets") != 1)
    return 11;
  if (!rename("/tmp", "/tmp/deep/in") || errno != EINVAL) return 12;
  if (!rmdir("/tmp/deep") || errno != ENOTEMPTY || !unlink("/tmp/deep")) return 13;
  if (unlink("/tmp/deep/two.txt") || rmdir("/tmp/deep") || rmdir("/tmp") || entries("/") != 1) return 14;
  if (fopen("/assets/greeting.txt/x", "r") || errno != ENOTDIR || fopen("/assets", "w") || errno != EISDIR) return 15;
  if (fopen("/../x", "r")) return 16;
  return 0;
}
"""

PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
/* tool NAME IN OUT: copies IN to OUT in capitals, prints how many words words.txt has, and what it read. */
int main(int argc, char **argv) {
  char line[100];
  int words = 0;
  FILE *f = fopen("/data/words.txt", "r");
  if (!f) return 9;
  while (fgets(line, sizeof line, f)) words++;
  printf("%d arguments, %d words, HOME=%s\n", argc - 1, words, getenv("HOME") ? getenv("HOME") : "none");
  while (fgets(line, sizeof line, stdin)) printf("> %s", line);
  if (argc > 1) {
    FILE *out = fopen(argv[1], "w");
    fprintf(out, "%s\n", argv[0]);
    fclose(out);
    fprintf(stderr, "wrote %s\n", argv[1]);
    exit(3);
  }
  return 0;
}
"""

FORGE = r"""
format = 1
[build]
targets = ["web", "node", "wasi", "cloudflare"]

[components.lib]
path = "lib"
language = "c"
exports = ["length", "size", "entries", "work", "malloc", "free"]
files = ["assets/**"]
smoke = [
  { call = "length", args = [{ utf8 = "/assets/greeting.txt\u0000" }], returns = 17 },
  { name = "everything", call = "work", returns = 0 },
]

[components.bare]
path = "lib"
language = "c"
exports = ["length", "malloc", "free"]
smoke = [{ call = "length", args = [{ utf8 = "/assets/greeting.txt\u0000" }], returns = -44 }]

[components.tool]
path = "tool"
language = "c"
files = ["data/*.txt"]

[[components.tool.smoke]]
stdin = "a\nb"
stdout = "0 arguments, 2 words, HOME=none\n> a\n> b"

[[components.tool.smoke]]
args = ["out.txt"]
env = { HOME = "/h" }
exit = 3
stdout = "1 arguments, 2 words, HOME=/h\n"
stderr = "wrote out.txt\n"
writes = { "out.txt" = "tool\n" }

[[components.tool.smoke]]
name = "a file of the test over one of the component"
preopen = "test"
stdout = "0 arguments, 3 words, HOME=none\n"
"""

FILES = {
    "forge.toml": FORGE,
    "lib/lib.c": LIBRARY,
    "lib/assets/greeting.txt": "hello from a file",
    "lib/assets/deep/two.txt": "x",
    "tool/tool.c": PROGRAM,
    "tool/data/words.txt": "one\ntwo\n",
    "tool/test/data/words.txt": "one\ntwo\nthree\n",
}

SCRIPT = """
import { run } from "./dist/web/tool/tool.js";
import { instantiate } from "./dist/web/lib/lib.js";
const heard = [];
const first = await run(["o"], { stdin: new TextEncoder().encode("x"), files: { "/data/words.txt": "w" } });
const lines = ["l1\\n", "l2", null];
const second = await run([], { stdin: () => lines.shift(), stdout: (bytes) => heard.push(...bytes) });
const [one, two] = await Promise.all([instantiate(), instantiate()]);
console.log(JSON.stringify({
  first: [first.exitCode, first.stdout, first.stderr, Object.keys(first.files), [...first.stdoutBytes].length],
  second: [second.exitCode, second.stdout, new TextDecoder().decode(Uint8Array.from(heard)), second.files],
  instances: [one.work(), two.work()],
}));
"""


@pytest.fixture(name="built")
def _built(project: ProjectFixture) -> ProjectFixture:
    project.write({**FILES, "try.mjs": SCRIPT})
    return project


def test_files_and_programs_on_every_host(built: ProjectFixture) -> None:
    out = built.build().output
    assert "failed" not in out
    assert "36 smoke tests passed" in out, out

    # A page's program and library, called as their users do.
    node = shutil.which("node") or pytest.fail("there is no node on PATH")
    done = process.run([node, "try.mjs"], cwd=built.root, env={}, timeout=60)
    assert done.ok, done.text
    assert json.loads(done.text) == {
        "first": [3, "1 arguments, 1 words, HOME=none\n> x", "wrote o\n", ["o"], 35],
        "second": [0, "", "0 arguments, 2 words, HOME=none\n> l1\n> l2", {}],
        "instances": [0, 0],
    }

    # What is delivered, and what the JavaScript has of it.
    dist = built.root / "dist"
    assert (dist / "wasi/lib/files/assets/greeting.txt").read_text() == "hello from a file"
    assert not (dist / "wasi/bare/files").exists()
    assert '"lib.bin"' in (dist / "web/lib/package.json").read_text()
    assert "Map" not in (dist / "web/bare/bare.js").read_text()
    assert (dist / "web/bare/bare.js").stat().st_size < 4000

    # At the terminal; the files that were delivered stay as they are.
    for target in ("wasi", "node", "web"):
        done_there = run(built, "tool", "-t", target, "--", "out")
        said = (done_there.returncode, done_there.stdout, done_there.stderr)
        assert said == (3, "1 arguments, 2 words, HOME=none\n> a line\n", "wrote out\n")
    assert sorted(p.name for p in (dist / "wasi/tool/files").iterdir()) == ["data"]

    # A changed file is a changed delivery, without a compiler.
    (built.root / "lib/assets/deep/two.txt").write_text("xy")
    again = built.run("build", "lib", "--no-smoke", "-o", "json")
    assert {label.rpartition(":")[2] for label in again.executed()} == {"pack-files", "es-module", "package"}
    assert (dist / "wasi/lib/files/assets/deep/two.txt").read_text() == "xy"


@pytest.mark.toolchains
def test_files_and_programs_in_a_page(built: ProjectFixture) -> None:
    needs(built, "chromium")
    built.build("--no-smoke")
    out = built.run("smoke", "--runtime", "chromium").output
    assert "6 smoke tests passed" in out, out


MISTAKES = {
    'files = ["asets/**"]': ("components.lib.files.0: 'asets/**' matches no file in lib/", "forge.toml:6:"),
    'files = "assets"': ("components.lib.files", "forge.toml:6:"),
    'files = ["assets/**"]\ntargets = ["lambda-edge"]': (
        "target 'lambda-edge' has no place for files",
        "forge.toml:6:",
    ),
}


@pytest.mark.parametrize("line", MISTAKES)
def test_mistakes_are_told_with_their_line(project: ProjectFixture, line: str) -> None:
    project.write(
        {
            "lib/lib.c": "int f(void) { return 1; }",
            "lib/assets/a": "",
            "forge.toml": f'format = 1\n[components.lib]\npath = "lib"\nlanguage = "c"\nexports = ["f"]\n{line}\n',
        }
    )
    ended = project.run("build")
    assert ended.exit == 2
    for words in MISTAKES[line]:
        assert words in ended.output


def test_files_for_a_module_that_opens_none_are_an_error(project: ProjectFixture) -> None:
    project.write(
        {
            "lib/lib.wat": '(module (memory (export "memory") 1) (func (export "f")))',
            "lib/assets/a": "",
            "forge.toml": """
format = 1
[components.lib]
path = "lib"
language = "wat"
exports = ["f"]
files = ["assets/**"]
targets = ["web"]
""",
        }
    )
    ended = project.run("build")
    assert ended.exit == 1
    assert "lib.wasm opens no files (it does not import path_open)" in ended.output
