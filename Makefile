# Everything one can do here; `make help` lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3.11
PYTHON_MODERN ?= $(PYTHON)
# PyTorch first. An interpreter that is not there is refused by setup, with a reason.
KNOWN := $(shell $(PYTHON) -c 'import d2l_compat; print(*reversed(d2l_compat.frameworks()))' 2>/dev/null)
FRAMEWORKS ?= $(KNOWN)
export FRAMEWORKS

UNKNOWN := $(filter-out $(KNOWN),$(FRAMEWORKS))
ifneq ($(and $(KNOWN),$(UNKNOWN)),)
$(error FRAMEWORKS: expected names out of $(KNOWN), received $(UNKNOWN))
endif

BIN := .venv/bin
empty :=
space := $(empty) $(empty)
LEFT_OUT := $(subst $(space),|,$(strip $(filter-out $(FRAMEWORKS),$(KNOWN))))
READY := .venv/ready-$(subst $(space),-,$(sort $(FRAMEWORKS)))

help: ## list the targets (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  FRAMEWORKS="torch" restricts any of them; PYTHON=... chooses the interpreter (3.11)'

setup: $(READY) ## make .venv from requirements.lock; done once, again when the lock changes

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "make: needs Python 3.11, the newest that mxnet and numpy 1.23 share; '$(PYTHON)' is not it." \
	       "Install it, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	grep -vE '^($(or $(LEFT_OUT),#))' requirements.txt > .venv/requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -c requirements.lock -r .venv/requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

data: $(READY) ## fetch and verify Fashion-MNIST, and say where it lies
	$(BIN)/python -m d2l_compat data

lab: $(READY) ## open JupyterLab on the notebooks from scratch, in columns
	$(BIN)/python -m d2l_compat lab notebooks/softmax-regression-scratch build/lab

lab-concise: $(READY) ## the same with the concise notebooks
	$(BIN)/python -m d2l_compat lab notebooks/softmax-regression-concise build/lab

notebooks: $(READY) ## execute every notebook in place on the real data, and normalise its metadata
	$(BIN)/python -m d2l_compat execute notebooks --in-place

run: $(READY) ## the main job: execute every notebook into build/, with pages and an index
	$(BIN)/python -m d2l_compat execute notebooks -o build

compare: $(READY) ## write build/compare/index.html: the notebooks last executed, side by side
	$(BIN)/python -m d2l_compat compare $(or $(wildcard build/notebooks),notebooks) -o build/compare/index.html

reproduce: $(READY) ## each training from SEEDS (20) seeds, here or on SCHEDULER=tcp://..., against the published figures
	$(BIN)/python -m d2l_compat reproduce --seeds $(or $(SEEDS),20) $(addprefix --scheduler ,$(SCHEDULER))

test: $(READY) ## strict nbval of every notebook, unit tests, hygiene and parity checks
	$(BIN)/pytest -n 2

test-browser: $(READY) ## the page and JupyterLab in a real browser; installs Chromium where it can
	@which chromium chromium-browser google-chrome | grep -q . || { apt-get update -q && apt-get install -qy chromium; } || { \
	  echo "make: needs Chromium; install it with your system's package manager" >&2; exit 1; }
	$(BIN)/pytest tests/browser

test-slow: $(READY) ## data under faults, killed downloads, fuzzed files: a few minutes
	$(BIN)/pytest -n 2 tests/slow

test-releases: $(READY) ## the faces beside the published releases, fetched once by checksum, never installed
	$(BIN)/pytest tests/releases

test-modern: .venv-modern/ready ## the same tests on NumPy 2, Keras 3 and the newest TensorFlow, in .venv-modern
	FRAMEWORKS="$(filter-out mxnet,$(FRAMEWORKS))" .venv-modern/bin/pytest -n 2

.venv-modern/ready: requirements-modern.lock
	$(PYTHON_MODERN) -m venv .venv-modern
	.venv-modern/bin/pip install --quiet --disable-pip-version-check -c requirements-modern.lock -r requirements-modern.txt
	.venv-modern/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

bench: $(READY) ## how fast the layer is, into build/bench/table.md: ten to twenty quiet minutes
	$(BIN)/python -m benchmarks build/bench $(FRAMEWORKS)

lint: $(READY) ## ruff over code and notebooks, types, and which part may import which
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

coverage: $(READY) ## run the tests once more, counting which branches they take: build/coverage/index.html
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 tests
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet
	$(BIN)/coverage report --include='d2l_compat/*.py,d2l_compat/helpers/*,d2l_compat/data/*' --fail-under=95
	$(BIN)/coverage report --include='d2l_compat/*/*' --omit='d2l_compat/helpers/*,d2l_compat/data/*' --fail-under=90

lock: ## resolve the requirements files anew into their locks
	set -e; for name in requirements requirements-modern; do \
	  rm -rf build/lock && $(PYTHON) -m venv build/lock; \
	  build/lock/bin/pip install --quiet -r $$name.txt; \
	  { echo "# Made by \`make lock\` from $$name.txt."; \
	    build/lock/bin/pip freeze --all | grep -v '^pip==' | sed 's/+cpu$$//'; } > $$name.lock; \
	done

clean: ## remove build/ and every cache, keep .venv
	rm -rf build .pytest_cache .ruff_cache .hypothesis
	find d2l_compat tests notebooks -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

.PHONY: help setup data lab lab-concise notebooks run compare reproduce test test-browser test-slow test-releases test-modern bench lint coverage lock clean
