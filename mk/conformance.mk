# conformance.mk - the peers' own test suites, run against luabox
#
#   make conformance      both; skipped, with the reason, where a source cannot be had
#   make conformance-busybox APPLETS="ls wc"
#   make conformance-ljsyscall FILTER=test_netlink     (without its examples)
#
# The suites come from Debian's source packages, pinned in deps/peers; results go to
# build/conformance.

build/host/ready-conformance: deps/host.sh
	$(Q)mkdir -p $(@D) && deps/host.sh conformance && touch $@

# one word: the folder with the source of $1, or nothing
peer_source = $(Q)rm -rf $@ && mkdir -p $@.new && file=$$(deps/fetch.sh source $1) && \
	tar xf $$file -C $@.new --strip-components=1 && mv $@.new $@

$(P)/ljsyscall: deps/peers
	$(call peer_source,lua-ljsyscall)
$(P)/busybox-tests: deps/peers
	$(call peer_source,busybox)

conformance: conformance-ljsyscall conformance-busybox

conformance-ljsyscall: $(B)/luabox build/host/ready-conformance
	$(Q)$(MAKE) -s $(P)/ljsyscall || \
		{ echo "ljsyscall-suite: skipped: no source"; exit 0; }; \
	export LJSYSCALL_DIR=$(P)/ljsyscall; status=0; \
	tests/conformance/ljsyscall/run.sh -a --fresh-sys \
		-o build/conformance/ljsyscall "$< lua" $(FILTER) || status=1; \
	$(if $(FILTER),:,$< lua tests/run.lua tests/conformance/ljsyscall/examples.lua) || \
		status=1; \
	exit $$status

conformance-busybox: $(B)/luabox build/host/ready-conformance
	$(Q)$(MAKE) -s $(P)/busybox-tests || \
		{ echo "busybox-suite: skipped: no source"; exit 0; }; \
	BUSYBOX_DIR=$(P)/busybox-tests tests/conformance/busybox/suite.py \
		-o build/conformance/busybox $< $(APPLETS)

.PHONY: conformance conformance-ljsyscall conformance-busybox
