# SPDX-License-Identifier: MIT
# Sockline: socktrace records a program's socket calls, sockview shows them.
#
#   make                 builds both programs and the samples in build/
#   make demo            installs what is missing, builds, traces a client and a server, shows them
#   make check           installs what tests need, runs the tests           (UPDATE=1 rewrites
#                        the golden files)
#   make check-all       check, and sanitizers, valgrind, real programs
#   make check-package   the Debian package and the RPM, which check-all makes, too
#   make docs            the guide and all documents as a static site in build/site
#   make bench           installs what it needs, measures what a trace costs  (ROUNDS=3 ONLY=dd)
#   make fuzz            the fuzzers, for SECONDS=60 each
#   make install         PREFIX=/usr/local DESTDIR=
#   make dist            what is committed as a release, in build
#   make help            every target
#
# Variables:
#   V=1          show the commands
#   SANITIZE=1   AddressSanitizer and UndefinedBehaviorSanitizer, in build/sanitize
#   SANITIZE=thread   ThreadSanitizer, in build/tsan
#   COVERAGE=1   count the lines that are run, in build/coverage
#   BUILD=DIR    where everything that is made goes (build)
#   CC, CFLAGS, CPPFLAGS, LDFLAGS, LDLIBS, PKG_CONFIG: as everywhere; what hardens the programs is in
#                the CFLAGS and LDFLAGS that are used when none are given

ifneq ($(shell uname -sm),Linux x86_64)
$(error Sockline is for Linux on x86-64, and this is $(shell uname -sm))
endif

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
MANDIR     ?= $(PREFIX)/share/man
DATADIR    ?= $(PREFIX)/share/sockline
COMPDIR    ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR     ?= $(PREFIX)/share/zsh/site-functions
FISHDIR    ?= $(PREFIX)/share/fish/vendor_completions.d
PKG_CONFIG ?= pkg-config
CFLAGS     ?= $(if $(COVERAGE),-O0,-O2 $(hardening)) -g
LDFLAGS    ?= -Wl,-z,relro,-z,now
BUILD      ?= build$(if $(SANITIZE),/$(if $(filter thread,$(SANITIZE)),tsan,sanitize))$(if \
	$(COVERAGE),/coverage)
# make knows no spaces in names, which the path of this folder may have.
override BUILD := $(subst $(CURDIR)/,,$(BUILD))
ifneq ($(words $(BUILD)),1)
$(error BUILD is the path of a folder, without spaces, and not '$(BUILD)')
endif
# make clean removes it: it is not the source, nor around it. findstring takes spaces for what they are.
ifneq ($(findstring $(subst ://,:/,:$(abspath $(BUILD))/),:$(CURDIR)/)$(findstring *,$(BUILD))$(filter \
	.ci .git debian docs format packaging samples tests tracer viewer,$(firstword $(subst /, ,$(BUILD)))),)
$(error BUILD is a folder of its own, and '$(BUILD)' holds the source)
endif
# Recipes take these as words.
$(foreach name,DESTDIR PREFIX BINDIR MANDIR DATADIR COMPDIR ZSHDIR FISHDIR,$(if $(word 2,$($(name))), \
	$(error $(name) is a path without spaces, and not '$($(name))')))
Q          := $(if $(V),,@)
say         = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)';)

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings \
	-Wformat-security -Wno-missing-field-initializers -Wno-psabi
, := ,
sanitizers := $(if $(filter thread,$(SANITIZE)),thread,address$(,)undefined)
instruments := $(if $(SANITIZE),-fsanitize=$(sanitizers) -fno-sanitize-recover=all \
	-fno-omit-frame-pointer) $(if $(COVERAGE),--coverage -fprofile-update=atomic)
# What makes a bug harder to exploit; sanitizers find it instead, and fortified calls hide it there.
hardening := $(if $(SANITIZE),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong \
	-fstack-clash-protection -fcf-protection)
# Debugging information does not say in which folder it was made.
flags := -std=gnu11 -D_GNU_SOURCE -I. -I$(BUILD)/schema -pthread -fPIE $(warnings) $(instruments) -MMD -MP \
	"-ffile-prefix-map=$$PWD=." -ffile-prefix-map=$(BUILD)/=build/

sources = $(sort $(wildcard $(1)/*.c $(1)/*/*.c))
objects = $(patsubst %.c,$(BUILD)/%.o,$(1))

format_objects := $(call objects,$(call sources,format))
tracer_objects := $(call objects,$(call sources,tracer))
viewer_objects := $(call objects,$(call sources,viewer)) $(BUILD)/schema/perfetto.pb-c.o
programs       := $(BUILD)/socktrace $(BUILD)/sockview
samples        := $(patsubst %.c,$(BUILD)/%,$(call sources,samples))
completions    := $(foreach shell,bash zsh fish,$(patsubst $(BUILD)/%, \
	$(BUILD)/completion/%.$(shell),$(programs)))
man_pages      := docs/man/socktrace.1 docs/man/sockview.1 $(BUILD)/man/sockline-trace.5
unit_tests     := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))

.PHONY: all
all: $(programs) $(samples) $(completions) $(man_pages)

.DELETE_ON_ERROR:

$(BUILD)/socktrace: $(tracer_objects) $(format_objects)
$(BUILD)/socktrace: libraries = libseccomp jansson libzstd zlib
$(BUILD)/socktrace: zydis = -lZydis
$(BUILD)/sockview: $(viewer_objects) $(format_objects)
$(BUILD)/sockview: libraries = jansson libutf8proc libzstd zlib libprotobuf-c

all_libraries := libseccomp jansson libutf8proc libzstd zlib libprotobuf-c
# What the build needs stands here, and not in variables that a command line may set.
compile = $(requirements)$(CC) $(flags) $(include_flags) $(CPPFLAGS) $(CFLAGS)
link    = $(CC) $(CFLAGS) $(instruments) -pie $(LDFLAGS) -pthread

# Asked once, and only where something is compiled, so that `make help` works without any of it.
requirements = $(eval requirements := $(if $(call lacking),$(error $(call lacking))))
lacking = $(shell CC='$(CC)' PKG_CONFIG='$(PKG_CONFIG)' LIBRARIES='$(all_libraries)' \
	tests/requirements.sh $(CPPFLAGS) $(CFLAGS))
include_flags = $(eval include_flags := $(shell $(PKG_CONFIG) --cflags $(all_libraries)))$(include_flags)
# Zydis, of which pkg-config does not know in Debian, is only for what links the tracer.
library_flags = $(shell $(PKG_CONFIG) $(1) $(libraries)) $(if $(filter --libs,$(1)),$(zydis) $(LDLIBS))

# The page of sockview -v html, which page.c puts into the program: the assembler finds its parts, and
# is given them now, not when the program is linked.
page_parts := $(addprefix $(BUILD)/page/,page.html page.css page.js diff.html)
$(BUILD)/page/page.html: viewer/page/page.html
$(BUILD)/page/diff.html: viewer/page/diff/diff.html
$(BUILD)/page/page.css: $(sort $(wildcard viewer/page/*.css))
$(BUILD)/page/page.js: $(sort $(wildcard viewer/page/*.js))
$(page_parts):
	@mkdir -p $(@D)
	$(Q)sed '/SPDX-License-Identifier/d' $^ >$@
$(BUILD)/viewer/views/page.o: $(page_parts)
$(BUILD)/viewer/views/page.o: embed = -Wa,-I$(BUILD)/page -fno-lto

# The messages of sockview -v perfetto, in C.
schema := $(BUILD)/schema/perfetto.pb-c.c $(BUILD)/schema/perfetto.pb-c.h
$(schema) &: viewer/views/perfetto.proto
	@mkdir -p $(BUILD)/schema
	$(call say,PROTOC,$<)$(requirements)protoc --proto_path=viewer/views --c_out=$(BUILD)/schema $<
$(BUILD)/schema/perfetto.pb-c.o: $(BUILD)/schema/perfetto.pb-c.c
	$(call say,CC,$<)$(compile) -c -o $@ $<
$(BUILD)/viewer/views/perfetto.o: $(schema)

# The recorder in the tracee, which code.c puts into socktrace: code for one address, which nothing else
# is linked to, so the usual flags are not for it.
recorder_at := $(shell sed -n 's/^\#define AREA_CODE *\(0x[0-9a-f]*\).*/\1/p' tracer/recorder/area.h)
recorder_flags := -std=gnu11 -D_GNU_SOURCE -I. $(warnings) -O2 -ffreestanding -fomit-frame-pointer \
	-fno-stack-protector -fcf-protection=none -fno-pic -fno-pie -mgeneral-regs-only -mno-red-zone \
	-fno-jump-tables -fno-asynchronous-unwind-tables -fno-lto
recorder_sources := $(wildcard tracer/recorder/stub/*)
$(BUILD)/recorder/stub.bin: $(recorder_sources) $(wildcard tracer/recorder/*.h) tracer/call/call.h
	@mkdir -p $(@D)
	$(call say,STUB,$@)$(CC) $(recorder_flags) -nostdlib -static -Wl,-n,-z,noseparate-code,-Ttext=$(recorder_at) \
		-Wl,--build-id=none,-s,-e,0,-z,noexecstack -o $(@:.bin=.elf) \
		$(addprefix tracer/recorder/stub/,stub.S trampoline.S finish.c) && \
		objcopy -O binary -R .note* -R .comment -R .eh_frame $(@:.bin=.elf) $@
$(BUILD)/tracer/recorder/code.o: $(BUILD)/recorder/stub.bin
$(BUILD)/tracer/recorder/code.o: embed = -Wa,-I$(BUILD)/recorder -fno-lto

$(programs):
	$(call say,LINK,$@)$(link) -o $@ $(filter %.o,$^) $(call library_flags,--libs)

# The programs know their options, and what the options take.
make_completion = @mkdir -p $(@D); $< --completion=$* >$@
$(BUILD)/completion/socktrace.%: $(BUILD)/socktrace
	$(make_completion)
$(BUILD)/completion/sockview.%: $(BUILD)/sockview
	$(make_completion)

$(BUILD)/man/sockline-trace.5: docs/man/sockline-trace.awk docs/trace-format.md
	@mkdir -p $(@D)
	$(Q)awk -f $^ >$@

# The model of a trace is const once it is complete.
$(BUILD)/viewer/%.o: flags += -Wcast-qual

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(compile) $(embed) -c -o $@ $<

$(BUILD)/samples/%: samples/%.c
	@mkdir -p $(@D)
	$(call say,SAMPLE,$<)$(compile) $(LDFLAGS) -o $@ $<

# What only tests trace; and the samples as 32-bit programs, whose traces must be the same.
tracees        := $(patsubst tests/tracer/tracees/%.c,$(BUILD)/tracees/%, \
	$(wildcard tests/tracer/tracees/*.c))
compat_tracees := $(patsubst samples/%.c,$(BUILD)/compat/%,$(wildcard samples/*.c)) \
	$(BUILD)/compat/layouts $(BUILD)/compat/time64/layouts

.PHONY: tracees compat-tracees
tracees: $(tracees)
compat-tracees: $(compat_tracees)

# ppoll with _FORTIFY_SOURCE takes a 64-bit time for a 32-bit one (glibc 2.36).
$(BUILD)/compat/time64/%: compat = -m32 -U_FORTIFY_SOURCE -D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64
$(BUILD)/compat/%: compat = -m32
build_tracee = @mkdir -p $(@D); $(compile) $(compat) $(LDFLAGS) -o $@ $<

$(BUILD)/tracees/%: tests/tracer/tracees/%.c
	$(build_tracee)
$(BUILD)/compat/%: samples/%.c
	$(build_tracee)
$(BUILD)/compat/%: tests/tracer/tracees/%.c
	$(build_tracee)
$(BUILD)/compat/time64/%: tests/tracer/tracees/%.c
	$(build_tracee)

# A unit test links the folder that it is about, without its main.
$(BUILD)/tests/unit/%: libraries = $(all_libraries) cmocka
tracer_tests := $(filter %/test_tracer %/test_decode %/test_recorder %/test_patch %/test_unwind,$(unit_tests))
$(tracer_tests): $(filter-out %/main.o,$(tracer_objects))
$(tracer_tests): zydis = -lZydis
$(filter %/test_viewer %/test_compare %/test_link %/test_hints %/test_model %/test_protocol,$(unit_tests)): $(filter-out %/main.o,$(viewer_objects))
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(format_objects)
	$(call say,LINK,$@)$(link) -o $@ $^ $(call library_flags,--libs)

# Holds what is planned for any program's text against objdump(1).
$(BUILD)/tests/tracer/plans: libraries = libseccomp jansson libzstd zlib
$(BUILD)/tests/tracer/plans: zydis = -lZydis
$(BUILD)/tests/tracer/plans: $(BUILD)/tests/tracer/plans.o $(filter-out %/main.o,$(tracer_objects)) $(format_objects)
	$(call say,LINK,$@)$(link) -o $@ $^ $(call library_flags,--libs)

.SECONDARY:
-include $(shell find $(BUILD) -name '*.d' -type f 2>/dev/null)

# These build what they need one after the other, and not at the same time the same.
ifneq ($(filter demo check check-% docs bench fuzz analyze coverage clean,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

# What builds for itself uses all processors, unless -j says otherwise.
parallel = $(if $(filter -j%,$(MAKEFLAGS)),,-j$$(nproc))

# --- the two commands of a newcomer ---------------------------------------------------------

.PHONY: demo
demo: ## install what is missing, build, trace a textbook client and server, show what happened
	$(Q)tests/install.sh build
	$(Q)$(MAKE) --no-print-directory $(parallel) all
	$(Q)echo; echo '$$ $(BUILD)/socktrace $(BUILD)/samples/tcp_echo'
	$(Q)$(BUILD)/socktrace $(BUILD)/samples/tcp_echo

.PHONY: check
check: ## install what tests need, run the tests
	$(Q)tests/install.sh build lint test
	$(Q)$(MAKE) --no-print-directory $(parallel) all unit-tests tracees
	@# Not everywhere; and no two suites may make them at the same time.
	$(Q)$(MAKE) --no-print-directory $(parallel) compat-tracees >/dev/null 2>&1 || true
	$(Q)BUILD=$(BUILD) UPDATE=$(UPDATE) tests/run.sh check

.PHONY: check-all
check-all: ## the tests that take longer: sanitizers, valgrind, real programs
	$(Q)tests/install.sh build lint test real static fuzz docs package
	@# Without these, their tests are skipped, and say so. npm may take minutes.
	$(Q)for name in duckdb perfetto-ui; do BUILD=$(BUILD) tests/modules.sh $$name; done >/dev/null 2>&1 &
	$(Q)BUILD=$(BUILD) tests/sources.sh libevent || true
	$(Q)$(MAKE) --no-print-directory $(parallel) all unit-tests tracees compat-tracees \
		bench-programs fuzzers $(failing_malloc)
	$(Q)$(MAKE) --no-print-directory $(parallel) SANITIZE=1 BUILD=$(BUILD)/sanitize all unit-tests
	$(Q)$(MAKE) --no-print-directory $(parallel) SANITIZE=thread BUILD=$(BUILD)/tsan all
	$(Q)$(MAKE) --no-print-directory $(parallel) COVERAGE=1 BUILD=$(BUILD)/coverage all unit-tests
	$(Q)BUILD=$(BUILD) UPDATE=$(UPDATE) tests/run.sh check-all

.PHONY: check-package
check-package: ## make a release, a Debian package and an RPM, in a copy, and try them
	$(Q)tests/install.sh build lint test package
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD=$(BUILD) bats tests/real/package.bats

.PHONY: docs
docs: ## the guide, the man pages and all documents as one static site, in build/site
	$(Q)tests/install.sh build docs
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD=$(BUILD) /usr/bin/python3 -B docs/site.py $(BUILD)/site
	@echo "see $(BUILD)/site/index.html"

# What is measured, and measured with: docs/performance.md.
bench_programs := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
$(BUILD)/bench/%: libraries = libseccomp jansson libzstd zlib
$(BUILD)/bench/writer: zydis = -lZydis
$(BUILD)/bench/writer: $(filter-out %/main.o,$(tracer_objects)) $(format_objects)
$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(link) -o $@ $^ $(call library_flags,--libs)

# What has allocations fail.
failing_malloc := $(BUILD)/faults/failing_malloc.so
$(failing_malloc): tests/faults/failing_malloc.c
	@mkdir -p $(@D)
	$(call say,FAULT,$@)$(compile) -fPIC -shared $(LDFLAGS) -o $@ $<

.PHONY: bench-programs
bench-programs: $(bench_programs)

.PHONY: bench
bench: ## measure what a trace costs, beside strace and a tracer that does nothing
	$(Q)tests/install.sh build test real bench
	$(Q)$(MAKE) --no-print-directory all bench-programs
	$(Q)BUILD=$(BUILD) ROUNDS=$(ROUNDS) ONLY=$(ONLY) CALLS=$(CALLS) INTO=$(INTO) /usr/bin/python3 -B tests/bench/bench.py

.PHONY: unit-tests check-units
unit-tests: $(unit_tests) $(BUILD)/tests/tracer/plans
check-units: unit-tests ## the unit tests alone, which need no more than cmocka
	$(Q)for test in $(unit_tests); do $$test || exit; done

# libFuzzer comes with clang; everything is built for it once more. fuzz_capture has a tracee's memory
# of its own. The seeds' maker is socktrace with some of its functions watched.
fuzzers := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
fuzz_tracer := $(filter-out tracer/main.c,$(call sources,tracer)) $(call sources,format)
$(BUILD)/fuzz/fuzz_area: $(fuzz_tracer)
$(BUILD)/fuzz/fuzz_decode: $(fuzz_tracer) tests/plain_json.h
$(BUILD)/fuzz/fuzz_capture: $(filter-out tracer/ptrace/tracee_memory.c,$(fuzz_tracer))
$(BUILD)/fuzz/fuzz_patch: $(addprefix tracer/recorder/,instruction.c hole.c patch_plan.c) \
	tracer/proc/mappings.c $(call sources,format)
$(BUILD)/fuzz/fuzz_record: $(call sources,format) tests/judge.h
$(BUILD)/fuzz/fuzz_protocol: $(wildcard viewer/protocol/*.c) $(call sources,format) tests/dialogue.h
$(BUILD)/fuzz/fuzz_views: $(filter-out viewer/main.c,$(call sources,viewer)) $(call sources,format) \
	$(BUILD)/schema/perfetto.pb-c.c | $(page_parts)
$(BUILD)/fuzz/%: libraries = $(all_libraries)
$(BUILD)/fuzz/%: zydis = -lZydis
$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c tests/fuzz/target.c
	@mkdir -p $(@D)
	$(call say,FUZZER,$@)clang -O1 -g -fsanitize=fuzzer$(,)address$(,)undefined \
		-fno-sanitize-recover=all -std=gnu11 -D_GNU_SOURCE -I. -I$(BUILD)/schema -pthread \
		-Wa$(,)-I$(BUILD)/page -Wa$(,)-I$(BUILD)/recorder $(CPPFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) \
		$(call library_flags,--cflags --libs)
watched := $(shell sed -n 's|^WRAP.[^,]*, \([a-z_]*\),.*|\1|p' tests/fuzz/seeds.c)
$(BUILD)/fuzz/seeds: $(BUILD)/tests/fuzz/seeds.o $(tracer_objects) $(format_objects)
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(link) -o $@ $^ $(addprefix -Wl$(,)--wrap=,$(watched)) \
		$(call library_flags,--libs)

.PHONY: fuzzers
fuzzers: $(fuzzers) $(BUILD)/fuzz/seeds $(BUILD)/tests/unit/test_protocol

.PHONY: fuzz
fuzz: ## fuzz decoders, captures, the log reader and each view, SECONDS=60 each
	$(Q)tests/install.sh build test fuzz
	$(Q)$(MAKE) --no-print-directory all compat-tracees tracees fuzzers
	$(Q)BUILD=$(BUILD) tests/fuzz/run.sh $(or $(SECONDS),60)

# --- keeping house --------------------------------------------------------------------------

c_files := $(wildcard format/*.[ch] tracer/*.[ch] tracer/*/*.[ch] viewer/*.[ch] viewer/*/*.[ch] samples/*.[ch] tests/*/*.[ch] \
	tests/tracer/tracees/*.c tests/tracer/targets/*.[ch] tests/real/programs/*.c)

.PHONY: lint
lint: $(man_pages) ## style, man pages and who may include what
	$(Q)tests/install.sh lint
	$(Q)C_FILES='$(c_files)' MAN_PAGES='$(man_pages)' tests/lint.sh

.PHONY: analyze
analyze: ## clang-tidy, cppcheck, shellcheck and both compilers' warnings
	$(Q)tests/install.sh build test static
	$(Q)$(MAKE) --no-print-directory all
	$(Q)BUILD=$(BUILD) tests/analyze.sh

.PHONY: coverage
coverage: ## how many lines of each folder are run by tests
	$(Q)tests/install.sh build test static
	$(Q)$(MAKE) --no-print-directory all tracees
	$(Q)$(MAKE) --no-print-directory COVERAGE=1 BUILD=$(BUILD)/coverage all unit-tests
	$(Q)BUILD=$(BUILD) tests/coverage.sh

.PHONY: format-code
format-code: ## put the C files into the house's style
	$(Q)clang-format -i $(c_files)

.PHONY: install
install: $(programs) $(man_pages) $(completions) ## install all that users need below $(DESTDIR)$(PREFIX)
	$(Q)install -D -m 755 -t $(DESTDIR)$(BINDIR) $(programs)
	$(Q)install -D -m 644 -t $(DESTDIR)$(DATADIR) docs/trace.schema.json docs/view.schema.json
	$(Q)for page in $(man_pages); do \
		sed 's|/usr/local/share/sockline|$(DATADIR)|' $$page | install -D -m 644 /dev/stdin \
			$(DESTDIR)$(MANDIR)/man$${page##*.}/$${page##*/} || exit; \
	done
	$(Q)for name in socktrace sockview; do \
		install -D -m 644 $(BUILD)/completion/$$name.bash $(DESTDIR)$(COMPDIR)/$$name && \
		install -D -m 644 $(BUILD)/completion/$$name.zsh $(DESTDIR)$(ZSHDIR)/_$$name && \
		install -D -m 644 $(BUILD)/completion/$$name.fish $(DESTDIR)$(FISHDIR)/$$name.fish || \
		exit; \
	done

.PHONY: uninstall
uninstall: ## remove what install put there
	$(Q)rm -f $(addprefix $(DESTDIR)$(BINDIR)/,socktrace sockview) \
		$(addprefix $(DESTDIR)$(DATADIR)/,trace.schema.json view.schema.json) \
		$(addprefix $(DESTDIR)$(MANDIR)/,man1/socktrace.1 man1/sockview.1 man5/sockline-trace.5) \
		$(addprefix $(DESTDIR)$(COMPDIR)/,socktrace sockview) \
		$(addprefix $(DESTDIR)$(ZSHDIR)/_,socktrace sockview) \
		$(addprefix $(DESTDIR)$(FISHDIR)/,socktrace.fish sockview.fish)

# The same commit makes the same bytes.
version = $(shell git show HEAD:format/version.h | sed -n 's/.*SOCKLINE_VERSION "\(.*\)"/\1/p')
release = $(BUILD)/sockline-$(version).tar

.PHONY: dist
dist: ## what is committed as a release: sockline-VERSION.tar.gz
	@mkdir -p $(BUILD)
	@[ "$$(git rev-parse --show-toplevel 2>/dev/null)" = "$(CURDIR)" ] || \
		{ echo 'make dist: a release is made of a git checkout, and this is none' >&2; exit 1; }
	$(Q)git diff --quiet HEAD || echo 'make dist: what is not committed is not in it' >&2
	$(Q)git archive --prefix=sockline-$(version)/ -o $(release) HEAD && gzip -9nf $(release)
	@echo $(release).gz

.PHONY: clean
clean: ## remove everything that was made
	$(Q)rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
