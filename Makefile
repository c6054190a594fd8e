# Every command a person types. `make help` lists them; .ci/run calls the same targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup up test lint audit bench results lock vocabulary programs tools airflow containers clean

PYTHON ?= python3
BIN := .venv/bin
# uv when it is there; otherwise one of our own, from its hash-pinned lock, kept for the next clone.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/semia
UV := $(shell command -v uv || echo $(CACHE)/uv/bin/uv)
# Without a network, the same once more from the package cache alone.
define install
@$(UV) $(1) || { echo 'Not installed; trying once more from the package cache alone.' >&2; $(UV) --offline $(1); }
endef
export UV_COMPILE_BYTECODE := 1
export UV_PYTHON_DOWNLOADS := never

# Keys and tokens by their form. The words of a sentence, hashes and examples of addresses are none.
KEYS_ONLY := $(addprefix --disable-plugin ,KeywordDetector Base64HighEntropyString HexHighEntropyString BasicAuthDetector IPPublicDetector) --plugin .ci/semia_key.py

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(CACHE)/uv/bin/uv:
	$(PYTHON) -m venv $(CACHE)/uv
	$(CACHE)/uv/bin/python -m pip install --quiet --require-hashes -r requirements/bootstrap.lock

.venv/.ready: requirements/dev.lock | $(UV)
	$(UV) venv --quiet --allow-existing --python '>=3.11,<3.13' .venv
	$(call install,pip sync --quiet --python .venv --require-hashes requirements/dev.lock)
	$(call install,pip install --quiet --python .venv --no-deps --no-build-isolation --editable .)
	@touch $@

setup: .venv/.ready ## Install everything into .venv from the hash-pinned locks

up: setup ## Land, build, train, serve: the whole product on this computer
	$(BIN)/semia up

test: setup ## Run every test; what needs a missing program says so
	$(BIN)/pytest -n auto --no-loadscope-reorder --durations=20

lint: setup ## Formatting, types, import directions, SQL style, dangerous calls, secrets
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_project warehouse/postgres
	$(BIN)/bandit --quiet --recursive semia warehouse feature_repo ml api -lll
	git ls-files ':!*.lock' | xargs $(BIN)/detect-secrets-hook $(KEYS_ONLY)

audit: setup ## Look every locked package up among the known vulnerabilities
	@$(BIN)/python .ci/audit.py requirements/*.lock airflow/requirements.lock

bench: setup ## Measure every claimed number into benchmarks/results/
	$(BIN)/python -m benchmarks

results: setup ## Train on the files in SEMIA_DATA_DIR and write the README's table of results
	$(BIN)/semia up --prepare-only
	$(BIN)/python -m benchmarks.results_table "$${SEMIA_HOME:-.semia}/bundle"

lock: | $(UV) ## Compile the locks again from pyproject.toml
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements/serve.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra aws pyproject.toml -o requirements/lambda.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra app pyproject.toml -o requirements/app.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra app --extra aws --extra dev pyproject.toml -o requirements/dev.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/aws.in -o requirements/aws.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate requirements/bootstrap.in -o requirements/bootstrap.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate airflow/pyproject.toml -o airflow/requirements.lock

vocabulary: setup ## Write the sign columns of the feature models from the vocabulary seeds
	$(BIN)/python -m warehouse.vocabulary

programs: ## Debian, as root: programs that some tests need besides
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium docker.io prometheus prometheus-alertmanager postgresql-15
	command -v npm >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm

tools: | $(UV) ## Install what some tests need besides: AWS's emulator, axe-core
	$(UV) venv --quiet --allow-existing --python '>=3.11,<3.13' .tools/aws
	$(call install,pip sync --quiet --python .tools/aws --require-hashes requirements/aws.lock)
	ln -sf "$$(ls $(CURDIR)/.tools/aws/lib/python3.*/site-packages/samcli/local/rapid/aws-lambda-rie-$$(uname -m | sed s/aarch64/arm64/))" .tools/aws/bin/aws-lambda-rie
	npm install --silent --no-save --prefix .tools axe-core@4

airflow: | $(UV) ## Install Airflow and Cosmos into airflow/.venv from their own lock
	$(UV) venv --quiet --allow-existing --python '>=3.11,<3.13' airflow/.venv
	$(call install,pip sync --quiet --python airflow/.venv --require-hashes airflow/requirements.lock)

containers: setup ## Build the images, bring the compose stack up, smoke-test it, take it down
	tests/containers/smoke.sh

clean: ## Remove what was installed here; the data in .semia stays
	rm -rf .venv .tools airflow/.venv
