# Every command sets up what it needs first (scripts/bootstrap.sh): a fresh machine needs nothing else.
SERVE ?= 1
GROUP ?=
ARGS ?=
SLOW ?= random pages asked static+cpu
WORKERS ?= auto
SCREENSHOTS ?= var/screenshots

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -q
# Each process gets one stretch of the tests, so what a file sets up is set up once; who is through takes over.
SPREAD = -n $(WORKERS) --maxprocesses 4 --dist worksteal
MAKEFLAGS += --no-print-directory
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Held at 100 % of lines and branches by `make coverage`: nothing here touches a database, a clock or a network.
PURE := signing/*,ledger/log/authors.py,ledger/log/canonical.py,ledger/log/checkpoints.py,ledger/log/consistency.py,ledger/log/entries.py,ledger/log/log_key_history.py,ledger/log/merkle.py,ledger/log/new_leaves.py,ledger/log/proofs.py,ledger/log/proven_entries.py,ledger/log/remote_tiles.py,ledger/log/tiles.py,ledger/log/policies.py,ledger/log/verify.py,ledger/log/witnesses.py,ledger/trace/sealed_fields/disclosure_file.py,ledger/witness/requests.py

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo serve test test-long test-slow check lint format types floors docs tests coverage screenshots bench lock clean

help: ## Say what each command does
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

demo: ## Build the demo and serve it on http://127.0.0.1:8000 (SERVE=0: build and stop)
	@scripts/bootstrap.sh demo
	@$(BIN)/sogoc demo $(if $(filter 0,$(SERVE)),--no-serve)

serve: ## Serve what is in SOGOC_DATA (default var/)
	@scripts/bootstrap.sh demo
	@$(BIN)/sogoc serve

test: ## Lint, types, floors, then every test but the long ones (ARGS="-k stamp")
	@scripts/bootstrap.sh test
	@$(MAKE) --keep-going lint types floors tests

test-long: ## The same with the long tests
	@scripts/bootstrap.sh test
	@$(MAKE) --keep-going lint types floors
	@$(PYTEST) $(SPREAD) -m "long or not long" $(ARGS)

test-slow: ## The browser's tests again, as on slow lines and a slow machine (SLOW="random static+cpu")
	@scripts/bootstrap.sh test
	@for slow in $(SLOW); do \
		echo "as if slow: $$slow"; \
		SOGOC_TEST_SLOW=$$slow $(PYTEST) $(SPREAD) -m "browser and not long" $(ARGS) \
			|| exit 1; \
	done

check: ## What can be said without running the program: lint, types, floors, documentation
	@scripts/bootstrap.sh test
	@$(MAKE) --keep-going lint types floors docs

lint: ## Style and formatting (ruff)
	@scripts/bootstrap.sh test
	@$(BIN)/ruff check --quiet && $(BIN)/ruff format --check --quiet && echo "lint: good"

format: ## Format the code and mend what ruff can mend
	@scripts/bootstrap.sh test
	@$(BIN)/ruff check --fix && $(BIN)/ruff format

types: ## Types (mypy, strict)
	@scripts/bootstrap.sh test
	@$(BIN)/mypy --no-error-summary && echo "types: good"

floors: ## Imports go down only (import-linter)
	@scripts/bootstrap.sh test
	@$(BIN)/lint-imports --no-logo

docs: ## Documentation agrees with the code, and the house rules hold
	@scripts/bootstrap.sh test
	@$(PYTEST) tests/meta $(ARGS)

tests: ## Only the tests
	@scripts/bootstrap.sh test
	@$(PYTEST) $(SPREAD) $(ARGS)

coverage: ## The tests with branch coverage; the pure files must reach 100 %
	@scripts/bootstrap.sh test
	@$(PYTEST) $(SPREAD) --cov --cov-report= $(ARGS)
	@$(BIN)/coverage report --skip-covered --sort=cover
	@$(BIN)/coverage report --include='$(PURE)' --fail-under=100

screenshots: ## A picture of every screen, narrow and wide (SCREENSHOTS=var/screenshots: where)
	@scripts/bootstrap.sh test
	@rm -f '$(SCREENSHOTS)'/*.png '$(SCREENSHOTS)'/index.html
	@SOGOC_SCREENSHOTS='$(SCREENSHOTS)' $(PYTEST) $(SPREAD) \
		tests/browser/test_every_screen.py tests/browser/test_console_looks.py $(ARGS)
	@echo "$(SCREENSHOTS)/index.html lists them"

bench: ## Measure, print the table, rewrite docs/performance.md (GROUP=labels: one group)
	@scripts/bootstrap.sh test
	@$(BIN)/python -m benchmarks $(GROUP)

lock: ## Resolve the dependencies anew and write both requirements files (needs uv)
	@uv lock --quiet --upgrade
	@uv export --quiet --no-emit-project --no-annotate --no-header --no-dev --group build > requirements.lock
	@uv export --quiet --no-emit-project --no-annotate --no-header --all-groups --all-extras > requirements-dev.lock
	@uv pip compile --quiet --generate-hashes --no-header --no-annotate --python-version 3.12 --universal tests/foreign/requirements.in -o tests/foreign/requirements.lock

clean: ## Remove the virtual environment, caches and build output; never the data in var/
	@rm -rf .venv .venv-foreign build dist artifacts *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
