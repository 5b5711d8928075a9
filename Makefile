# hallcall: the screen and the voice of a waiting hall.
# `make help` lists the targets. Variables a packager sets are appended to, never overwritten.

VERSION := 0.1.0

PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CLANG ?= clang
PKG_CONFIG ?= pkg-config
# Debian's own interpreter: the modules that the tests use come from Debian packages.
PYTHON ?= /usr/bin/python3
INSTALL ?= install
# `make Q=` shows whole commands.
Q ?= @
# What runs a program that was built for another processor (a cross-build: qemu-aarch64-static).
RUNNER ?=
# Another folder is another variant: make BUILD=build/asan CFLAGS=-fsanitize=address,undefined
BUILD ?= build
# Asked for executions, nobody means the seconds too, unless they say so; 0 is no limit.
FUZZ_RUNS ?= 0
FUZZ_SECONDS ?= $(if $(filter 0,$(FUZZ_RUNS)),300,0)
FUZZ_TARGETS ?= $(TARGETS)
BENCH_CALLS ?= 200

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wformat=2 -Wundef
PACKAGES := sdl2 freetype2 harfbuzz fribidi fontconfig libpng jansson alsa espeak-ng libutf8proc libseccomp \
	sqlite3 x11 xrandr wayland-client sndfile openssl
CFLAGS ?= -O2 -g
HARDENING ?= -fstack-protector-strong -D_FORTIFY_SOURCE=2
# -Werror in CI; a packager's newer compiler may know more warnings than we do.
WERROR ?=
override CFLAGS += -std=c11 -D_GNU_SOURCE $(HARDENING) $(WARNINGS) $(WERROR)
override LDFLAGS += -Wl,-z,relro -Wl,-z,now -Wl,--as-needed
# Before `make deps` there may be no pkg-config: the makefile is still read without a word.
override CPPFLAGS := $(CPPFLAGS) -Isrc -DHALLCALL_VERSION='"$(VERSION)"' \
	-DHALLCALL_SHARE_DIR='"$(PREFIX)/share/hallcall"' \
	$(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
LIBS := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) -lpaho-mqtt3as -linih -lm -lpthread
TEST_LIBS := -lcmocka -lebur128

SOURCES := $(wildcard src/*/*.c)
OBJECTS := $(SOURCES:%.c=$(BUILD)/%.o)
LIBRARY := $(BUILD)/libhallcall.a
PROGRAM := $(BUILD)/hallcall
SINK := $(BUILD)/tests/sink/libasound_module_pcm_hallsink.so
NTHFAIL := $(BUILD)/tests/nth/nthfail.so
SPOKEN := $(BUILD)/tests/speech/spoken
UNITS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAYS := $(TARGETS:%=$(BUILD)/tests/fuzz/replay_%)
FUZZERS := $(TARGETS:%=$(BUILD)/tests/fuzz/fuzz_%)
MANUALS := $(BUILD)/man/hallcall.1 $(BUILD)/man/hallcall.ini.5 $(BUILD)/man/hallcall-mqtt.7
RUN_TESTS = HALLCALL_SOURCE=$(CURDIR) HALLCALL_BUILD=$(abspath $(BUILD)) $(PYTHON) tests/run.py \
	--build $(abspath $(BUILD))

ASAN_FLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
TSAN_FLAGS := -O1 -g -fsanitize=thread
FUZZ_FLAGS := -O2 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

all: $(PROGRAM) ## build the program (release)

help: ## list the targets
	@sed -n 's/^\([a-z][a-z0-9-]*\):.*## /\1\t/p' Makefile | expand -t 14

# --- compiling ---------------------------------------------------------------------------------

# A missing library is told by name, before the compiler stumbles over its header.
$(BUILD)/.libraries: deploy/packages
	@$(PKG_CONFIG) --print-errors --exists $(PACKAGES) || \
		{ echo "make: libraries are missing: run 'make deps' first" >&2; exit 1; }
	@mkdir -p $(@D) && touch $@

# What the flags were last time: other flags build everything again instead of half of it.
FLAGS_NOW := $(CC) $(CPPFLAGS) $(CFLAGS)
$(BUILD)/.flags: FORCE
	@mkdir -p $(@D); printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' | cmp -s - $@ || \
		printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' > $@

$(BUILD)/%.o: %.c $(BUILD)/.flags | $(BUILD)/.libraries
	@mkdir -p $(@D)
	@echo "  CC    $@"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	@echo "  AR    $@"
	$(Q)$(AR) rcs $@ $^

$(PROGRAM): $(BUILD)/src/main.o $(LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(TEST_LIBS) $(LIBS)

$(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/replay.o $(BUILD)/tests/fuzz/fuzz_%.o $(LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Linked by the fuzz target below with the fuzzer's own main.
$(BUILD)/tests/fuzz/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

# ALSA loads it by the path that tests/sink/asoundrc.in names.
$(SINK): $(wildcard tests/sink/*.c tests/sink/*.h) $(BUILD)/.flags | $(BUILD)/.libraries
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CPPFLAGS) $(filter-out -fsanitize% -fno-sanitize%,$(CFLAGS)) -fPIC -shared -o $@ \
		$(filter %.c,$^) -lasound -lpthread

# Preloaded into a display: its wall clock is stepped, its renderer is lost, it has no desktop.
CLOCK_SHIM := $(BUILD)/tests/chaos/clock_shim.so
RENDER_SHIM := $(BUILD)/tests/chaos/render_shim.so
KMS_SHIM := $(BUILD)/tests/e2e/kms_shim.so
$(BUILD)/tests/%_shim.so: tests/%_shim.c $(BUILD)/.flags | $(BUILD)/.libraries
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CPPFLAGS) $(filter-out -fsanitize% -fno-sanitize%,$(CFLAGS)) -fPIC -shared -o $@ $< -ldl

# Preloaded; wraps what hardening would replace by its own functions, and malloc before a sanitizer.
$(NTHFAIL): tests/nth/nthfail.c $(BUILD)/.flags | $(BUILD)/.libraries
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CPPFLAGS) $(filter-out -fsanitize% -fno-sanitize%,$(CFLAGS)) -U_FORTIFY_SOURCE -fPIC -shared \
		-o $@ $<

# The simulator's adapters come before the library, so that the real ones are never taken from it.
SIMULATED := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/sim/*.c))
$(BUILD)/tests/sim/sim: $(SIMULATED) $(LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# The same with one file of a copy of src/, into which a mistake was patched.
$(BUILD)/planted/%/sim: tests/sim/bugs/%.patch $(SIMULATED) $(LIBRARY)
	@rm -rf $(@D) && mkdir -p $(@D) && cp -r src $(@D)/src && patch -s -p1 -d $(@D) < $<
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $(@D)/planted.o $(@D)/$$(sed -n 's/^+++ b\///p' $<)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(SIMULATED) $(@D)/planted.o $(LIBRARY) $(LIBS)

$(BUILD)/tests/speech/spoken: $(BUILD)/tests/speech/spoken.o $(LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/tests/bench/latency: $(BUILD)/tests/bench/latency.o
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lXdamage -lX11

$(BUILD)/tests/bench/frames: $(BUILD)/tests/bench/frames.o $(LIBRARY)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# --- running -----------------------------------------------------------------------------------

deps: ## install the Debian packages that are missing
	@deploy/deps.sh build run

run: deps ## install what is missing, build, and show a hall with calls coming in
	@$(MAKE) --no-print-directory -j2 all
	@BUILD=$(abspath $(BUILD)) MAKE='$(MAKE)' PREFIX='$(PREFIX)' deploy/demo.sh

sink: $(SINK) ## build the ALSA device that records what a loudspeaker would have played

# --- proving -----------------------------------------------------------------------------------

check: ## install what is missing, build, and run every test that is not slow
	@deploy/deps.sh build run virtual check
	@$(MAKE) --no-print-directory -j2 test-programs man
	@$(RUN_TESTS) units threads e2e-aside replay sim lint package speech pictures sound e2e

PACKAGE_ROOT ?=
package-check: ## build the package, install, upgrade, remove and purge it in a fresh Debian (as root); PACKAGE_ROOT=FOLDER: in a copy of that one
	@deploy/deps.sh build run check package
	@$(MAKE) --no-print-directory -j2 all man
	@deploy/package.sh
	@HALLCALL_SOURCE=$(CURDIR) HALLCALL_BUILD=$(abspath $(BUILD)) PACKAGE_ROOT=$(PACKAGE_ROOT) \
		$(PYTHON) tests/run.py --build $(abspath $(BUILD)) package package-slow

POWER_CUTS ?= 20
vm-check: ## build the package and try it in a virtual machine with screen, sound and keyboard (as root; emulated, so hours); POWER_CUTS (20)
	@deploy/deps.sh build run virtual check package vm
	@$(MAKE) --no-print-directory -j2 all
	@deploy/package.sh
	@POWER_CUTS=$(POWER_CUTS) $(RUN_TESTS) vm

check-slow: ## the tests that take minutes: 10,000 numbers in every language, 200 calls, a broker stopped for 30 s
	@deploy/deps.sh build run virtual check recognise
	@$(MAKE) --no-print-directory -j2 test-programs
	@$(RUN_TESTS) speech-slow e2e-slow

test-programs: $(PROGRAM) $(SINK) $(CLOCK_SHIM) $(KMS_SHIM) $(NTHFAIL) $(UNITS) $(REPLAYS) $(BUILD)/tests/sim/sim $(SPOKEN)

lint: ## formatting, layers, purity, limits, banned functions, schemas, clang-tidy
	@deploy/deps.sh build check develop
	@$(MAKE) --no-print-directory -j2 all man
	@BUILD=$(abspath $(BUILD)) CPPFLAGS='$(subst ','\'',$(CPPFLAGS))' tests/lint/lint.sh

asan: ## units, corpus replay and one end-to-end test with AddressSanitizer and UBSan
	@deploy/deps.sh build run virtual check
	@$(MAKE) --no-print-directory -j2 BUILD=build/asan HARDENING= CFLAGS='$(ASAN_FLAGS)' test-programs
	@$(MAKE) --no-print-directory BUILD=build/asan sanitized SUITES='units threads replay sound e2e-smoke'

tsan: ## the threaded units and one end-to-end test with ThreadSanitizer
	@deploy/deps.sh build run virtual check
	@$(MAKE) --no-print-directory -j2 BUILD=build/tsan HARDENING= CFLAGS='$(TSAN_FLAGS)' \
		build/tsan/hallcall sink $(foreach unit,link link_old voice outputs inbox journal journal_trouble,build/tsan/tests/unit/test_$(unit))
	@$(MAKE) --no-print-directory BUILD=build/tsan sanitized SUITES='threads sound e2e-smoke'

sanitized:
	@ASAN_OPTIONS=abort_on_error=1:detect_stack_use_after_return=1 \
	LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lint/lsan.supp:print_suppressions=0 \
	UBSAN_OPTIONS=print_stacktrace=1 \
	TSAN_OPTIONS=suppressions=$(CURDIR)/tests/lint/tsan.supp:halt_on_error=0:exitcode=66 \
	$(RUN_TESTS) $(SUITES)

fuzz: ## FUZZ_SECONDS (300) or FUZZ_RUNS of libFuzzer for each parser, or for those of FUZZ_TARGETS
	@deploy/deps.sh build check develop
	@$(MAKE) --no-print-directory -j2 BUILD=build/fuzz CC=$(CLANG) HARDENING= CFLAGS='$(FUZZ_FLAGS)' \
		fuzzers
	@tests/fuzz/fuzz.sh build/fuzz/tests/fuzz $(FUZZ_SECONDS) $(FUZZ_RUNS) $(FUZZ_TARGETS)

fuzzers: $(FUZZERS)

# Tracing comparisons lets the fuzzer guess magic numbers. Texts and layouts have none (the words of a file are found
# through strcmp, which is not meant here), and it would take half of their time.
UNTRACED := $(wildcard src/core/*.c src/config/*.c) $(foreach target,ini language layout phrase,tests/fuzz/fuzz_$(target).c)
$(UNTRACED:%.c=build/fuzz/%.o): override CFLAGS += -fno-sanitize-coverage=trace-cmp

SEEDS ?= 2000
sim: $(BUILD)/tests/sim/sim ## SEEDS (2000) simulated halls, or SEED=k [TRACE=1] to replay one
	@HALLCALL_SOURCE=$(CURDIR) $< $(if $(SEED),--seed $(SEED) $(if $(TRACE),--trace),--seeds $(SEEDS))

sim-bugs: $(BUILD)/tests/sim/sim ## mistakes planted on purpose: the simulator must find each
	@BUILD=$(BUILD) MAKE='$(MAKE)' tests/sim/planted.sh

ARM64_SEEDS ?= 400
ARM64 := BUILD=build/arm64 CC='$(if $(filter ccache,$(firstword $(CC))),ccache )aarch64-linux-gnu-gcc' \
	AR=aarch64-linux-gnu-ar PKG_CONFIG=aarch64-linux-gnu-pkg-config RUNNER=qemu-aarch64-static
check-arm64: ## units, corpus replay, ARM64_SEEDS (400) simulated halls and the golden pictures of a cross-build, emulated (as root)
	@deploy/deps.sh build run check cross
	@deploy/cross.sh arm64 $$(deploy/deps.sh --list emulate)
	@$(MAKE) --no-print-directory -j2 $(BUILD)/tests/sim/sim
	@$(MAKE) --no-print-directory -j2 $(ARM64) test-programs build/arm64/emulated/engine
	@HALLCALL_SOURCE=$(CURDIR) HALLCALL_BUILD=$(CURDIR)/build/arm64/emulated \
		HALLCALL_ENGINE=$(CURDIR)/build/arm64/emulated/hallcall RUNNER=qemu-aarch64-static \
		$(PYTHON) tests/run.py --build $(CURDIR)/build/arm64 --runner qemu-aarch64-static \
		--without tests/arm64/without --twin $(abspath $(BUILD)) --seeds $(ARM64_SEEDS) units threads sound replay sim goldens

# What the tests take for a build folder: a script as the program, which starts the engine without its walls.
$(BUILD)/emulated/engine: $(BUILD)/src/main.o $(BUILD)/tests/arm64/no_sandbox.o $(LIBRARY) tests/arm64/hallcall.sh
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter-out %.sh,$^) $(LIBS)
	@cp tests/arm64/hallcall.sh $(@D)/hallcall
	@ln -sfn ../tests $(@D)/tests

# How much is broken on purpose: half an hour; tests/chaos/README.md names the sizes of the promise.
CHAOS_BROKER_KILLS ?= 12
CHAOS_CALLS ?= 120
CHAOS_LANES ?= 4
CHAOS_HALL_KILLS ?= 30
CHAOS_REPLUGS ?= 5
CHAOS_SOUND_FAULTS ?= 1
CHAOS_ENGINE_FAULTS ?= 1
CHAOS_SCREEN_KILLS ?= 5
CHAOS_DISPLAY_FAULTS ?= 3
CHAOS_HOLES ?= 1
CHAOS = HALLCALL_SOURCE=$(CURDIR) HALLCALL_BUILD=$(abspath $(BUILD)) $(PYTHON) tests/chaos
chaos: ## break real parts: hostile brokers, kills, broken sound, dead screens, the network, the clock
	@deploy/deps.sh build run virtual check chaos
	@$(MAKE) --no-print-directory -j2 all sink $(BUILD)/tests/bench/latency $(CLOCK_SHIM) $(RENDER_SHIM)
	@failed=0; \
	$(CHAOS)/hostile.py || failed=1; \
	$(CHAOS)/broker_kills.py --kills $(CHAOS_BROKER_KILLS) --calls $(CHAOS_CALLS) \
		--lanes $(CHAOS_LANES) || failed=1; \
	$(CHAOS)/hall_kills.py --kills $(CHAOS_HALL_KILLS) || failed=1; \
	$(CHAOS)/sound.py --faults unplugged --rounds $(CHAOS_REPLUGS) || failed=1; \
	$(CHAOS)/sound.py --faults busy,stalled,late,xrun,suspended,driver,starved \
		--rounds $(CHAOS_SOUND_FAULTS) || failed=1; \
	$(CHAOS)/sound.py --faults engine --rounds $(CHAOS_ENGINE_FAULTS) || failed=1; \
	$(CHAOS)/screen_kills.py --kills $(CHAOS_SCREEN_KILLS) || failed=1; \
	$(CHAOS)/display.py --rounds $(CHAOS_DISPLAY_FAULTS) || failed=1; \
	$(CHAOS)/old_brokers.py || failed=1; \
	$(CHAOS)/same_id.py || failed=1; \
	$(CHAOS)/dns_hang.py || failed=1; \
	$(CHAOS)/black_hole.py --rounds $(CHAOS_HOLES) || failed=1; \
	$(CHAOS)/clock_steps.py || failed=1; \
	exit $$failed

# 0: all. Calls that are the program's own, and calls of the libraries.
NTH_OWN ?= 0
NTH_ANY ?= 60
NTH_FOLDER ?= $(abspath $(BUILD))/nth
NTH = HALLCALL_SOURCE=$(CURDIR) HALLCALL_BUILD=$(abspath $(BUILD)) $(PYTHON) tests/nth/sweep.py \
	--folder $(NTH_FOLDER) --own $(NTH_OWN) --any $(NTH_ANY)
nth: ## let allocations and system calls fail one after the other, at start and at reconnection
	@deploy/deps.sh build run virtual check
	@$(MAKE) --no-print-directory -j2 all sink $(NTHFAIL)
	@$(NTH) --role hall engine

nth-leaks: ## the same, fewer of them, with AddressSanitizer: whatever failed, nothing is lost or misused
	@deploy/deps.sh build run virtual check
	@$(MAKE) --no-print-directory -j2 BUILD=build/asan HARDENING= CFLAGS='$(ASAN_FLAGS)' \
		build/asan/hallcall sink build/asan/tests/nth/nthfail.so
	@LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lint/lsan.supp:print_suppressions=0 \
	$(MAKE) --no-print-directory BUILD=build/asan NTH_OWN=40 NTH_ANY=-1 nth-sanitized

nth-sanitized:
	@$(NTH)

SOAK_MINUTES ?= 60
SOAK_RATE ?= 120
soak: ## SOAK_MINUTES (60) at ten times a busy hall's rate: prints the curve of memory, descriptors, threads
	@deploy/deps.sh build run virtual check
	@$(MAKE) --no-print-directory -j2 all sink
	@$(CHAOS)/soak.py --minutes $(SOAK_MINUTES) --rate $(SOAK_RATE) --csv $(BUILD)/soak.csv

golden: $(PROGRAM) $(SPOKEN) $(BUILD)/tests/unit/test_loudness $(BUILD)/tests/unit/test_likeness ## write the references, docs/ukrainian.md, docs/calls.tsv, docs/voices.md and the table of docs/typography.md again (look at the difference!)
	HALLCALL=$(abspath $(PROGRAM)) HALLCALL_SOURCE=$(CURDIR) tests/golden/update.sh
	sed -i '/^<!-- Written by/q' docs/typography.md && \
		HALLCALL_SOURCE=$(CURDIR) $(BUILD)/tests/unit/test_likeness --write >> docs/typography.md
	$(PYTHON) tests/e2e/ukrainian.py
	HALLCALL_BUILD=$(abspath $(BUILD)) $(PYTHON) tests/speech/tables.py

PICTURES = HALLCALL_SOURCE=$(CURDIR) HALLCALL_BUILD=$(abspath $(BUILD)) $(PYTHON) tests/pictures
gallery: ## draw docs/gallery and docs/gallery.md, and measure docs/sizes.md
	@deploy/deps.sh build run check
	@$(MAKE) --no-print-directory -j2 all
	@$(PICTURES)/gallery.py
	@$(PICTURES)/sizes.py

READABLE_BOARDS ?= 200
readable: ## let tesseract read READABLE_BOARDS (200) boards in each language, sharp and blurred: docs/readable.md
	@deploy/deps.sh build run check
	@$(MAKE) --no-print-directory -j2 all
	@$(PICTURES)/readable.py --boards $(READABLE_BOARDS)

RECOGNISED_CALLS ?= 300
recognise: ## let a recogniser listen to RECOGNISED_CALLS (300) English calls; prints a table
	@deploy/deps.sh build run check recognise
	@$(MAKE) --no-print-directory -j2 all
	@HALLCALL_SOURCE=$(CURDIR) HALLCALL_BUILD=$(abspath $(BUILD)) \
		$(PYTHON) tests/speech/recognise.py --calls $(RECOGNISED_CALLS)

bench: ## measure latency, skew, start, memory and idleness; prints a table
	@deploy/deps.sh build run virtual check develop
	@$(MAKE) --no-print-directory -j2 all sink $(BUILD)/tests/bench/latency $(BUILD)/tests/bench/frames
	@HALLCALL_SOURCE=$(CURDIR) HALLCALL_BUILD=$(abspath $(BUILD)) \
		$(PYTHON) tests/bench/bench.py --calls $(BENCH_CALLS)

bench-languages: ## publish to first sample in every language, and with five languages
	@deploy/deps.sh build run virtual check develop
	@$(MAKE) --no-print-directory -j2 all sink $(BUILD)/tests/bench/latency
	@HALLCALL_SOURCE=$(CURDIR) HALLCALL_BUILD=$(abspath $(BUILD)) $(PYTHON) tests/bench/languages.py

# --- manuals, installing -----------------------------------------------------------------------

man: $(MANUALS) ## build the manual pages

$(BUILD)/man/%: docs/man/%.scd
	@mkdir -p $(@D)
	scdoc < $< > $@

# The settings part comes from the one table of settings.
$(BUILD)/man/hallcall.ini.5: docs/man/hallcall.ini.5.head.scd docs/man/hallcall.ini.5.tail.scd $(PROGRAM)
	@mkdir -p $(@D)
	$(RUNNER) $(PROGRAM) config --manual > $@.settings
	cat docs/man/hallcall.ini.5.head.scd $@.settings docs/man/hallcall.ini.5.tail.scd | scdoc > $@

SHARE := $(DESTDIR)$(PREFIX)/share
install: all man ## install below DESTDIR and PREFIX (/usr/local)
	$(INSTALL) -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/hallcall
	$(INSTALL) -d $(SHARE)/hallcall/languages $(SHARE)/hallcall/themes $(SHARE)/hallcall/sounds \
		$(SHARE)/hallcall/fonts $(SHARE)/hallcall/sites $(SHARE)/doc/hallcall/examples \
		$(SHARE)/doc/hallcall/broker
	$(INSTALL) -m 644 config/hallcall.ini $(SHARE)/hallcall
	$(INSTALL) -m 644 deploy/examples/* $(SHARE)/doc/hallcall/examples
	$(INSTALL) -m 644 deploy/broker/* $(SHARE)/doc/hallcall/broker
	$(INSTALL) -D -m 644 deploy/completion/hallcall.bash $(SHARE)/bash-completion/completions/hallcall
	$(INSTALL) -m 644 config/languages/*.ini $(SHARE)/hallcall/languages
	$(INSTALL) -m 644 config/themes/*.ini $(SHARE)/hallcall/themes
	$(INSTALL) -m 644 sounds/*.score $(SHARE)/hallcall/sounds
	$(INSTALL) -m 644 fonts/*.ini $(SHARE)/hallcall/fonts
	$(INSTALL) -m 644 config/sites/*.ini $(SHARE)/hallcall/sites
	$(INSTALL) -m 644 config/hallcall.ini docs/asyncapi.yaml docs/install.md docs/own-voices.md docs/themes.md \
		$(SHARE)/doc/hallcall
	$(INSTALL) -d $(SHARE)/doc/hallcall/pictures
	$(INSTALL) -m 644 $(foreach kind,theme install screen,docs/pictures/$(kind)-*.png) \
		$(SHARE)/doc/hallcall/pictures
	for page in $(MANUALS); do \
		$(INSTALL) -D -m 644 $$page $(SHARE)/man/man$${page##*.}/$${page##*/}; done

deb: ## build the Debian package of this machine's architecture: build/deb/hallcall_*.deb
	@deploy/deps.sh build run package
	@deploy/package.sh

deb-arm64: ## build it for arm64, with a cross-compiler
	@deploy/deps.sh package cross
	@deploy/package.sh arm64

clean: ## remove everything that was built
	rm -rf build

-include $(OBJECTS:.o=.d) $(BUILD)/src/main.d $(UNITS:=.d) $(SPOKEN).d $(SIMULATED:.o=.d) $(TARGETS:%=$(BUILD)/tests/fuzz/fuzz_%.d)

FORCE:
.SECONDARY:
.PHONY: all help deps run sink check check-slow test-programs lint asan tsan sanitized fuzz fuzzers \
	golden gallery readable recognise bench bench-languages sim sim-bugs chaos soak nth nth-leaks nth-sanitized check-arm64 man install deb deb-arm64 package-check vm-check clean FORCE
