# Everything a person types. Each target first makes the environment it needs (bin/bootstrap).
.DEFAULT_GOAL := help
.PHONY: up test soak check bench audit format docs lock build help
BIN := .venv/bin

up: ## start everything here: database, demo salons, web, worker, sandbox (Ctrl-C ends it)
	@python3 bin/bootstrap run frontend
	@exec $(BIN)/openchair up

test: ## all tests, on a real PostgreSQL and in a real browser (ARGS="-k hold" for some)
	@python3 bin/bootstrap dev frontend browser
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

soak: ## 10,000 messages, workers killed, mail servers failing by turns (ARGS="--seed 2")
	@python3 bin/bootstrap dev frontend
	@$(BIN)/python -m tests.drills.soak $(ARGS)

check: ## what must hold before a commit: format, lint, types, ranks, templates, migrations, docs
	@python3 bin/bootstrap dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src
	$(BIN)/python -m openchair.platform.db.migrate | $(BIN)/squawk --stdin-filepath migrations.sql
	$(BIN)/python bin/docs --check

bench: ## speed against its references in the same run; writes benchmarks/results.json
	@python3 bin/bootstrap dev frontend
	@$(BIN)/python -m benchmarks $(ARGS)

audit: ## Lighthouse, axe and weight of the pages; keeps its report
	@python3 bin/bootstrap dev frontend browser
	@$(BIN)/python -m benchmarks.audit $(ARGS)

format: ## lay out the code
	@python3 bin/bootstrap dev
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format

docs: ## rewrite the generated pages (docs/settings.md)
	@python3 bin/bootstrap run
	@$(BIN)/python bin/docs

lock: ## resolve the dependencies anew (docs/adr/0002-lock-without-hosts.md)
	@python3 bin/bootstrap lock

build: ## environment, packages and front end, without starting anything
	@python3 bin/bootstrap run frontend

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
