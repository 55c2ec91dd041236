# Everything is a verb: `make demo`, `make test`, `make lint`. Needs python3 (3.11 or later) and make.
PYTHON ?= python3
PY := .venv/bin/python
SYNCED := .venv/synced

.PHONY: help .venv demo demo-reset test cases lint format bench services pictures lock
.DEFAULT_GOAL := help

help:
	@echo "make demo        start KBL with a demonstration history; no server needed"
	@echo "make demo-reset  the same, from the beginning"
	@echo "make test        all tests, with their own PostgreSQL, Redis and Chromium"
	@echo "make cases       what once came out wrong, a case each (tests/cases/cases.toml)"
	@echo "make lint        style, types, templates, migrations, import contract, settings"
	@echo "make format      put the code in the agreed form"
	@echo "make bench       measure the busy paths beside the bare engine"
	@echo "make services    a throw-away PostgreSQL and Redis, until Ctrl-C"
	@echo "make pictures    take the pictures of docs/pictures and of the instructions (static/help) again"
	@echo "make lock        lock requirements/*.in (UPGRADE=1 for the newest versions)"

.venv: $(SYNCED)

# A stamp inside the environment, so that a second `make` takes no time.
$(SYNCED): requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "KBL needs Python 3.11 or later. Name one: make PYTHON=python3.11 .venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || scripts/system.sh venv
	@test -x .venv/bin/pip || $(PYTHON) -m venv --clear .venv
	@# uv itself comes from the lock too: its own lines are taken out, hashes and all.
	@sed -n '/^uv==/,/[^\\]$$/p' requirements/dev.txt > .venv/uv.txt
	@.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.txt
	@.venv/bin/uv pip sync --quiet --python $(PY) --require-hashes requirements/dev.txt
	@touch $@

demo demo-reset: $(SYNCED)
	@scripts/system.sh run
	@$(PY) manage.py demo $(if $(filter demo-reset,$@),--reset)

test: $(SYNCED)
	@scripts/system.sh run test
	@$(PY) scripts/with_services.py scripts/test.sh $(ARGS)

cases: $(SYNCED)
	@scripts/system.sh run test
	@DEMO=true $(PY) scripts/with_services.py $(PY) -m tests.cases -q -n 2 $(ARGS)

lint: $(SYNCED)
	@scripts/system.sh run
	@scripts/lint.sh

format: $(SYNCED)
	@.venv/bin/ruff check --quiet --fix-only .
	@.venv/bin/ruff format .
	@git ls-files -z 'templates/*.html' | xargs -0r .venv/bin/djade --target-version 5.2

bench: $(SYNCED)
	@scripts/system.sh run test
	@$(PY) scripts/with_services.py --durable $(PY) -m bench $(ARGS)

services: $(SYNCED)
	@scripts/system.sh test
	@$(PY) scripts/with_services.py

pictures: $(SYNCED)
	@scripts/system.sh run test
	@$(PY) docs/make_pictures.py
	@$(PY) docs/make_handouts.py

lock: $(SYNCED)
	@scripts/lock.sh $(if $(UPGRADE),--upgrade)
