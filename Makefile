# Concordance. `make` alone lists what can be made.
# Settings are environment variables (config.py) and may be given here too: make run PORT=9000 DEMO=0
PYTHON ?= python3
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
export PYTHONUNBUFFERED := 1
# commands and servers start anew many times: what was compiled once is kept (`make clean` removes it)
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help
.PHONY: help setup run demo test check browser fix bench lock clean

help:  ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F '|' '{printf "make %-9s %s\n", $$1, $$2}'

setup:  ## make .venv for tests and tools from the hashed lock
	@$(PYTHON) tools/environment.py dev

run:  ## start Concordance here and print its address (PORT=8080, DEMO=0 for an empty one)
	@$(PYTHON) tools/environment.py runtime
	@$(BIN)/python tools/run.py

demo: setup  ## load the demo anew, with yesterday as its last day
	@$(BIN)/python -m flask --app wsgi db upgrade
	@$(BIN)/python -m flask --app wsgi demo remove
	@$(BIN)/python -m flask --app wsgi demo load

test: setup  ## run every test, browser included (PYTEST=... for more arguments)
	@CHROMIUM_PATH=$$($(BIN)/python tools/chromium.py) && export CHROMIUM_PATH && \
		$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder $(PYTEST)

check: setup  ## format, lint, types, floors, templates, house and unit tests
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports
	@$(BIN)/djlint --quiet --lint app
	@$(BIN)/mypy
	@$(BIN)/pytest --quiet --numprocesses 2 tests/house tests/unit

browser: setup  ## run the browser tests alone
	@CHROMIUM_PATH=$$($(BIN)/python tools/chromium.py) && export CHROMIUM_PATH && $(BIN)/pytest tests/browser $(PYTEST)

fix: setup  ## put the code in its usual form
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .

bench: setup  ## measure against raw limits, ratios only (BENCH=... for arguments)
	@$(BIN)/python bench/run.py $(BENCH)

lock: setup  ## write the locks anew from requirements*.in (LOCKED=--upgrade for newer versions)
	@$(LOCK) $(LOCKED) requirements.in --output-file requirements.txt
	@$(LOCK) $(LOCKED) --constraint requirements.txt requirements-dev.in --output-file requirements-dev.txt

clean:  ## remove what tools leave behind, the environment too; instance/ stays
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
