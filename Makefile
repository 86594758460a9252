# The front door. Everything here is one or two commands; `make help` lists them.
# GNU make and a POSIX shell are enough.

.DEFAULT_GOAL := help
SHELL := /bin/sh
# Each target uses all cores by itself, and its output is meant to be read: `make -j` changes nothing here.
.NOTPARALLEL:

LAB1 := 1
LAB2 := 2A 2B 2C 2D 2
LAB3 := 3A 3B 3
LAB4 := 4A 4B 4
PLAIN := labrpc labgob sim
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),$(CARGO_BUILD_TARGET_DIR),target))

.PHONY: help bench-build debug debug-build hint scenario doctor grade grade-all logs view zoo test test-fixtures lint-raft verify fix bench wc test-3-extra test-4-extra handout check-handout check-grade
LABS := $(LAB1) $(LAB2) $(LAB3) $(LAB4) $(PLAIN)
.PHONY: $(addprefix test-,$(LABS)) $(addprefix soak-,$(LABS)) $(addprefix watch-,$(LABS))

# A value as one word for the shell, whatever is in it.
quoted = '$(subst ','\'',$(1))'
# $(call option,SEED,--seed): the option if the variable is not empty. A bad value is for lab to explain.
# `value` keeps make from expanding a `$` in it.
option = $(if $(value $(1)),$(2)=$(call quoted,$(value $(1))))
options = $(call option,SEED,--seed) $(call option,JOBS,--jobs) $(call option,CLOCK,--clock) \
	$(call option,TRACE,--trace) $(if $(filter-out 0,$(value CHECK)),--check-determinism) $(ARGS)
# $(call patterns,2A): what TEST names, or else the part.
patterns = -- $(or $(foreach pattern,$(value TEST),$(call quoted,$(pattern))),$(1))
runs = $(call option,RUNS,--runs)
soak_runs = --runs=$(call quoted,$(or $(value RUNS),$(value LAB_RUNS),1000))

# Those under tests/fixtures have short names.
RAFT_FOLDER := $(if $(filter stand-in classic,$(value RAFT)),tests/fixtures/$(value RAFT)-raft,$(value RAFT))
# RAFT=folder: the same with another Raft. Cargo knows one crate of that name in a workspace, so this makes a copy of the workspace,
# with that folder in the place of raft/, and builds there. The copy is made anew each time, but the files keep their times: cargo
# builds again only what has changed. The crates from outside are built once for all copies (build directory); the programs are the
# copy's own. Links are followed, so a Raft may link to files of the one that it replaces.
ifneq ($(value RAFT),)
export CARGO_BUILD_BUILD_DIR := $(TARGET)
COPY := $(TARGET)/with-raft/$(subst /,-,$(patsubst /%,%,$(patsubst %/,%,$(RAFT_FOLDER))))
TARGET := $(COPY)/target
export CARGO_TARGET_DIR := $(TARGET)
manifest = --manifest-path=$(call quoted,$(COPY)/workspace/Cargo.toml)
copied = .ci/with-raft $(call quoted,$(RAFT_FOLDER)) $(call quoted,$(COPY)/workspace) || exit 2;
endif
LAB_COMMAND := $(TARGET)/debug/lab
STAFF_COMMAND := $(TARGET)/debug/lab-staff
# For what concerns the whole workspace, as it is.
our_raft = $(if $(value RAFT),echo 'RAFT=folder goes with the tests of Labs 2 to 4 only' >&2; exit 2)

# The programs that a part's tests need. Lab 1's tests start Lab 1's programs.
LAB1_PROGRAMS := mrcoordinator mrsequential mrworker
GROUND := ground-suite
SUITES_1 := mapreduce-suite $(LAB1_PROGRAMS)
SUITES_2 := raft-suite
SUITES_3 := kvraft-suite
SUITES_4A := shardctrler-suite
SUITES_4B := shardkv-suite
SUITES_4 := $(SUITES_4A) $(SUITES_4B)
SUITES := $(GROUND) $(SUITES_1) $(SUITES_2) $(SUITES_3) $(SUITES_4A) $(SUITES_4B)
number_of = $(subst A,,$(subst B,,$(subst C,,$(subst D,,$(1)))))
suites_of = $(or $(SUITES_$(1)),$(SUITES_$(number_of)),$(GROUND))

# $(call build,raft-suite lab): only what is named is compiled, and no lint stands in the way. The workspace is named too, so that crates
# from outside have the same features whatever is built: each is compiled once. Who waits at a terminal for a first build sees how far
# cargo is. `exec` comes after it, so that Ctrl-C reaches lab.
build = $(copied) quiet=--quiet; if [ -t 2 ] && ! [ -e $(call quoted,$(TARGET)/debug/$(firstword $(1))) ]; then \
		quiet=; echo 'The first build of $(firstword $(1)), and of what it stands on. Later ones take seconds.' >&2; \
	fi; cargo build $$quiet $(manifest) --workspace $(addprefix --bin ,$(1)) || exit 3
# Tests of one's own have a suite of their own, which runs beside the part's.
mine = $(if $(findstring TestMine,$(value TEST)),$(notdir $(wildcard tests/own-suite)))
# $(call build_for,2A): the command, and the tests of a part.
build_for = $(call build,$(call suites_of,$(1)) $(mine) lab)
lab = exec $(call quoted,$(LAB_COMMAND)) test
staff = exec $(call quoted,$(STAFF_COMMAND))

help: ## This list
	@echo 'make TARGET [VARIABLE=value ...]'
	@echo
	@awk -F ':.*## ' '/^[a-z].*:.*## / { printf "  %-40s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo
	@echo 'Variables of test-* and soak-*:'
	@echo '  SEED=12345        replay this seed            RUNS=100      runs per test, seeds counted up'
	@echo '  TEST=TestBackup2B name, or part, or regexp    CLOCK=real    run in real time (virtual, real)'
	@echo '  JOBS=1            runs at the same time       CHECK=1       every run twice, compare all events'
	@echo '  TRACE=file.jsonl  write all events of one run ARGS=--extra  further options, see `lab test --help`'
	@echo '  RAFT=stand-in     run Lab 3 or 4A without a Raft, see the page of Lab 3'
	@echo '  RAFT=classic      run Labs 2 to 4 with a second Raft; RAFT=folder: with the crate in this folder'
	@echo
	@echo 'Exit codes of lab (make itself ends with 2 whenever something failed, and prints the code):'
	@echo '  0 passed, 1 failed, 2 usage, 3 build failed, 4 nothing matched, 5 fault of the bench, 130 Ctrl-C'

test-1: ## Official tests of Lab 1 (MapReduce), in real time
	@$(call build_for,1)
	@$(lab) $(runs) $(options) $(call patterns,1)

test-2A test-2B test-2C test-2D test-2: test-%: ## Official tests of Lab 2 (Raft), or of one part
	@$(call build_for,$*)
	@$(lab) $(runs) $(options) $(call patterns,$*)

test-labrpc test-labgob test-sim: test-%: ## Tests of the ground: network, codec, simulator
	@$(call build_for,$*)
	@$(lab) $(runs) $(options) $(call patterns,$*)

test: ## Everything there is: cargo test, then all tests of all labs, ours too
	@$(our_raft)
	cargo test --workspace
	@$(MAKE) --no-print-directory check-grade
	@$(call build,$(SUITES) $(notdir $(wildcard tests/own-suite)) lab)
	@$(lab) $(runs) $(options) --extra $(call patterns,)

soak-1: ## The same 20 times per test (or RUNS): real time cannot be hurried
	@$(call build_for,1)
	@$(lab) --runs=$(call quoted,$(or $(value RUNS),$(value LAB_RUNS),20)) $(options) $(call patterns,1)

test-3A test-3B test-3: test-%: ## Official tests of Lab 3 (key/value service)
	@$(call build_for,$*)
	@$(lab) $(runs) $(options) $(call patterns,$*)

test-3-extra: ## Our strict siblings of the tests of Lab 3
	@$(call build_for,3)
	@$(lab) $(runs) $(options) $(call patterns,'Test.*Strict3[AB]')

test-4A: test-%: ## Official tests of Lab 4A (shard controller)
	@$(call build_for,$*)
	@$(lab) $(runs) $(options) $(call patterns,$*)

test-4B test-4: test-%: ## Official tests of Lab 4B (sharded key/value service), or of both parts
	@$(call build_for,$*)
	@$(lab) $(runs) $(options) $(call patterns,$*)

test-4-extra: ## Our strict siblings of the tests of Lab 4
	@$(call build_for,4)
	@$(lab) $(runs) $(options) $(call patterns,'Test.*(Strict|Scripted)4[AB]')

soak-4A: soak-%: ## Likewise
	@$(call build_for,$*)
	@$(lab) $(soak_runs) $(options) $(call patterns,$*)

soak-4B soak-4: soak-%: ## Likewise
	@$(call build_for,$*)
	@$(lab) $(soak_runs) $(options) $(call patterns,$*)

soak-3A soak-3B soak-3: soak-%: ## Likewise
	@$(call build_for,$*)
	@$(lab) $(soak_runs) $(options) $(call patterns,$*)

soak-2A soak-2B soak-2C soak-2D soak-2: soak-%: ## The same with 1000 seeds per test (or RUNS)
	@$(call build_for,$*)
	@$(lab) $(soak_runs) $(options) $(call patterns,$*)

soak-labrpc soak-labgob soak-sim: soak-%: ## Likewise
	@$(call build_for,$*)
	@$(lab) $(soak_runs) $(options) $(call patterns,$*)

# The course's books, or CORPUS=folder with *.txt files, or books made up from a seed.
wc: ## Count words with a coordinator and two workers (CORPUS=folder for your own *.txt)
	@$(call build,$(LAB1_PROGRAMS))
	@set -e; \
	programs=$$(cd $(call quoted,$(dir $(LAB_COMMAND))) && pwd); \
	corpus=$(call quoted,$(value CORPUS)); \
	if [ -z "$$corpus" ] && [ -d ../shared/corpus ]; then corpus=../shared/corpus; fi; \
	if [ -z "$$corpus" ]; then \
		corpus=$$programs/../corpus; cargo run --quiet -p mapreduce --example corpus -- "$$corpus"; \
	fi; \
	corpus=$$(cd "$$corpus" && pwd); \
	mkdir -p "$$programs/../wc"; cd "$$programs/../wc"; \
	"$$programs/mrworker" --retry 5 --threads 1 wc & \
	"$$programs/mrworker" --retry 5 --threads 1 wc & \
	"$$programs/mrcoordinator" --json "$$corpus"/*.txt; \
	wait; \
	echo "the most frequent words (all of them: $$(pwd)/mr-out-*):"; \
	sort -k2nr mr-out-* | sed 10q

view: ## Draw a trace, FILE=trace.jsonl, as a page to look at: FILE with .html, or OUT=page.html
	@test -n $(call quoted,$(value FILE)) || { echo 'make view FILE=trace.jsonl [OUT=page.html]' >&2; exit 2; }
	@$(call build,lab)
	@exec $(call quoted,$(LAB_COMMAND)) view $(call option,OUT,--out) -- $(call quoted,$(value FILE))

# All labs there are: scenarios come from several.
scenario: ## A question of the lectures, played: NAME=two-leaders [SEED=1 OUT=file]; without NAME the list
	@$(call build,$(SUITES_2) $(SUITES_3) $(SUITES_4A) $(SUITES_4B) lab)
	@exec $(call quoted,$(LAB_COMMAND)) scenario $(call option,SEED,--seed) $(call option,OUT,--out) -- $(if $(value NAME),$(call quoted,$(value NAME)))

logs: ## Show a trace, FILE=trace.jsonl, a column per server; ARGS='--first-bad', ARGS='--topic VOTE --server 1' …
	@test -n $(call quoted,$(value FILE)) || { echo 'make logs FILE=trace.jsonl [ARGS=--first-bad]' >&2; exit 2; }
	@$(call build,lab)
	@exec $(call quoted,$(LAB_COMMAND)) logs $(ARGS) -- $(call quoted,$(value FILE))

# Built with all that a debugger wants to know, beside the usual programs.
debug: ## One run in rust-gdb or rust-lldb, the same event for event: TEST=TestBackup2B SEED=4711 [ARGS=--build-only]
	@$(our_raft)
	@test -n $(call quoted,$(value TEST)) || { echo 'make debug TEST=TestName [SEED=1]' >&2; exit 2; }
	@$(call build,lab)
	@exec $(call quoted,$(LAB_COMMAND)) debug $(call option,SEED,--seed) $(ARGS) -- $(call quoted,$(value TEST))

debug-build: ## All suites as a debugger wants them: target/debugger/debug/raft-suite debug TestBackup2B 4711
	@$(our_raft)
	@$(call build,lab)
	@exec $(call quoted,$(LAB_COMMAND)) debug --build-only

# A hint needs nothing of yours to compile, so it is there when you need it most.
hint: ## What a test is about: TEST=TestBackup2B, LEVEL=1, 2, 3 or all
	@$(call build,lab)
	@exec $(call quoted,$(LAB_COMMAND)) hint $(call option,LEVEL,--level) $(call patterns,)

doctor: ## What this machine has and lacks, and which command mends it
	@command -v cargo >/dev/null || { \
		echo 'missing   cargo: nothing can be built without it'; \
		echo "          mend: curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh"; exit 1; }
	@$(call build,lab $(if $(wildcard $(TARGET)/debug/*-suite),,$(GROUND)))
	@exec $(call quoted,$(LAB_COMMAND)) doctor

# It builds what it watches by itself: this compiles whatever your code is like.
watch = $(call build,lab-watch lab); exec $(call quoted,$(LAB_COMMAND)) watch \
	$(call option,SEED,--seed) $(call option,CLOCK,--clock) $(ARGS) $(call patterns,$*)

watch-2A watch-2B watch-2C watch-2D watch-2: watch-%: ## At every save: build, run, what failed first
	@$(watch)

watch-1: watch-%: ## Likewise
	@$(watch)

watch-3A watch-3B watch-3: watch-%: ## Likewise
	@$(watch)

watch-4A watch-4B watch-4: watch-%: ## Likewise
	@$(watch)

watch-labrpc watch-labgob watch-sim: watch-%: ## Likewise
	@$(watch)

# Any other part.
test-% soak-% watch-%:
	@echo $(call quoted,there is no part $*: the parts are $(LABS)) >&2; exit 2

# The lab page says that the tests need no more of a Raft than its interface: a Raft that has nothing else in common proves it. The
# stand-in has no majorities, so the test of one that is in the minority is not for it.
test-fixtures: ## The Rafts under tests/fixtures pass the tests that they are there for
	@$(MAKE) --no-print-directory lint-raft test-2 RAFT=classic RUNS=$(or $(value RUNS),5)
	@$(MAKE) --no-print-directory lint-raft test-3A RAFT=stand-in RUNS=$(or $(value RUNS),5) \
		TEST=$(call quoted,$(STAND_IN)) ARGS=
STAND_IN := Test(Basic|Speed|Concurrent|Unreliable|UnreliableOneKey|ManyPartitions.*|Persist.*)3A

lint-raft: ## Format, lints and unit tests of the crate in RAFT=folder
	@$(copied) cargo fmt $(manifest) -p raft --check
	@cargo clippy --quiet $(manifest) -p raft --all-targets -- -D warnings
	@cargo test --quiet $(manifest) -p raft

handout: ## A workspace with one lab to be written: LAB=2 OUT=folder [PART=2B]
	@$(if $(and $(value LAB),$(value OUT)),,echo 'make handout LAB=1|2|3|4a|4b OUT=folder [PART=2B]' >&2; exit 2;) \
	$(call build,lab-staff); \
	$(staff) handout --lab $(call quoted,$(value LAB)) $(call option,PART,--part) $(call quoted,$(value OUT))

grade: ## Points for this workspace, or for a submission: OUT=folder [SUBMISSION=folder] [LAB=2] [POLICY=file.toml]
	@$(our_raft)
	@test -n $(call quoted,$(value OUT)) || { \
		echo 'make grade OUT=folder [SUBMISSION=folder] [LAB=2,3] [POLICY=file.toml]' >&2; exit 2; }
	@$(call build,lab-staff $(SUITES))
	@$(staff) grade $(call option,SUBMISSION,--submission) $(call option,LAB,--lab) \
		$(call option,POLICY,--policy) $(call option,JOBS,--jobs) --out=$(call quoted,$(value OUT)) $(ARGS)

grade-all: ## Points for a folder of submissions: SUBMISSIONS=folder OUT=folder [SHARD=1/4] [LAB=2] [POLICY=file.toml]
	@$(our_raft)
	@$(if $(and $(value SUBMISSIONS),$(value OUT)),,echo \
		'make grade-all SUBMISSIONS=folder OUT=folder [SHARD=1/4] [LAB=2,3] [POLICY=file.toml]' >&2; exit 2;) \
	$(call build,lab-staff $(SUITES)); \
	$(staff) grade-all --out=$(call quoted,$(value OUT)) $(call option,SHARD,--shard) \
		$(call option,LAB,--lab) $(call option,POLICY,--policy) $(call option,JOBS,--jobs) $(ARGS) \
		-- $(call quoted,$(value SUBMISSIONS))

check-grade: ## Grade submissions of every kind, good, broken and malicious; the first time builds all crates once more
	@$(our_raft)
	@echo 'lab grade on submissions of every kind: a minute, the first time some minutes more for the scratch build'
	cargo test --quiet -p staff --test grade

check-handout: ## Build every handout (or PARTS='2A 3B'), and see that its tests fail with what is to be done
	@$(our_raft)
	PARTS=$(call quoted,$(value PARTS)) cargo test --quiet -p staff --test handout --test handout_builds -- --nocapture

verify: ## Check format, lints and documentation; changes nothing
	@$(our_raft)
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --quiet

fix: ## Let clippy and rustfmt repair what they can
	@$(our_raft)
	cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged --quiet
	cargo fmt --all

bench: ## Measure: RPCs, commits per second, cost against log length
	@$(our_raft)
	cargo bench --workspace --bench '*'

bench-build: ## How long first builds take, beside those of an earlier commit: BASE=commit [ROUNDS=3]
	@$(our_raft)
	@test -n $(call quoted,$(value BASE)) || { echo 'make bench-build BASE=commit [ROUNDS=3]' >&2; exit 2; }
	@.ci/bench-build $(call quoted,$(value BASE)) $(or $(value ROUNDS),3)

zoo: ## Break the reference in classic ways and see which test notices; ARGS=name, ARGS=--resume
	@$(our_raft)
	@$(call build,lab-staff lab $(SUITES))
	@$(staff) zoo $(ARGS)
