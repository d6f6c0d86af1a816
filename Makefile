# What there is to do here: make run, make test, and for who works on it: make lint, soak, bench, catalogue, migration.
#
# Everything happens in .venv, made from the requirements files, which name every package with its hash. It is made
# the first time and brought up to date when a requirements file changes; otherwise these commands start at once.

# Empty: the first of these that is new enough. Or say which: make run PYTHON=/opt/python3.13/bin/python3
PYTHON ?=
PYTHONS = $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)

VENV := .venv
BIN  := $(VENV)/bin
PIP  := $(BIN)/python -m pip --disable-pip-version-check --no-input

# A virtual environment is dead once the Python it was made with is taken away. Then it is made anew.
ifneq ($(wildcard $(VENV)/python.stamp),)
ifeq ($(shell $(BIN)/python -c 'print(1)' 2>/dev/null),)
$(shell rm -rf $(VENV))
endif
endif

.PHONY: help run test soak bench lint catalogue migration requirements clean

help:
	@echo "make run        start the bot: the playground on this computer, or the channels that .env has tokens for"
	@echo "make test       run all tests"
	@echo "make soak       run the whole of every long proof, of which make test runs a sample; takes hours"
	@echo "make bench      measure, and write benchmarks/results.json"
	@echo "make lint       check style, types and the direction of imports"
	@echo "make catalogue  check that every text exists in both languages"
	@echo "make migration name=\"what changed\"   write the next step of the database"
	@echo "make requirements   name newer packages in the requirements files (needs uv)"
	@echo "make clean      take .venv away"

run: $(VENV)/run.stamp
	@exec $(BIN)/dialoogreeks run

test: $(VENV)/test.stamp
	@exec $(BIN)/python -m pytest

soak: $(VENV)/test.stamp
	@exec $(BIN)/python -m tests.soak

bench: $(VENV)/test.stamp
	@exec $(BIN)/python -m benchmarks

lint: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

catalogue: $(VENV)/test.stamp
	@exec $(BIN)/python -m tests.catalogue

migration: $(VENV)/run.stamp
	@exec $(BIN)/python -m storage.migrations "$(name)"

UV ?= uv
COMPILE = $(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	--no-header --quiet pyproject.toml

requirements:
	$(COMPILE) --upgrade --extra build --output-file requirements.txt
	$(COMPILE) --upgrade --extra dev --constraint requirements.txt --output-file requirements-dev.txt

clean:
	rm -rf $(VENV) *.egg-info

# The project itself goes in last, from this folder and without looking anywhere else: setuptools came with the others.
$(VENV)/run.stamp: requirements.txt pyproject.toml | $(VENV)/python.stamp
	@echo "Installing what the bot needs. This happens once, and may take a minute or two."
	@$(PIP) install --require-hashes --no-deps -r requirements.txt
	@$(PIP) install --quiet --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "Installing what the tests need."
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

$(VENV)/python.stamp:
	@python=; for try in $(PYTHONS); do \
		if command -v "$$try" >/dev/null 2>&1 && "$$try" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
			2>/dev/null; then python=$$try; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Dialoogreeks needs Python 3.11 or newer, and there is none here under the names: $(PYTHONS)." >&2; \
		echo "Install it, or say where it is: make $(or $(MAKECMDGOALS),run) PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "This Python ($$python) cannot make virtual environments: its venv module is missing." >&2; \
		echo "On Debian and Ubuntu it comes with: sudo apt-get install python3-venv" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$python" --version)."; \
	"$$python" -m venv $(VENV)
	@touch $@
