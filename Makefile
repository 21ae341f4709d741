PYTHON ?= python3

.PHONY: demo bench bench-engine test test-all check setup-toolchains clean

# What this machine has no toolchain for is left out, and said; `make setup-toolchains` gets them on Debian and Ubuntu.
demo: .venv/ready
	.venv/bin/wasmforge build --target web --skip-missing

test: .venv/ready check
	.venv/bin/pytest -q -n 2 -m "not matrix and not endurance"

# Provisions toolchains, a container engine and images (as root, on Debian), then lets no test be skipped.
test-all: .venv/ready
	toolchains/setup-debian.sh
	tests/provision/provision.sh
	.venv/bin/pytest -q -n 2 --no-skips -m "toolchains or matrix or endurance" tests/e2e tests/endurance

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

setup-toolchains:
	toolchains/setup-debian.sh

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --editable '.[dev,node]'
	touch .venv/ready

clean:
	rm -rf .venv dist .wasmforge
