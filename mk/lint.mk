# lint.mk - checks that need no running: sources, scripts and the shape of the binary

# It may grow with what it can do, but not unseen: a busybox of the same kind has 1.18 MB.
SIZE_LIMIT := $(if $(SMALL),921600,1400000)
TREE  := $(shell git ls-files 2>/dev/null)
C_ALL := $(filter %.c %.h,$(TREE))
# tests/conformance drives other projects' suites, and is written in their manner

.PHONY: lint
lint: lint-lua lint-c lint-sh lint-text lint-binary

build/host/ready-lint: deps/host.sh
	$(Q)mkdir -p $(@D) && deps/host.sh lint && touch $@

lint-lua: build/host/ready-lint
	$(Q)luacheck -q --no-color $(filter %.lua,$(TREE)) .luacheckrc

# The compiler's own warnings count as errors here; cppcheck adds what it cannot see.
# clang-format advises only: it knows no better layout than ours for tables and X macros.
lint-c: build/host/ready-lint $(READY) $(B)/syscalls.h
	$(Q)for f in $(SOURCES); do $(COMPILE) -I$(B) -Werror -fsyntax-only $$f || exit 1; done
	$(Q)cppcheck -q --std=c11 --error-exitcode=1 --inline-suppr \
		--suppress=missingIncludeSystem --suppress=comparePointers \
		--suppress=internalAstError --enable=warning,portability -Isrc \
		$(SOURCES) mk/embed.c
	$(Q)clang-format --dry-run $(C_ALL) 2>&1 | grep -c 'clang-format-violations' | \
		sed 's/.*/clang-format: & places differ (advice only; see clang-format --dry-run)/'

lint-sh: build/host/ready-lint
	$(Q)shellcheck $(filter %.sh .ci/run,$(TREE))

lint-text:
	$(Q)tests/lint/text.sh $(filter-out tests/conformance/%,$(TREE))

lint-binary: $(B)/luabox
	$(Q)tests/lint/binary.sh $< $(CROSS)readelf $(SIZE_LIMIT)

# Two builds in two folders must be the same bytes.
reproducible: $(B)/luabox
	$(Q)rm -rf build/again && mkdir -p build/again/tree/build/x
	$(Q)tar cf - $(TREE) | tar xf - -C build/again/tree
	$(Q)$(MAKE) --no-print-directory -C build/again/tree ARCH=$(ARCH) >/dev/null
	$(Q)cmp $< build/again/tree/$< && echo "reproducible: two builds are the same"
	$(Q)rm -rf build/again

# where the bytes are
size: $(B)/luabox.debug $(B)/luabox
	$(Q)$(CROSS)size -A $(B)/luabox | sort -k2rn | \
		awk '$$2 >= 512 && $$3 > 0 { printf "%8d  %s\n", $$2, $$1 }'
	$(Q)printf '%8d  %s\n' $$(wc -c <$(B)/luabox) '$(B)/luabox' \
		$$(wc -c <$(B)/embedded.data) '  of it Lua bytecode' \
		$$(gzip -9nc $(B)/luabox | wc -c) '  gzipped'
	$(Q)$(CROSS)readelf -rW $(B)/luabox | awk '/R_/ { n++; p[substr($$1, 1, 13)] = 1 } \
		END { for (i in p) k++; printf "%8d  relocations on %d pages\n", n, k }'

.PHONY: lint-lua lint-c lint-sh lint-text lint-binary reproducible size
