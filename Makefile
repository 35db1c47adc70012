# Two commands are enough on a fresh machine with Python 3.11 or newer and make: `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PORT ?= 8080

.PHONY: demo test check format bench clean

demo: $(READY)            ## open the sandbox page on 127.0.0.1
	$(BIN)/duban demo --port $(PORT)

test: $(READY) browser    ## run every test; SQLite, PostgreSQL and a real browser included
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
	@command -v chromium >/dev/null || { echo; \
	  echo "NOT RUN: the pages were not tested in a browser, because chromium is missing."; \
	  echo "         Install it and run again:  apt-get install --no-install-recommends chromium"; }

check: $(READY)           ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)           ## print figures measured in one run; RECORD=1 writes them to benchmarks/results.md
	$(BIN)/python -m benchmarks $(if $(RECORD),--record)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

.PHONY: browser
browser:                  # Debian's chromium, where it is missing and may be installed
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || true

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
