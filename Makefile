PYTHON ?= python3

.PHONY: demo bench bench-engine corpus unit test test-all check setup-toolchains clean

# What this machine has no toolchain for is left out, and said; `make setup-toolchains` gets them on Debian and Ubuntu.
demo: .venv/ready
	.venv/bin/wasmforge build --target web --skip-missing

# Unit tests alone: no process, no socket; about 20 s of processor time.
unit: .venv/ready
	.venv/bin/pytest -q --hypothesis-profile=quick tests/unit

# Linters, types, layers, recipes, and every test that needs only what pip installs; some use more where it is there.
test: .venv/ready check
	.venv/bin/pytest -q -n 2 -m "not toolchains and not matrix and not endurance"

# The tests that `make test` leaves out. Provisions toolchains, a container engine and images (as root, on Debian), then
# lets no test be skipped.
test-all: .venv/ready
	toolchains/setup-debian.sh
	tests/provision/provision.sh
	.venv/bin/pytest -q -n 2 --no-skips -m "toolchains or matrix or endurance" \
	    tests/integration tests/e2e tests/endurance

check: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/wasmforge recipe lint

# The samples' kernels in WebAssembly, JavaScript and native code, then the samples' sizes beside their toolchains' own.
# WHAT="matmul --save bench.json" chooses and keeps. What this machine lacks is left out, and said.
bench: .venv/ready
	.venv/bin/wasmforge bench $(WHAT)
	.venv/bin/python -m benchmarks.sizes

# What the engine costs beside ninja and turbo; PARTS="no-op compile restore parallel" chooses.
bench-engine: .venv/ready
	.venv/bin/python -m benchmarks $(PARTS)

# Upstream C and C++ projects with every recipe for every target; WHAT="zlib lua" and RECIPES="zig" choose. Needs the network.
corpus: .venv/ready
	.venv/bin/python -m tests.corpus $(WHAT)

setup-toolchains:
	toolchains/setup-debian.sh

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --editable '.[dev,node]'
	touch .venv/ready

clean:
	rm -rf .venv dist .wasmforge
