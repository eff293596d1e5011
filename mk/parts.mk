# parts.mk - what can be left out of the binary
#
#   make WITHOUT="help tc"   build/$(ARCH)/luabox without these parts
#   make SMALL=1             build/$(ARCH)-small/luabox: without all of them
#
# What is left has the basic commands, ip, DHCP, supervision and the system calls that they
# stand on. Nothing else depends on a part: what asks for one says that it is not there.

# `help`, its text from the declarations
part.help := $(HELP_TEXT) lua/help.lua applets/help.lua
# queueing disciplines
part.tc := applets/tc.lua lua/tc/% lua/nl/schema/tc%
# bridges' tables, brctl
part.bridge := applets/bridge.lua applets/brctl.lua lua/bridge/% lua/nl/schema/mdb% \
	lua/nl/schema/vlan_db.lua
# links of other kinds than vlan, bridge, macvlan, and what carries packets in packets
part.tunnel := $(patsubst %,lua/ip/kind/%.lua,bond bond_slave geneve gre gre6 ip6tnl ip_tunnel \
	ipvlan tun tunnel vrf vti vxlan xfrm) lua/ip/tunnel.lua lua/ip/tuntap.lua lua/ip/encap.lua \
	lua/ip/nexthop.lua lua/ip/vrf.lua lua/nl/schema/encap.lua lua/nl/schema/nexthop.lua \
	$(patsubst %,lua/nl/schema/kind/%.lua,bond geneve gre ip_tunnel vxlan)
# ip rule, maddr, netns, addrlabel, token and other rarely used objects of ip
part.ip := $(patsubst %,lua/ip/%.lua,rule maddr netns_command exec vrf_processes \
	addrlabel netconf ntable tcp_metrics token) $(patsubst %,lua/nl/schema/%.lua, \
	rule addrlabel neigh_table netconf tcp_metrics)
# nl.mirror, what the kernel has kept up to date; requests made by hand, generic netlink
part.mirror := $(patsubst %,lua/nl/%.lua,mirror raw genl schema/genl_control)
# ss, netstat
part.sockets := applets/ss.lua applets/netstat.lua lua/ss/% lua/net/statistics.lua \
	lua/net/owners.lua lua/nl/diag.lua lua/nl/schema/%_diag.lua
# wg
part.wireguard := applets/wg.lua lua/wg/% lua/nl/schema/wireguard.lua src/crypto_x25519.c
# net.apply: a network as it shall be; ifup, ifdown
part.apply := lua/net/apply.lua lua/net/apply/% applets/ifup.lua applets/ifdown.lua \
	applets/ifquery.lua lua/ifupdown/%
part.ethtool := applets/ethtool.lua lua/ethtool/% lua/nl/schema/ethtool.lua
# arping, traceroute
part.probe := applets/arping.lua applets/traceroute.lua applets/traceroute6.lua \
	lua/net/traceroute.lua lua/net/probe.lua
# commands that ip has taken the place of
part.nettools := applets/arp.lua applets/nameif.lua applets/vconfig.lua applets/tunctl.lua \
	applets/ipcalc.lua lua/net/tun.lua
# packets handed over by netfilter's rules
part.netfilter := lua/nl/nfqueue.lua lua/nl/nflog.lua lua/nl/nfnetlink.lua \
	lua/nl/schema/nfqueue.lua lua/nl/schema/nflog.lua
# the tools of runit and daemontools, start-stop-daemon, watchdog
part.runit := $(patsubst %,applets/%.lua,runsv runsvdir sv svlogd chpst softlimit envdir \
	envuidgid setuidgid start-stop-daemon watchdog) lua/runit/%
# require "process"
part.process := lua/process.lua lua/process/%
# pictures of a boot
part.chart := init/svc/chart.lua applets/bootchartd.lua
# calls and types of S that few programs need
part.syscalls := $(patsubst %,src/sys_%.c,aio bpf clone3 const_input fanotify fsmount ids keys \
	landlock layout_input numa openat2 perf policy ptrace quota seccomp_notify sysv \
	uring uring_prepare uring_register userfaultfd) \
	$(patsubst %,lua/syscall/%.lua,bpf landlock perf $(addprefix types/,aio bpf perf))
# ljsyscall's helpers beside the calls, lfs
part.helpers := $(patsubst %,lua/syscall/%,bit.lua lfs.lua linux/% util.lua util/%)

PARTS := $(sort $(patsubst part.%,%,$(filter part.%,$(.VARIABLES))))
ifdef SMALL
WITHOUT := $(PARTS)
endif
ifneq ($(filter-out $(PARTS),$(WITHOUT)),)
$(error unknown part: $(filter-out $(PARTS),$(WITHOUT)); mk/parts.mk has: $(PARTS))
endif
LEFT_OUT := $(foreach part,$(WITHOUT),$(part.$(part)))
