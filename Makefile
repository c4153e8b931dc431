# Every target sets up what it needs; running one again is safe.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: demo test test-slow browser bench check docs clean

$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "keyholder needs Python 3.11 or newer")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e . --config-settings editable_mode=compat
	touch $(STAMP)

demo: $(STAMP)          ## the main job on SQLite in a new folder, ending with a verified log
	$(BIN)/python -m bench.demo

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: check             ## everything but the exhaustive suites
	rm -f .coverage .coverage.*
	$(BIN)/pytest -n 2 --cov --cov-report=term -m "not slow"
	$(BIN)/python -m tests.coverage_floors

test-slow: $(STAMP)     ## the exhaustive suites too
	$(BIN)/pytest -n 2

browser: $(STAMP)       ## look at the pages with a browser: needs chromium and npm
	npm install --silent --no-save --prefix build/axe axe-core@4.14.1
	$(BIN)/pytest tests/cli/test_report_page.py

bench: $(STAMP)         ## a table that a person reads
	$(BIN)/python -m bench
	$(BIN)/python -m bench.auditing

docs: $(STAMP)          ## write what is generated: schema.sql, the command line, the events, the policies, the first hour
	$(BIN)/python -m vault.store.schema schema.sql
	$(BIN)/python -m vault.store.covers vault/policies/covers.json
	$(BIN)/python -m cli.reference docs/cli.md
	$(BIN)/python -m tests.docs.events docs/events.md
	$(BIN)/python -m vault.store.policy_page docs/policies.md
	$(BIN)/python -m tests.docs.transcript docs/first-hour.md

clean:
	rm -rf $(VENV) build *.egg-info .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis
