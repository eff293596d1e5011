/*
 * sys_bpf.c - bpf(2)
 *
 * Layer: system call binding; no policy. Maps and programs on top of S.bpf are
 * lua/syscall/bpf.lua; the opcodes are in sys_filter.c.
 */

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#define BPF_CMD_LIST(P, V) \
	P(BPF, MAP_CREATE) P(BPF, MAP_LOOKUP_ELEM) P(BPF, MAP_UPDATE_ELEM) \
	P(BPF, MAP_DELETE_ELEM) P(BPF, MAP_GET_NEXT_KEY) P(BPF, PROG_LOAD) \
	P(BPF, OBJ_PIN) P(BPF, OBJ_GET) P(BPF, PROG_ATTACH) \
	P(BPF, PROG_DETACH) P(BPF, PROG_TEST_RUN) P(BPF, PROG_GET_NEXT_ID) \
	P(BPF, MAP_GET_NEXT_ID) P(BPF, PROG_GET_FD_BY_ID) \
	P(BPF, MAP_GET_FD_BY_ID) P(BPF, OBJ_GET_INFO_BY_FD) P(BPF, PROG_QUERY) \
	P(BPF, RAW_TRACEPOINT_OPEN) P(BPF, BTF_LOAD) P(BPF, BTF_GET_FD_BY_ID) \
	P(BPF, TASK_FD_QUERY) P(BPF, MAP_LOOKUP_AND_DELETE_ELEM) \
	P(BPF, MAP_FREEZE) P(BPF, BTF_GET_NEXT_ID) P(BPF, MAP_LOOKUP_BATCH) \
	P(BPF, MAP_LOOKUP_AND_DELETE_BATCH) P(BPF, MAP_UPDATE_BATCH) \
	P(BPF, MAP_DELETE_BATCH) P(BPF, LINK_CREATE) P(BPF, LINK_UPDATE) \
	P(BPF, LINK_GET_FD_BY_ID) P(BPF, LINK_GET_NEXT_ID) \
	P(BPF, ENABLE_STATS) P(BPF, ITER_CREATE) P(BPF, LINK_DETACH) \
	P(BPF, PROG_BIND_MAP)
SYS_CONSTS(BPF_CMD, SYS_STRFLAG, BPF_CMD_LIST);

#define BPF_MAP_LIST(P, V) \
	P(BPF_MAP_TYPE, UNSPEC) P(BPF_MAP_TYPE, HASH) P(BPF_MAP_TYPE, ARRAY) \
	P(BPF_MAP_TYPE, PROG_ARRAY) P(BPF_MAP_TYPE, PERF_EVENT_ARRAY) \
	P(BPF_MAP_TYPE, PERCPU_HASH) P(BPF_MAP_TYPE, PERCPU_ARRAY) \
	P(BPF_MAP_TYPE, STACK_TRACE) P(BPF_MAP_TYPE, CGROUP_ARRAY) \
	P(BPF_MAP_TYPE, LRU_HASH) P(BPF_MAP_TYPE, LRU_PERCPU_HASH) \
	P(BPF_MAP_TYPE, LPM_TRIE) P(BPF_MAP_TYPE, ARRAY_OF_MAPS) \
	P(BPF_MAP_TYPE, HASH_OF_MAPS) P(BPF_MAP_TYPE, DEVMAP) \
	P(BPF_MAP_TYPE, SOCKMAP) P(BPF_MAP_TYPE, CPUMAP) \
	P(BPF_MAP_TYPE, XSKMAP) P(BPF_MAP_TYPE, SOCKHASH) \
	P(BPF_MAP_TYPE, CGROUP_STORAGE) P(BPF_MAP_TYPE, REUSEPORT_SOCKARRAY) \
	P(BPF_MAP_TYPE, QUEUE) P(BPF_MAP_TYPE, STACK) \
	P(BPF_MAP_TYPE, SK_STORAGE) P(BPF_MAP_TYPE, DEVMAP_HASH) \
	P(BPF_MAP_TYPE, STRUCT_OPS) P(BPF_MAP_TYPE, RINGBUF) \
	P(BPF_MAP_TYPE, INODE_STORAGE) P(BPF_MAP_TYPE, TASK_STORAGE) \
	P(BPF_MAP_TYPE, BLOOM_FILTER)
SYS_CONSTS(BPF_MAP, SYS_STRFLAG, BPF_MAP_LIST);

#define BPF_PROG_LIST(P, V) \
	P(BPF_PROG_TYPE, UNSPEC) P(BPF_PROG_TYPE, SOCKET_FILTER) \
	P(BPF_PROG_TYPE, KPROBE) P(BPF_PROG_TYPE, SCHED_CLS) \
	P(BPF_PROG_TYPE, SCHED_ACT) P(BPF_PROG_TYPE, TRACEPOINT) \
	P(BPF_PROG_TYPE, XDP) P(BPF_PROG_TYPE, PERF_EVENT) \
	P(BPF_PROG_TYPE, CGROUP_SKB) P(BPF_PROG_TYPE, CGROUP_SOCK) \
	P(BPF_PROG_TYPE, LWT_IN) P(BPF_PROG_TYPE, LWT_OUT) \
	P(BPF_PROG_TYPE, LWT_XMIT) P(BPF_PROG_TYPE, SOCK_OPS) \
	P(BPF_PROG_TYPE, SK_SKB) P(BPF_PROG_TYPE, CGROUP_DEVICE) \
	P(BPF_PROG_TYPE, SK_MSG) P(BPF_PROG_TYPE, RAW_TRACEPOINT) \
	P(BPF_PROG_TYPE, CGROUP_SOCK_ADDR) P(BPF_PROG_TYPE, LWT_SEG6LOCAL) \
	P(BPF_PROG_TYPE, LIRC_MODE2) P(BPF_PROG_TYPE, SK_REUSEPORT) \
	P(BPF_PROG_TYPE, FLOW_DISSECTOR) P(BPF_PROG_TYPE, CGROUP_SYSCTL) \
	P(BPF_PROG_TYPE, RAW_TRACEPOINT_WRITABLE) \
	P(BPF_PROG_TYPE, CGROUP_SOCKOPT) P(BPF_PROG_TYPE, TRACING) \
	P(BPF_PROG_TYPE, STRUCT_OPS) P(BPF_PROG_TYPE, EXT) \
	P(BPF_PROG_TYPE, LSM) P(BPF_PROG_TYPE, SK_LOOKUP) \
	P(BPF_PROG_TYPE, SYSCALL)
SYS_CONSTS(BPF_PROG, SYS_STRFLAG, BPF_PROG_LIST);

#define BPF_ATTACH_TYPE_LIST(P, V) \
	P(BPF, CGROUP_INET_INGRESS) P(BPF, CGROUP_INET_EGRESS) \
	P(BPF, CGROUP_INET_SOCK_CREATE) P(BPF, CGROUP_SOCK_OPS) \
	P(BPF, SK_SKB_STREAM_PARSER) P(BPF, SK_SKB_STREAM_VERDICT) \
	P(BPF, CGROUP_DEVICE) P(BPF, SK_MSG_VERDICT) P(BPF, CGROUP_INET4_BIND) \
	P(BPF, CGROUP_INET6_BIND) P(BPF, CGROUP_INET4_CONNECT) \
	P(BPF, CGROUP_INET6_CONNECT) P(BPF, CGROUP_INET4_POST_BIND) \
	P(BPF, CGROUP_INET6_POST_BIND)
SYS_CONSTS(BPF_ATTACH_TYPE, SYS_STRFLAG, BPF_ATTACH_TYPE_LIST);

typedef struct bpf_insn bpf_insn_t;
#define BPF_INSN_BITS(B) B(bpf_insn_t, dst_reg) B(bpf_insn_t, src_reg)
SYS_BIT_FIELDS(bpf_insn, bpf_insn_t, BPF_INSN_BITS);
#define BPF_INSN(X, T) \
	X(F, T, code) X(B, T, dst_reg) X(B, T, src_reg) X(F, T, off) \
	X(F, T, imm)
SYS_STRUCT(bpf_insn, "bpf", "", bpf_insn_t, BPF_INSN);

/* Those with room for 64 bits hold pointers: they can be set to memory. */
#define BPF_ATTR(X, T)                                                      \
	X(F, T, map_type) X(F, T, key_size) X(F, T, value_size)             \
	X(F, T, max_entries) X(F, T, map_flags) X(F, T, inner_map_fd)       \
	X(F, T, numa_node) X(A, T, map_name) X(F, T, map_ifindex)           \
	X(F, T, map_fd) X(F, T, key) X(F, T, value) X(F, T, next_key)       \
	X(F, T, flags)                                                      \
	X(F, T, prog_type) X(F, T, insn_cnt) X(F, T, insns)                 \
	X(F, T, license) X(F, T, log_level) X(F, T, log_size)               \
	X(F, T, log_buf) X(F, T, kern_version) X(F, T, prog_flags)          \
	X(A, T, prog_name) X(F, T, prog_ifindex)                            \
	X(F, T, expected_attach_type)                                       \
	X(F, T, pathname) X(F, T, bpf_fd) X(F, T, file_flags)               \
	X(F, T, target_fd) X(F, T, attach_bpf_fd) X(F, T, attach_type)      \
	X(F, T, attach_flags) X(F, T, replace_bpf_fd)                       \
	X(F, T, start_id) X(F, T, prog_id) X(F, T, map_id)                  \
	X(F, T, next_id) X(F, T, open_flags)                                \
	X(R, T, info_bpf_fd, info.bpf_fd) X(R, T, info_len, info.info_len)  \
	X(R, T, info, info.info)                                            \
	X(R, T, test_prog_fd, test.prog_fd) X(R, T, test_retval, test.retval) \
	X(R, T, test_data_size_in, test.data_size_in)                       \
	X(R, T, test_data_size_out, test.data_size_out)                     \
	X(R, T, test_data_in, test.data_in)                                 \
	X(R, T, test_data_out, test.data_out)                               \
	X(R, T, test_repeat, test.repeat) X(R, T, test_duration, test.duration)
SYS_STRUCT(bpf_attr, "", "", union bpf_attr, BPF_ATTR);

/* S.bpf(command, bpf_attr) -> number: 0, or a descriptor */
static int sys_bpf(lua_State *L)
{
	int command = (int)sys_checkconst(L, 1, &sys_BPF_CMD);
	void *attr = sys_checkstruct(L, 2, &sys_layout_bpf_attr);

	return sys_integer(L, syscall(SYS_bpf, command, attr,
				      sizeof(union bpf_attr)));
}

#define FUNCTIONS(F, G) F(bpf)
SYS_AREA(bpf, FUNCTIONS);
