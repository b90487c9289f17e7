# Two commands: `make run` and `make test`. Each does its own set-up and is quick when that stands.
# PYTHON=python3.11, PORT=8100, HOTLINE_DATA=DIR and ARGS="--port 8100 --data DIR" are passed on.

PYTHON ?= python3
ARGS ?=
export PYTHON
# What is compiled once is kept, whatever the caller set: else each of hundreds of processes compiles it all again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check browser chaos contracts bench setup setup-test lock

run: setup
	@exec .venv/bin/hotline up --end-with-parent $(ARGS)

test: setup-test
	@.venv/bin/python -m tests.whole test $(ARGS)

check: setup-test
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/pytest -n 2 -m "not slow and not browser and not timed and not contracts" $(ARGS)

browser: setup-test
	@.venv/bin/python -m tests.whole browser $(ARGS)

chaos: setup-test
	@.venv/bin/python -m tests.chaos $(ARGS)

# Against Twilio's own packages, 200 MB of them: npm brings them when this is first asked for.
contracts: setup-test tests/contracts/node_modules
	.venv/bin/pytest -m contracts tests/contracts $(ARGS)

tests/contracts/node_modules: tests/contracts/package-lock.json
	cd tests/contracts && PATH="$(CURDIR)/.venv/bin:$$PATH" npm_config_cache="$(CURDIR)/.venv/npm" \
		npm_config_update_notifier=false NODE_USE_SYSTEM_CA=1 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

bench: setup-test
	.venv/bin/python -m bench $(ARGS)

setup:
	@sh setup.sh run

setup-test:
	@sh setup.sh test

# After a change of requirements*.in: the newest versions that fit together, for all Pythons from 3.11.
lock: setup-test
	.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-header --no-annotate --no-emit-index-url --allow-unsafe -q -o requirements.lock requirements.in
	.venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade -c requirements.lock \
		--no-header --no-annotate --no-emit-index-url --allow-unsafe -q -o requirements-dev.lock requirements-dev.in
