PYTHON ?= python3

.PHONY: demo test check clean

demo: .venv/ready
	.venv/bin/wasmforge build --target web

test: .venv/ready check
	.venv/bin/pytest -q -n 2

check: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/wasmforge recipe lint

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet --editable '.[dev,node]'
	touch .venv/ready

clean:
	rm -rf .venv dist .wasmforge
