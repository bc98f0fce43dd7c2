# Builds, tests and installs libtaos. `make help` lists what there is.

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
BINDIR ?= $(PREFIX)/bin
MANDIR ?= $(PREFIX)/share/man
DESTDIR ?=
# What takes the debugging information out of what is installed; empty leaves it in.
STRIP ?= strip --strip-debug
PYTHON ?= python3

VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
MSRV := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
# The version of TDengine's C client that taos_get_client_info answers.
TDENGINE := $(shell sed -n 's/^const CLIENT_VERSION: .*"\(.*\)";/\1/p' src/capi/lifecycle.rs)
TARGET := $(or $(CARGO_TARGET_DIR),target)
RELEASE := $(TARGET)/release
# rustup puts cargo where not every PATH looks. Last, so that any other cargo comes first.
export PATH := $(PATH):$(HOME)/.cargo/bin

.DEFAULT_GOAL := build

.PHONY: build
# One by one: built together, the library would get what the sandbox wants of their common dependencies, such as
# tokio's signals, whose descriptors stay when the library is unloaded. The doctor wants nothing more of them than the
# library does, so the library is not built again for it.
build: ## build the library, the doctor and the sandbox server (the default)
	cargo build --release -p libtaos
	cargo build --release -p taos-doctor
	cargo build --release -p taos-sandbox

.PHONY: demo
demo: ## build, install into target/, and run C, Python and Java programs against the sandbox
	@scripts/demo.sh

.PHONY: setup
setup: ## install what the demo and the tests need, where it is missing (root, apt, rustup)
	@scripts/setup.sh tests

.PHONY: check
check: build ## run before each commit: format, clippy, Rust's tests, the core of the others; minutes
	$(PYTHON) tests/suite.py --quick

.PHONY: test
test: build ## run all tests; the last line is `N passed, N failed`
	-@scripts/setup.sh tests
	$(PYTHON) tests/suite.py

.PHONY: dist
dist: build man ## make the files to hand out, under target/dist: archives, .deb, .rpm, wheels, jars; TARGETS= chooses systems
	$(PYTHON) dist/make.py $(TARGETS)

.PHONY: dist-test
dist-test: ## run what `make dist` has made: here, on aarch64 by qemu, on musl
	-@scripts/setup.sh dist
	TAOS_DIST=$(TARGET)/dist $(PYTHON) tests/suite.py --only pytest --door dist

.PHONY: bench
bench: build ## measure the library against a canned server
	benches/run.sh

.PHONY: in-use
in-use: build ## write functions-in-use.ld, which functions the linker puts side by side (valgrind)
	cargo rustc --profile dist --target-dir $(TARGET)/dist-build -p libtaos --lib --crate-type cdylib
	$(PYTHON) benches/in_use.py $(RELEASE)/libtaos.so $(TARGET)/dist-build/dist/libtaos.so

.PHONY: deny
deny: ## check licences and advisories of the crates (cargo install cargo-deny)
	cargo deny --locked check

.PHONY: msrv
msrv: ## check that the oldest Rust of Cargo.toml compiles everything (cargo +VERSION)
	cargo +$(MSRV) check --locked --release --workspace --target-dir $(TARGET)/msrv

.PHONY: print-msrv
print-msrv:
	@echo $(MSRV)

.PHONY: docs
docs: ## write docs/ as a book into target/book (cargo install mdbook)
	mdbook build

.PHONY: matrix
matrix: ## write docs/functions.md, what each function does here, and docs/settings.md, from the source
	$(PYTHON) scripts/matrix.py
	TAOS_WRITE_DOCS=1 cargo test --release -p libtaos --lib --quiet -- the_page_is_the_table

# Only when the sources are newer: `make && sudo make install` must not need cargo as root.
SOURCES := Cargo.toml Cargo.lock build.rs cbindgen.toml $(shell find src -type f)
$(RELEASE)/libtaos.so: $(SOURCES)
	cargo build --release -p libtaos
	@touch $@

$(RELEASE)/taos-doctor: $(SOURCES) doctor/Cargo.toml $(shell find doctor/src -type f) | $(RELEASE)/libtaos.so
	cargo build --release -p taos-doctor
	@touch $@
$(RELEASE)/taos-doctor.1: $(RELEASE)/taos-doctor
	$< man > $@

.PHONY: man
man: $(RELEASE)/taos-doctor.1 ## write the man page target/release/taos-doctor.1

LIB := $(DESTDIR)$(LIBDIR)
INCLUDE := $(DESTDIR)$(INCLUDEDIR)
# A folder that only those put in front of the loader's path who keep TDengine's own libtaos.so, which loads its driver from there.
DRIVER := $(LIB)/taos-driver
# The directories that install made, for uninstall. Not in a package, whose own they are.
MADE := $(LIB)/cmake/taos/directories
BIN := $(DESTDIR)$(BINDIR)
MAN := $(DESTDIR)$(MANDIR)/man1
MAN7 := $(DESTDIR)$(MANDIR)/man7
# Paths in the installed files are relative to their own place, so that a prefix can be moved.
relative = $(shell realpath -m --relative-to="$(1)" "$(2)")
FILL = sed -e 's|@VERSION@|$(VERSION)|g' -e 's|@TDENGINE@|$(TDENGINE)|g' \
	-e 's|@PC_PREFIX@|$(call relative,$(LIBDIR)/pkgconfig,$(PREFIX))|g' \
	-e 's|@PC_LIBDIR@|$(call relative,$(LIBDIR)/pkgconfig,$(LIBDIR))|g' \
	-e 's|@PC_INCLUDEDIR@|$(call relative,$(LIBDIR)/pkgconfig,$(INCLUDEDIR))|g' \
	-e 's|@CMAKE_LIBDIR@|$(call relative,$(LIBDIR)/cmake/taos,$(LIBDIR))|g' \
	-e 's|@CMAKE_INCLUDEDIR@|$(call relative,$(LIBDIR)/cmake/taos,$(INCLUDEDIR))|g'

.PHONY: install
install: $(RELEASE)/libtaos.so $(RELEASE)/taos-doctor $(RELEASE)/taos-doctor.1 ## install under PREFIX (/usr/local); DESTDIR stages it elsewhere
	@scripts/directories.sh make "$(if $(DESTDIR),,$(MADE))" "$(LIB)/pkgconfig" "$(LIB)/cmake/taos" "$(INCLUDE)" "$(DRIVER)" "$(BIN)" "$(MAN)" "$(MAN7)"
	install -m 755 $(RELEASE)/libtaos.so "$(LIB)/libtaos.so.$(VERSION)"
	install -m 644 $(RELEASE)/libtaos.a "$(LIB)/libtaos.a"
	install -m 755 $(RELEASE)/taos-doctor "$(BIN)/taos-doctor"
	install -m 644 $(RELEASE)/taos-doctor.1 "$(MAN)/taos-doctor.1"
	install -m 644 docs/man/libtaos.7 "$(MAN7)/libtaos.7"
	$(if $(STRIP),$(STRIP) "$(LIB)/libtaos.so.$(VERSION)" "$(LIB)/libtaos.a" "$(BIN)/taos-doctor")
	ln -sf libtaos.so.$(VERSION) "$(LIB)/libtaos.so.1"
	ln -sf libtaos.so.1 "$(LIB)/libtaos.so"
	ln -sf libtaos.so.$(VERSION) "$(LIB)/libtaosws.so"
	ln -sf ../libtaos.so.$(VERSION) "$(DRIVER)/libtaosnative.so"
	ln -sf ../libtaos.so.$(VERSION) "$(DRIVER)/libtaosws.so"
	install -m 644 include/taos.h include/taoserror.h "$(INCLUDE)"
	$(FILL) cmake/taos.pc.in > "$(LIB)/pkgconfig/taos.pc"
	$(FILL) cmake/taosConfig.cmake.in > "$(LIB)/cmake/taos/taosConfig.cmake"
	$(FILL) cmake/taosConfigVersion.cmake.in > "$(LIB)/cmake/taos/taosConfigVersion.cmake"

.PHONY: uninstall
uninstall: ## remove what install has put there
	rm -f "$(LIB)/libtaos.so.$(VERSION)" "$(LIB)/libtaos.so.1" "$(LIB)/libtaos.so" "$(LIB)/libtaosws.so" \
		"$(LIB)/libtaos.a" "$(INCLUDE)/taos.h" "$(INCLUDE)/taoserror.h" "$(LIB)/pkgconfig/taos.pc" "$(BIN)/taos-doctor" "$(MAN)/taos-doctor.1" "$(MAN7)/libtaos.7"
	@scripts/directories.sh remove "$(MADE)" "$(LIB)/cmake/taos" "$(DRIVER)"

.PHONY: clean
clean: ## remove everything that was built
	cargo clean

.PHONY: help
help: ## say this
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' $(firstword $(MAKEFILE_LIST)) | \
		while IFS='|' read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done
