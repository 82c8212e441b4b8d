# `make demo`, `make test`, `make ui`: each installs what is missing into .venv and says what it does.
PYTHON ?= python3
BIN := .venv/bin
export DAGSTER_HOME := $(CURDIR)/.dagster
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export DO_NOT_TRACK := 1
.DEFAULT_GOAL := help
.PHONY: help demo test ui docs guide portal check format

help: ## these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

.venv/installed: pyproject.toml constraints.txt
	@echo "==> installing into .venv (about a minute the first time)"
	@$(PYTHON) -m venv .venv || { echo "==> Debian keeps venv in a package of its own: installing python3-venv" \
		&& apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv --clear .venv; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -m compileall -q -j 2 .venv/lib >/dev/null 2>&1 || true
	@touch $@

demo: .venv/installed ## from the shipped samples to gated releases
	@$(BIN)/klgateway demo

test: .venv/installed browser check ## every check and every test
	@echo "==> tests"
	@$(BIN)/python -m pytest -n 2 --dist loadfile  # both cores; a file stays together, for what its tests share

.PHONY: browser
browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && echo "==> installing chromium for the browser tests" \
		&& apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || echo "==> no chromium here: the browser tests are skipped"

guide: .venv/installed ## the reporting guide as a static site: data/guide/index.html
	@$(BIN)/klgateway guide

portal: .venv/installed ## the public site of the newest public release: data/portal/latest/index.html
	@$(BIN)/klgateway portal

check: .venv/installed ## format, lint, types, imports, Dagster definitions
	@echo "==> ruff, sqlfmt, mypy, import-linter, dg check"
	@$(BIN)/ruff check --output-format concise . && $(BIN)/ruff format --check .
	@$(BIN)/sqlfmt --check dbt_project/models dbt_project/macros dbt_project/tests
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }
	@$(BIN)/dg check defs

ui: .venv/installed ## the Dagster UI on http://127.0.0.1:3000
	@echo "==> Dagster on http://127.0.0.1:3000 (Ctrl-C stops it)"
	@$(BIN)/dg dev --host 127.0.0.1 --port 3000

docs: .venv/installed ## the data dictionary (HTML, CSV) and dbt's documentation: data/docs/
	@$(BIN)/klgateway docs

format: .venv/installed ## put every file into the house's format
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet . ; $(BIN)/sqlfmt --quiet dbt_project/models dbt_project/macros dbt_project/tests

.PHONY: bench-conformance
SEED ?= 7
bench-conformance: .venv/installed ## the checker beside other validators, on bundles drawn with SEED (about five minutes)
	@$(BIN)/python -m tests.bench.conformance --seed $(SEED)

.PHONY: bench bench-nation bench-history bench-backfill
bench: .venv/installed ## a small day through every stage, beside its peers (under five minutes)
	@$(BIN)/python -m tests.bench.nation_day --bundles 200 2000 --name small

bench-nation: .venv/installed ## the nation's usual and its worst day: 2,000, 39,000 and 200,000 bundles
	@$(BIN)/python -m tests.bench.nation_day --bundles 2000 39000 200000 --name nation --package-peers

bench-history: .venv/installed ## the same day's build on 0, 30 and 365 days of history, and all built anew
	@$(BIN)/python -m tests.bench.history --days 0 30 365 --full-refresh

bench-backfill: .venv/installed ## a month of 1.2 million bundles, and the memory after each day
	@$(BIN)/python -m tests.bench.backfill
