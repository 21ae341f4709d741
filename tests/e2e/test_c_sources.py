"""What units of C may include: files of the component wherever they are, and of other folders that it names."""

from tests.support.project import ProjectFixture

FORGE = """
format = 1
[build]
targets = ["wasi"]
[components.app]
path = "app"
language = "c"
exports = ["sum"]
[components.app.sources]
c-units = ["*.c", "!notes.c", "//third_party/z/*.c", "!//third_party/z/test*.c"]
[components.app.options]
includes = ["//shared"]
[[components.app.smoke]]
call = "sum"
args = [4]
returns = 115
"""

SOURCES: dict[str, str | bytes] = {
    "forge.toml": FORGE,
    "app/sum.c": '#include <shared.h>\n#include "deep/er/more.h"\nint z();\nint sum(int a) { return z(a) + MORE; }',
    "app/notes.c": "no C at all\n",
    "app/deep/er/more.h": '#define UNIT "template.c"\n#include UNIT\n',
    "app/deep/er/template.c": "#define MORE (SHARED + 7)\n",
    "app/deep/er/unused.c": "nor this\n",
    "shared/shared.h": "#define SHARED 100\n",
    "third_party/z/z.c": '#include "z.h"\nint z(int a) { return a Z; }\n',
    "third_party/z/z.h": "#define Z * 2\n",
    "third_party/z/test_z.c": "int main(void) { return 0; }\n",
}


def test_sources_of_the_component_and_of_the_project(project: ProjectFixture) -> None:
    project.write(SOURCES)
    assert {"app@wasi/release:compile-c[sum.c]", "app@wasi/release:compile-c[//third_party/z/z.c]"} < set(
        project.build().executed()
    )
    project.write({"third_party/z/z.h": "#define Z * 1 + 4\n"})
    assert "third_party/z/z.h" in project.run("explain", "app@wasi").output
    assert project.build().executed()[0] == "app@wasi/release:compile-c[//third_party/z/z.c]"
    project.write({"app/deep/er/unused.c": "still not\n", "third_party/z/test_z.c": "nor this\n"})
    assert project.build().executed() == []  # nobody includes them
    project.write({"third_party/z/z.h": "#define Z * 1 + 4;\nint broken(\n"})
    failed = project.run("build")
    assert failed.exit == 1
    assert "//third_party/z/z.h:2:" in failed.output
    assert ".project/third_party/z/z.h" not in failed.output
