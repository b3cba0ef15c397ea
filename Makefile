# `make serve` and `make test` do all their own set-up on a machine with Python 3.11 or later and make.
HOST ?= 127.0.0.1
PORT ?= 8000
# a copy that listens everywhere is known by the name of its machine
BASE ?= http://$(if $(filter 0.0.0.0 ::,$(HOST)),$(shell hostname),$(HOST)):$(PORT)/
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The files of the SPARQL editor and the query builder, from npm; this is the last that is written.
YASGUI := server/interurban/web/pages/static/vendor/yasgui.min.js
# What tests use from npm: a client of event streams, and the rules of accessibility.
TEST_TOOLS := $(addsuffix /node_modules/.package-lock.json,tests/ldes tests/axe) tests/peers/lib/jetty-runner.jar
LIGHTHOUSE := benchmarks/lighthouse/node_modules/.package-lock.json

# The clients that others wrote, from their registries.
CLIENTS := $(addprefix tests/clients/,java/classes java/lib node/node_modules) .venv-clients

.PHONY: serve test screenshots lighthouse bench soak hostile clients outlines drill check build wheel lock sbom audit clean help editor-if-possible test-tools-if-possible
.DEFAULT_GOAL := help

help:
	@echo "make serve   check and build the data, then serve it on http://$(HOST):$(PORT)/ (HOST=, PORT= override)"
	@echo "make test    run the tests against served processes"
	@echo "make clients asks others' clients (Jena, RDF4J, Comunica, OpenRefine, CKAN, OWL API, JGraphT) about the served data"
	@echo "make outlines draws the coasts and borders of the maps again"
	@echo "make hostile counts the attacks by class: how many were tried, how many survived"
	@echo "make drill   kills each command that writes at 100 random moments (COUNT= overrides)"
	@echo "make soak    everything at once for ten minutes (DURATION=30m overrides): nothing may go wrong"
	@echo "make bench   asks other SPARQL servers the same; the tables go into benchmarks/report.md (half an hour)"
	@echo "make screenshots  a picture of every kind of page in screenshots/, wide and narrow, light and dark"
	@echo "make lighthouse  what the pages of releases/ cost who reads them: four marks, bytes, clicks and seconds"
	@echo "make check   lint, types, floors of the house, and the data itself"
	@echo "make build   check the data and write a release into releases/"
	@echo "make wheel   build the wheel into dist/"
	@echo "make lock    write deploy/requirements.lock anew: what is deployed, with hashes"
	@echo "make sbom    write what is deployed into dist/: a bill of materials (CycloneDX) and a list of licences"
	@echo "make audit   ask for advisories about what is deployed"
	@echo "make clean   remove what make has made, except releases/"

serve: editor-if-possible build
	@echo "serve: answering on http://$(HOST):$(PORT)/ until Ctrl-C"
	@exec $(BIN)/interurban serve --host $(HOST) --port $(PORT)

build: $(VENV)/installed
	@echo "build: checking the data and writing a release with base $(BASE)"
	@$(BIN)/interurban build --base $(BASE)

# What looks at who gives way to whom, and in what time, runs alone. All others run in two processes, a file's in one of
# them; what ARGS names runs in one, as what files share is made in each.
PYTEST := $(BIN)/python -m pytest
ALONE := $(addprefix tests/,$(addprefix engine/,test_fairness.py test_limits.py test_supervisor.py) hostile/test_attacks.py)
TOGETHER := --numprocesses 2 --dist loadfile --no-loadscope-reorder $(ALONE:%=--ignore=%)
test: $(VENV)/installed editor-if-possible test-tools-if-possible
	@echo "test: running the tests"
	@$(if $(ARGS),$(PYTEST) $(ARGS),ended=0; for run in '$(TOGETHER)' '$(ALONE)'; do $(PYTEST) $$run || ended=1; done; exit $$ended)

hostile: $(VENV)/installed
	@$(BIN)/python tests/hostile/tally.py $(ARGS)

drill: $(VENV)/installed
	@PYTHONPATH=server:tests $(BIN)/python tests/hostile/drill.py $(or $(COUNT),100)

DURATION := 10m
soak: $(VENV)/installed
	@PYTHONPATH=tests $(BIN)/python benchmarks/soak.py --seconds $(DURATION)

bench: $(VENV)/installed test-tools-if-possible
	@PYTHONPATH=tests $(BIN)/python benchmarks/bench.py $(ARGS)

screenshots: $(VENV)/installed editor-if-possible
	@echo "screenshots: a picture of every kind of page, into screenshots/"
	@PYTHONPATH=tests $(BIN)/python tests/screenshots.py $(ARGS)

lighthouse: $(VENV)/installed $(LIGHTHOUSE)
	@PYTHONPATH=tests:benchmarks $(BIN)/python benchmarks/pages.py releases

# What it writes is kept in git; it is run again when the atlas has a new version.
outlines: $(VENV)/installed
	@echo "outlines: drawing the maps' coasts and borders from npm's world-atlas"
	@$(BIN)/python maps/outlines.py

clients: $(VENV)/installed
	@echo "clients: asking clients that others wrote; the table goes into docs/clients.md"
	@$(BIN)/python tests/clients/run.py

check: $(VENV)/installed
	@echo "check: style, types, floors of the house"
	@$(BIN)/ruff check server tests editor maps deploy benchmarks
	@$(BIN)/ruff format --check server tests editor maps deploy benchmarks
	@$(BIN)/mypy server/interurban tests editor maps deploy
	@PYTHONPATH=server $(BIN)/lint-imports
	@echo "check: the data"
	@$(BIN)/interurban check

wheel: $(VENV)/installed $(YASGUI)
	@echo "wheel: building it into dist/"
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist . >/dev/null

# The lock of what is deployed: the versions of constraints.txt, each file with its hash, and no address.
lock: $(VENV)/installed
	@echo "lock: asking the index for the hashes of what is deployed"
	@$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-annotate --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --constraint constraints.txt --output-file deploy/requirements.lock pyproject.toml

sbom: $(VENV)/installed
	@$(BIN)/python deploy/sbom.py dist

audit: $(VENV)/installed
	@$(BIN)/python deploy/audit.py

clean:
	rm -rf $(VENV) $(dir $(YASGUI)) $(dir $(TEST_TOOLS) $(LIGHTHOUSE)) tests/ldes/node tests/axe/node $(CLIENTS) dist screenshots .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# The environment: made once, and again when what it is made from changes.
$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "interurban needs Python 3.11 or later; PYTHON=/path/to/python names another")'
	@echo "install: making the environment in $(VENV)/ (a minute or two, the first time only)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

# Made once, and again when the lock changes. Without them the page /sparql is a plain form and /explore leads there, so serving does not need them.
$(YASGUI): $(addprefix editor/,package-lock.json package.json sparnatural.licences.txt assets.py) | $(VENV)/installed
	@echo "editor: fetching the files of the SPARQL editor and the query builder from npm"
	@$(BIN)/python editor/assets.py
	@touch $@

editor-if-possible: $(VENV)/installed
	@$(MAKE) --silent --no-print-directory $(YASGUI) || echo "editor: npm was not reached; the page /sparql is a plain form, and /explore leads there"

# Without them the tests that need them are skipped.
$(filter %.json,$(TEST_TOOLS)) $(LIGHTHOUSE): %/node_modules/.package-lock.json: %/package-lock.json %/package.json tests/install.py | $(VENV)/installed
	@echo "test tools: fetching $(notdir $*)'s from npm"
	@$(BIN)/python tests/install.py $*
	@touch $@

tests/peers/lib/jetty-runner.jar: tests/peers/pom.xml tests/install.py | $(VENV)/installed
	@echo "test tools: fetching SPARQL servers from Maven Central"
	@$(BIN)/python tests/install.py tests/peers
	@touch $@

test-tools-if-possible: $(VENV)/installed
	@$(MAKE) --keep-going --no-print-directory $(TEST_TOOLS) || echo "test tools: npm or Maven was not reached; what needs them is skipped"
