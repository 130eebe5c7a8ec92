# Snapshotter: two commands do everything: `make demo` and `make test`. `make help` lists the rest.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
URL    ?=

.PHONY: demo test check pytest bench bench-extract capture lock help clean
.DEFAULT_GOAL := help

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp  ## crawl the bundled news site twice, show what was kept, and serve it
	@$(BIN)/python data/demo/run.py

test: check pytest  ## every check: lint, types, layers, tests with coverage

check: $(VENV)/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

pytest: $(VENV)/test.stamp
	rm -f .coverage .coverage.*
	COVERAGE_PROCESS_START=pyproject.toml $(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=90

bench: $(VENV)/test.stamp  ## CPU per page against bare Scrapy, and each stage's share (needs nginx and wrk)
	@sh tools/system-packages.sh nginx:nginx-light wrk:wrk
	@$(BIN)/python bench/pipeline.py
	@$(BIN)/python bench/capture.py
	@$(BIN)/python bench/proof.py
	@$(BIN)/python bench/verify.py
	@$(BIN)/python bench/importing.py
	@$(BIN)/python bench/serving.py

PAGES ?= ../shared/bench/extraction/dev
PEERS := .venv-peers

bench-extract: $(VENV)/test.stamp $(PEERS)/stamp  ## our extraction against its peers, on the pages in PAGES
	@$(BIN)/python bench/extract.py $(PAGES) $(PEERS)/bin/python

$(PEERS)/stamp: requirements/peers.txt
	@$(PYTHON) -m venv --clear $(PEERS)
	@$(PEERS)/bin/pip install --quiet --disable-pip-version-check --upgrade pip
	@$(PEERS)/bin/pip install --quiet --disable-pip-version-check -r requirements/peers.txt
	@touch $@

capture: $(VENV)/run.stamp  ## capture one page now: make capture URL=https://…
	@test -n "$(URL)" || { echo "make capture URL=https://…" >&2; exit 2; }
	@$(BIN)/snapshotter capture "$(URL)"

# The lowest Python that we promise decides: Debian 12 has 3.11.2
COMPILE := uv pip compile --quiet --upgrade --python-version 3.11.0 --no-emit-index-url --no-emit-find-links \
	--no-header --no-annotate pyproject.toml

lock: $(VENV)/test.stamp  ## pin the newest versions that pyproject.toml allows
	$(BIN)/pip install --quiet uv
	$(BIN)/$(COMPILE) --extra site --group build -o requirements/run.txt
	$(BIN)/$(COMPILE) --extra site --group test -c requirements/run.txt -o requirements/test.txt

clean:  ## remove what make made (not the archive)
	rm -rf $(VENV) $(PEERS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*

# The environments. Stamps: what is installed already is not looked at again, so that it works offline.

$(VENV)/run.stamp: requirements/run.txt pyproject.toml tools/make-venv.sh
	@sh tools/make-venv.sh $(PYTHON) $(VENV) requirements/run.txt
	@touch $@

$(VENV)/test.stamp: requirements/test.txt requirements/run.txt pyproject.toml tools/make-venv.sh tools/system-packages.sh
	@sh tools/system-packages.sh chromium:chromium jq:jq openssl:openssl wget:wget
	@fc-list --quiet :lang=zh 2>/dev/null || sh tools/system-packages.sh chinese-font:fonts-noto-cjk || \
		echo "without one, screenshots show boxes for characters" >&2
	@sh tools/make-venv.sh $(PYTHON) $(VENV) requirements/test.txt
	@touch $@ $(VENV)/run.stamp
