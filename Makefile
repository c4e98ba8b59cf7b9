# One gate for people and machines alike: `make help` lists what there is.
# Needs Python >= 3.11, make and the package indexes that pip is set up for; after the first run, no network.

PYTHON  ?= python3
UV      ?= uv
WORKERS ?= auto

BIN   := .venv/bin
RUN   := $(BIN)/python -m
READY := .venv/ready
# Each worker gets a stretch of the tests and takes over others' when it has done its own, so that what a file's tests
# share is mostly made once.
TESTS := $(RUN) pytest -q -n $(WORKERS) --dist worksteal

.DEFAULT_GOAL := all
.PHONY: all app demo demo-kafka quick test test-browser check bench soak tamper pictures lock clean help
.DELETE_ON_ERROR:

all: $(READY) help

# Wheels only, each pinned by hash; the project itself is built by the backend from the same lock, so that nothing
# unlocked is ever fetched. Up to date (no call of pip) until the lock or pyproject.toml changes.
$(READY): requirements/dev.txt pyproject.toml
	@command -v "$(PYTHON)" >/dev/null 2>&1 || \
	  { echo "$(PYTHON) was not found: install Python 3.11 or later, or name it with 'make PYTHON=/path/to/python3'." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than Python 3.11: name a later one with 'make PYTHON=python3.12'." >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) comes without its venv module: install it (on Debian and Ubuntu: python3-venv)." >&2; exit 1; }
	@$(RUN) pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear .venv
	@echo "Installing what requirements/dev.txt pins into .venv ..."
	@$(RUN) pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes --requirement requirements/dev.txt
	@$(RUN) pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## the reference election: 65 stations, from the printer to the verdict (leaves .demo/)
	@$(BIN)/custody demo --dir .demo

demo-kafka: $(READY) ## the same election through two gateways, three Kafka brokers and PostgreSQL, as real processes
	@$(BIN)/custody demo-kafka --dir .demo-kafka

tamper: $(READY) ## flip one bit in a copy of the demo's archive and audit it again
	@$(BIN)/custody tamper --dir .demo

quick: $(READY) ## tests of schemas, core and architecture only, in less than a minute
	@$(TESTS) tests/schemas tests/core tests/architecture

test: $(READY) ## all tests but the browser's
	@$(TESTS) --ignore=tests/browser

# Node comes by the lock too; what npm fetches is pinned by hash in app/package-lock.json, and none of it runs while it is put there.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix app --silent
FETCHED := app/node_modules/.package-lock.json

app: $(READY) $(FETCHED) ## the courier's phone, built into the package (custody/data/app)
	@$(NPM) run types
	@$(NPM) run build

$(FETCHED): app/package-lock.json $(READY)
	@$(NPM) ci --ignore-scripts
	@touch $@

# The browser is the system's own: no package of Python carries one.
test-browser: $(READY) app ## the pages in a real browser (the system's chromium)
	@command -v chromium >/dev/null 2>&1 || \
	  { echo "chromium was not found; install it with: apt-get update && apt-get install -y chromium" >&2; exit 1; }
	@CUSTODY_CHROMIUM="$$(command -v chromium)" $(TESTS) tests/browser

check: $(READY) ## format, lint, types, import contracts, published schemas, generated documentation
	@$(RUN) ruff format --check .
	@$(RUN) ruff check .
	@$(RUN) mypy
	@$(BIN)/lint-imports
	@$(RUN) schemas.publish --check
	@$(BIN)/python docs/generate.py --check

bench: $(READY) ## one line "ratio <name> <x.xx>" for each benchmark
	@$(RUN) bench

soak: $(READY) ## all tests with the larger figures (hours)
	@CUSTODY_SOAK=1 $(TESTS) --ignore=tests/browser

pictures: $(READY) app ## the pictures of README and guides: the pages over .demo, the running app (the system's chromium)
	@CUSTODY_CHROMIUM="$$(command -v chromium)" $(BIN)/python docs/pictures.py .demo
	@CUSTODY_CHROMIUM="$$(command -v chromium)" $(RUN) tests.browser.phone_pictures

lock: ## pin the newest versions that pyproject.toml admits (needs uv)
	@command -v "$(UV)" >/dev/null 2>&1 || { echo "$(UV) was not found: install uv, it writes the lock." >&2; exit 1; }
	@"$(UV)" pip compile pyproject.toml --universal --upgrade --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --quiet --output-file requirements/runtime.txt
	@"$(UV)" pip compile pyproject.toml --extra dev --constraint requirements/runtime.txt --universal --upgrade \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet --output-file requirements/dev.txt
	@"$(UV)" pip compile --group pyproject.toml:witness --constraint requirements/runtime.txt --universal --upgrade \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet --output-file requirements/witness.txt

clean: ## remove what make, the demo and the tools have made here
	@rm -rf .venv .demo .demo-kafka build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
