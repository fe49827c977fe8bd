# Every command there is; `make help` lists them.
PYTHON ?= python3
PORT ?=
SERVICE ?=
CASE ?=
NAME ?=
REASON ?=
TOPIC ?=
FROM ?=
N ?=
ROWS ?=
SCALE ?=
SEED ?=
KILLS ?= 300
EVENTS ?= 1000000
WITHOUT ?=
VENV = .venv/bin
LOCAL = $(VENV)/python -m deploy.local

.DEFAULT_GOAL = help
.PHONY: help run test check fix bench campaign system migration clean stop reset logs status kill \
	demo-broken demo-foreign rebuild switch switch-back \
	reconcile incidents repair new-incarnation accept-topic restore-place compose compose-down lock installed ready-to-run ready-to-test

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ready-to-run ## The whole system on this machine; PORT=9000 moves it, Ctrl-C ends it
	@exec $(LOCAL) run $(if $(PORT),--port $(PORT))

test: ready-to-test ## Every test, on embedded servers (TIDEMARK_TEST_ON=docker: on containers)
	@$(VENV)/python -m pytest --numprocesses 2

system: ready-to-test ## Only the tests that start the real processes
	@$(VENV)/python -m pytest -m system

check: ready-to-test ## Style, types and import rules
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/mypy
	@$(VENV)/lint-imports

fix: ready-to-test ## Repair what can be repaired by itself
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

bench: ready-to-test ## Measure; a table, .local/bench.json; ROWS="growth relay" some, SCALE=0.05 small
	@$(VENV)/python -m tests.benchmarks $(ROWS) $(if $(SCALE),--scale $(SCALE))

campaign: ready-to-test ## kill -9 everything under load, then look for every fact; SEED= KILLS= EVENTS= WITHOUT=
	@$(VENV)/python -m tests.campaign --kills $(KILLS) --events $(EVENTS) $(if $(SEED),--seed $(SEED)) \
		$(if $(WITHOUT),--without $(WITHOUT))

migration: ready-to-run ## A new revision: SERVICE=goals NAME="what it does"
	@$(VENV)/python -m deploy.revision "$(SERVICE)" "$(NAME)"

stop: installed ## End what `make run` started
	@$(LOCAL) stop

reset: installed ## All data away; downloads stay
	@$(LOCAL) reset

status: installed ## What runs, since when, how often restarted
	@$(LOCAL) status

logs: installed ## Follow one process's log: SERVICE=goals
	@$(LOCAL) logs "$(SERVICE)"

kill: installed ## kill -9 a process and watch it come back: SERVICE=goals
	@$(LOCAL) kill "$(SERVICE)"

demo-broken: installed ## Publish an event that cannot be read, for CASE= or a case of the demo
	@$(LOCAL) demo-broken $(CASE)

demo-foreign: installed ## Write a record with a huge sequence into the topic goals, past its relay
	@$(LOCAL) demo-foreign

rebuild: installed ## A new version of the projection from the log, compared with the live one: REASON="…"
	@$(LOCAL) rebuild --reason "$(REASON)"

switch: installed ## Let everybody read a rebuilt version: N=1 REASON="…"
	@$(LOCAL) switch "$(N)" --reason "$(REASON)"

switch-back: installed ## Back to the version of before: N=1 REASON="…"
	@$(LOCAL) switch-back "$(N)" --reason "$(REASON)"

reconcile: installed ## Compare a CASE= (number or id), or all, with an independent reckoning of the log
	@$(LOCAL) reconcile $(CASE)

incidents: installed ## Cases that were found not to be what the log says
	@$(LOCAL) incidents

repair: installed ## Fold one case anew from the log: CASE= (number or id) REASON="…"
	@$(LOCAL) repair "$(CASE)" --reason "$(REASON)"

new-incarnation: installed ## After a restore or a move, let a relay number anew: SERVICE=goals REASON="…"
	@$(LOCAL) new-incarnation "$(SERVICE)" --reason "$(REASON)"

accept-topic: installed ## Let a reader read a topic that was made anew: SERVICE=goals TOPIC=intake REASON="…"
	@$(LOCAL) accept-topic "$(SERVICE)" "$(TOPIC)" --reason "$(REASON)"

restore-place: installed ## Where a reader had got to, made again: SERVICE=goals REASON="…" FROM=beginning
	@$(LOCAL) restore-place "$(SERVICE)" --reason "$(REASON)" $(if $(FROM),--from "$(FROM)")

compose: ## The same system from container images
	@docker compose up --build --detach --wait
	@mkdir -p .local/compose
	@docker compose exec --no-TTY $(OUTSIDE) issuer python -m deploy.describe > .local/compose/demo.json
	@echo "Tidemark is at http://127.0.0.1:8000; who there is stands in .local/compose/demo.json"

compose-down: ## End it and remove its data
	@docker compose down --volumes

clean: ## Everything made here away: data, downloads, caches, .venv
	@if [ -x $(VENV)/python ]; then $(LOCAL) reset; fi
	@rm -rf .venv .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

lock: ready-to-test ## Lock packages and static files anew
	@$(VENV)/python -m pip install --quiet pip-tools
	@$(VENV)/pip-compile $(COMPILE) -o requirements.txt pyproject.toml
	@$(VENV)/pip-compile $(COMPILE) --extra test -o requirements-test.txt pyproject.toml

# Addresses as this machine sees them.
OUTSIDE = -e TIDEMARK_KAFKA=127.0.0.1:19092 -e 'TIDEMARK_SERVICE_URL=http://127.0.0.1:{port}' \
	-e 'TIDEMARK_DATABASE_URL=postgresql://{role}:{password}@127.0.0.1:15432/{database}'

COMPILE = --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
	--no-annotate --strip-extras --allow-unsafe

installed:
	@[ -x $(VENV)/python ] || { echo "Nothing was started here yet: make run"; exit 1; }

ready-to-run ready-to-test: ready-to-%:
	@command -v $(PYTHON) >/dev/null || { echo "Tidemark needs Python 3.11 to 3.14: no $(PYTHON) here"; exit 1; }
	@$(PYTHON) deploy/bootstrap.py $*
