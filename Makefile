# LiveTranslate in two commands: `make demo` shows it, `make test` checks it. `make` alone lists all.

PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test loadtest lint types weights unit integration format clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: setup  ## live captions and translations of a recording: make demo [AUDIO=my.wav] [FROM=en] [TO=es,fr]
	@$(BIN)/livetranslate demo $(if $(AUDIO),--audio '$(AUDIO)') $(if $(FROM),--from '$(FROM)') $(if $(TO),--to '$(TO)')

test: lint types unit integration  ## everything that must be green: lint, types, unit and integration tests
	@echo "make test: lint, types, unit and integration tests passed"

loadtest: weights  ## every load test against a server of its own; a report with tables and plots in ./loadtest-report
	@$(BIN)/python -m loadtests.all loadtest-report

setup:  ## Python environments in the user's cache and this clone's .venv (again: at once)
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON): apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) tools/bootstrap.py

lint: setup  ## style and mistakes (ruff)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup  ## types (mypy --strict), each model's newest version included
	@$(BIN)/python tools/check_types.py

weights: setup  ## the weights that the tests run on (again: at once)
	@$(BIN)/livetranslate models fetch whisper-base-int8 qwen2.5-coder-0.5b-instruct

unit: weights  ## tests without a server
	@$(BIN)/pytest -m "not integration"

integration: weights  ## tests against the real Triton with the real engines, on real speech
	@$(BIN)/pytest -m integration

format: setup  ## bring the code into form
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

clean:  ## what this clone made; the shared cache stays (livetranslate environments remove NAME)
	rm -rf .venv .venv.* .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
