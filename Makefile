# `make run` and `make test` need nothing but Python 3.11 to 3.13, make and git: each sets up what it uses.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check bench load soak faults recording pictures pins browser clean

run: .venv/run
	$(BIN)/streamlit run app.py

test: .venv/dev browser node_modules/.ready
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile

check: .venv/dev node_modules/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check

bench: .venv/dev browser
	$(BIN)/python -m benchmarks

load: .venv/dev
	$(BIN)/python -m benchmarks.load

soak: .venv/dev
	$(BIN)/python -m benchmarks.soak

faults: .venv/dev browser
	command -v nginx >/dev/null || apt-get install -y -qq nginx-light
	ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || apt-get install -y -qq faketime
	$(BIN)/python -m pytest faults -s

recording: .venv/run
	$(BIN)/python -m harness.recording

pictures: .venv/dev browser
	$(BIN)/python -m benchmarks.pictures

browser: .venv/dev
	$(BIN)/python -m harness.browser

pins: .venv/dev
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --output-file=requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --extra=dev --constraint=requirements.txt --output-file=requirements-dev.txt pyproject.toml

clean:
	rm -rf .venv node_modules .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and "EchoViz needs Python 3.11 to 3.13: make PYTHON=python3.13")'
	$(PYTHON) -m venv .venv

.venv/run: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev: requirements-dev.txt .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

node_modules/.ready: package.json .venv/dev
	PATH="$(CURDIR)/$(BIN):$$PATH" npm install --silent --no-package-lock --no-audit --no-fund
	touch $@
