# `make help` shows what there is. Nothing is needed but Python 3.11 or newer and make.

PYTHON ?= $(shell command -v python3.11 || echo python3)
VENV := .venv
RUN := $(VENV)/bin
STAMP := $(VENV)/.ready
PRINT_DOCS := find docs -type f -not -name "*.py[co]" | sort | xargs cksum
JOBS ?= 2
ATHERIS := atheris==3.0.0
CODE := shared services tests bench docs deploy

.DEFAULT_GOAL := help
.PHONY: help setup run up down test test-faults test-kafka test-fuzz soak audit sbom check check-alerts check-manifests format bench docs shapes screenshots lock clean

help: ## show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv with exactly the packages of requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Ansvar needs $(PYTHON); name another Python from 3.11 on with PYTHON=..."; exit 1; }
	@test -x $(RUN)/python || $(PYTHON) -m venv $(VENV)
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(RUN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(RUN)/python -m services.screening.matching.ready
	@touch $@

run: $(STAMP) ## play the whole story on sample data and stay up with a usable console
	$(RUN)/ansvar demo

up: $(STAMP) ## start the system with an empty desk; Ctrl-C stops it
	$(RUN)/ansvar up

down: $(STAMP) ## stop the system that runs on .ansvar
	$(RUN)/ansvar down

test: $(STAMP) ## run all tests
	$(RUN)/python -m services.screening.matching.ready
	$(RUN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not long"

test-faults: $(STAMP) ## run the tests that kill for minutes
	$(RUN)/python -m services.screening.matching.ready
	$(RUN)/python -m pytest -m "long and not kafka"

test-kafka: $(STAMP) ## the faults against Apache Kafka itself; needs Java 17 and Maven
	mvn -q -B -f tests/kafka/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/.kafka/libs
	$(RUN)/python -m pytest -m kafka tests/kafka

soak: $(STAMP) ## an hour (MINUTES=10 for less) at half of the throughput that lasts
	$(RUN)/python -m bench.soak --minutes $(or $(MINUTES),60)

test-fuzz: $(STAMP) ## a million hostile inputs at every parser (kept in .fuzz), then guided by coverage, questions at every route
	$(RUN)/python -m tests.hostile.fuzz --minutes 20 --least 1000000
	@test -d .fuzz/lib/atheris || $(RUN)/python -m pip install --quiet --disable-pip-version-check --target .fuzz/lib $(ATHERIS)
	PYTHONPATH=.fuzz/lib $(RUN)/python -m tests.hostile.fuzz --guided --minutes 20
	$(RUN)/python -m pytest -q -m long tests/hostile

audit: $(STAMP) ## known weaknesses of the locked packages (needs the network; CI=1 lets its absence pass, loudly)
	@test -x .audit/bin/pip-audit || { $(PYTHON) -m venv .audit && .audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit; } || true
	$(RUN)/python -m deploy.audit .audit/bin/pip-audit $(if $(CI),--ci)

sbom: $(STAMP) ## write sbom.json, the bill of materials (CycloneDX), from the lock
	$(RUN)/python -m deploy.bill sbom > sbom.json

check: $(STAMP) ## format, lint, types, import rules, lock, compose file, events, documents
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy --strict $(wildcard $(CODE))
	$(RUN)/lint-imports
	$(RUN)/python -m pytest -q tests/deploy
	$(RUN)/python -m docs.compatible
	@before="$$($(PRINT_DOCS))"; $(MAKE) --no-print-directory docs && test "$$before" = "$$($(PRINT_DOCS))" \
		|| { echo "generated documents were not up to date: commit what make docs wrote"; exit 1; }

check-alerts: $(STAMP) ## test the alert rules with promtool (Debian's package prometheus)
	@command -v promtool >/dev/null || (apt-get update -q && apt-get install -q -y --no-install-recommends prometheus)
	promtool check rules deploy/observability/alerts.yaml
	promtool test rules deploy/observability/alerts.test.yaml
	$(RUN)/python -m pytest -q tests/deploy/test_observability.py

check-manifests: $(STAMP) ## build the overlays with kustomize (installed with Go) and check what comes out
	@PATH="$$PATH:$$(go env GOPATH 2>/dev/null)/bin"; command -v kustomize >/dev/null || go install sigs.k8s.io/kustomize/kustomize/v5@v5.7.1
	PATH="$$PATH:$$(go env GOPATH 2>/dev/null)/bin" $(RUN)/python -m pytest -q tests/deploy/test_kubernetes.py

format: $(STAMP) ## format the code and mend what can be mended
	$(RUN)/ruff format .
	$(RUN)/ruff check --fix .

bench: $(STAMP) ## print the figures with the baseline of the same run
	$(RUN)/python -m bench

docs: $(STAMP) ## write docs/events.md, AsyncAPI and OpenAPI from the code
	$(RUN)/python -m docs.catalogue

shapes: $(STAMP) ## record the JSON shape of every event
	$(RUN)/python -m tests.event_shapes.record

screenshots: $(STAMP) ## take pictures of the main pages in three languages, into build/screenshots
	$(RUN)/python -m docs.screenshots $(DATA)

lock: ## resolve all packages anew (needs the network)
	$(RUN)/python -m pip install --quiet uv
	$(RUN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --upgrade -o requirements.lock

clean: ## remove .venv and caches, but no data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist
