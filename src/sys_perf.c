/*
 * sys_perf.c - performance counters: perf_event_open(2)
 *
 * Layer: system call binding; no policy. Reading what the kernel writes to the
 * mapped buffer is lua/syscall/types/perf.lua.
 */

#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys.h"

#define PERF_TYPE_LIST(P, V) \
	P(PERF_TYPE, HARDWARE) P(PERF_TYPE, SOFTWARE) P(PERF_TYPE, TRACEPOINT) \
	P(PERF_TYPE, HW_CACHE) P(PERF_TYPE, RAW) P(PERF_TYPE, BREAKPOINT)
SYS_CONSTS(PERF_TYPE, SYS_STRFLAG, PERF_TYPE_LIST);

#define PERF_COUNT_LIST(P, V) \
	P(PERF_COUNT, HW_CACHE_L1D) P(PERF_COUNT, HW_CACHE_OP_READ) \
	P(PERF_COUNT, HW_CACHE_RESULT_ACCESS) P(PERF_COUNT, HW_CPU_CYCLES) \
	P(PERF_COUNT, SW_CPU_CLOCK) P(PERF_COUNT, HW_CACHE_L1I) \
	P(PERF_COUNT, HW_CACHE_OP_WRITE) P(PERF_COUNT, HW_CACHE_RESULT_MISS) \
	P(PERF_COUNT, HW_INSTRUCTIONS) P(PERF_COUNT, SW_TASK_CLOCK) \
	P(PERF_COUNT, HW_CACHE_LL) P(PERF_COUNT, HW_CACHE_OP_PREFETCH) \
	P(PERF_COUNT, HW_CACHE_REFERENCES) P(PERF_COUNT, SW_PAGE_FAULTS) \
	P(PERF_COUNT, HW_CACHE_DTLB) P(PERF_COUNT, HW_CACHE_MISSES) \
	P(PERF_COUNT, SW_CONTEXT_SWITCHES) \
	P(PERF_COUNT, HW_BRANCH_INSTRUCTIONS) P(PERF_COUNT, HW_CACHE_ITLB) \
	P(PERF_COUNT, SW_CPU_MIGRATIONS) P(PERF_COUNT, HW_BRANCH_MISSES) \
	P(PERF_COUNT, HW_CACHE_BPU) P(PERF_COUNT, SW_PAGE_FAULTS_MIN) \
	P(PERF_COUNT, HW_BUS_CYCLES) P(PERF_COUNT, HW_CACHE_NODE) \
	P(PERF_COUNT, SW_PAGE_FAULTS_MAJ) \
	P(PERF_COUNT, HW_STALLED_CYCLES_FRONTEND) \
	P(PERF_COUNT, SW_ALIGNMENT_FAULTS) \
	P(PERF_COUNT, HW_STALLED_CYCLES_BACKEND) \
	P(PERF_COUNT, SW_EMULATION_FAULTS) P(PERF_COUNT, HW_REF_CPU_CYCLES) \
	P(PERF_COUNT, SW_DUMMY) P(PERF_COUNT, SW_BPF_OUTPUT)
SYS_CONSTS(PERF_COUNT, SYS_STRFLAG, PERF_COUNT_LIST);

#define PERF_SAMPLE_LIST(P, V) \
	P(PERF_SAMPLE, IP) P(PERF_SAMPLE, TID) P(PERF_SAMPLE, TIME) \
	P(PERF_SAMPLE, ADDR) P(PERF_SAMPLE, READ) P(PERF_SAMPLE, CALLCHAIN) \
	P(PERF_SAMPLE, ID) P(PERF_SAMPLE, CPU) P(PERF_SAMPLE, PERIOD) \
	P(PERF_SAMPLE, STREAM_ID) P(PERF_SAMPLE, RAW) \
	P(PERF_SAMPLE, BRANCH_STACK) P(PERF_SAMPLE, REGS_USER) \
	P(PERF_SAMPLE, STACK_USER) P(PERF_SAMPLE, WEIGHT) \
	P(PERF_SAMPLE, DATA_SRC) P(PERF_SAMPLE, IDENTIFIER) \
	P(PERF_SAMPLE, TRANSACTION) P(PERF_SAMPLE, REGS_INTR)
SYS_CONSTS(PERF_SAMPLE, SYS_MULTI, PERF_SAMPLE_LIST);

#define PERF_SAMPLE_BRANCH_LIST(P, V) \
	P(PERF_SAMPLE_BRANCH, USER_SHIFT) P(PERF_SAMPLE_BRANCH, KERNEL_SHIFT) \
	P(PERF_SAMPLE_BRANCH, USER) P(PERF_SAMPLE_BRANCH, HV_SHIFT) \
	P(PERF_SAMPLE_BRANCH, KERNEL) P(PERF_SAMPLE_BRANCH, ANY_SHIFT) \
	P(PERF_SAMPLE_BRANCH, ANY_CALL_SHIFT) P(PERF_SAMPLE_BRANCH, HV) \
	P(PERF_SAMPLE_BRANCH, ANY_RETURN_SHIFT) \
	P(PERF_SAMPLE_BRANCH, IND_CALL_SHIFT) \
	P(PERF_SAMPLE_BRANCH, ABORT_TX_SHIFT) P(PERF_SAMPLE_BRANCH, ANY) \
	P(PERF_SAMPLE_BRANCH, IN_TX_SHIFT) P(PERF_SAMPLE_BRANCH, NO_TX_SHIFT) \
	P(PERF_SAMPLE_BRANCH, COND_SHIFT) \
	P(PERF_SAMPLE_BRANCH, CALL_STACK_SHIFT) \
	P(PERF_SAMPLE_BRANCH, IND_JUMP_SHIFT) \
	P(PERF_SAMPLE_BRANCH, CALL_SHIFT) \
	P(PERF_SAMPLE_BRANCH, NO_FLAGS_SHIFT) \
	P(PERF_SAMPLE_BRANCH, NO_CYCLES_SHIFT) P(PERF_SAMPLE_BRANCH, ANY_CALL) \
	P(PERF_SAMPLE_BRANCH, ANY_RETURN) P(PERF_SAMPLE_BRANCH, IND_CALL) \
	P(PERF_SAMPLE_BRANCH, ABORT_TX) P(PERF_SAMPLE_BRANCH, IN_TX) \
	P(PERF_SAMPLE_BRANCH, NO_TX) P(PERF_SAMPLE_BRANCH, COND) \
	P(PERF_SAMPLE_BRANCH, CALL_STACK) P(PERF_SAMPLE_BRANCH, IND_JUMP) \
	P(PERF_SAMPLE_BRANCH, CALL) P(PERF_SAMPLE_BRANCH, NO_FLAGS) \
	P(PERF_SAMPLE_BRANCH, NO_CYCLES)
SYS_CONSTS(PERF_SAMPLE_BRANCH, SYS_MULTI, PERF_SAMPLE_BRANCH_LIST);

#define PERF_READ_FORMAT_LIST(P, V) \
	P(PERF_FORMAT, TOTAL_TIME_ENABLED) P(PERF_FORMAT, TOTAL_TIME_RUNNING) \
	P(PERF_FORMAT, ID) P(PERF_FORMAT, GROUP)
SYS_CONSTS(PERF_READ_FORMAT, SYS_MULTI, PERF_READ_FORMAT_LIST);

#define PERF_FLAG_LIST(P, V) \
	P(PERF_FLAG, FD_NO_GROUP) P(PERF_FLAG, FD_OUTPUT) \
	P(PERF_FLAG, PID_CGROUP) P(PERF_FLAG, FD_CLOEXEC)
SYS_CONSTS(PERF_FLAG, SYS_MULTI, PERF_FLAG_LIST);

#define PERF_RECORD_LIST(P, V) \
	P(PERF_RECORD, MMAP) P(PERF_RECORD, LOST) P(PERF_RECORD, COMM) \
	P(PERF_RECORD, EXIT) P(PERF_RECORD, THROTTLE) \
	P(PERF_RECORD, UNTHROTTLE) P(PERF_RECORD, FORK) P(PERF_RECORD, READ) \
	P(PERF_RECORD, SAMPLE) P(PERF_RECORD, MMAP2) P(PERF_RECORD, AUX) \
	P(PERF_RECORD, ITRACE_START) P(PERF_RECORD, LOST_SAMPLES) \
	P(PERF_RECORD, SWITCH) P(PERF_RECORD, SWITCH_CPU_WIDE)
SYS_CONSTS(PERF_RECORD, SYS_STRFLAG, PERF_RECORD_LIST);

typedef struct perf_event_attr attr_t;
#define ATTR_BITS(B)                                                       \
	B(attr_t, disabled) B(attr_t, inherit) B(attr_t, pinned)           \
	B(attr_t, exclusive) B(attr_t, exclude_user)                       \
	B(attr_t, exclude_kernel) B(attr_t, exclude_hv)                    \
	B(attr_t, exclude_idle) B(attr_t, mmap) B(attr_t, comm)            \
	B(attr_t, freq) B(attr_t, inherit_stat) B(attr_t, enable_on_exec)  \
	B(attr_t, task) B(attr_t, watermark) B(attr_t, precise_ip)         \
	B(attr_t, mmap_data) B(attr_t, sample_id_all)                      \
	B(attr_t, exclude_host) B(attr_t, exclude_guest)                   \
	B(attr_t, exclude_callchain_kernel)                                \
	B(attr_t, exclude_callchain_user) B(attr_t, mmap2)                 \
	B(attr_t, comm_exec) B(attr_t, use_clockid)                        \
	B(attr_t, context_switch) B(attr_t, write_backward)                \
	B(attr_t, namespaces) B(attr_t, ksymbol) B(attr_t, bpf_event)      \
	B(attr_t, aux_output) B(attr_t, cgroup) B(attr_t, text_poke)       \
	B(attr_t, build_id) B(attr_t, inherit_thread)                      \
	B(attr_t, remove_on_exec) B(attr_t, sigtrap)
SYS_BIT_FIELDS(perf_event_attr, attr_t, ATTR_BITS);

/* ljsyscall's names of three are pe_ with the kernel's; so is the prefix */
#define PERF_EVENT_ATTR(X, T)                                              \
	X(R, T, pe_type, type) X(F, T, size) X(R, T, pe_config, config)    \
	X(F, T, sample_period) X(F, T, sample_freq)                        \
	X(R, T, pe_sample_type, sample_type) X(F, T, read_format)          \
	X(F, T, wakeup_events) X(F, T, wakeup_watermark) X(F, T, bp_type)  \
	X(F, T, bp_addr) X(F, T, kprobe_func) X(F, T, uprobe_path)         \
	X(F, T, config1) X(F, T, bp_len) X(F, T, kprobe_addr)              \
	X(F, T, probe_offset) X(F, T, config2)                             \
	X(F, T, branch_sample_type) X(F, T, sample_regs_user)              \
	X(F, T, sample_stack_user) X(F, T, clockid)                        \
	X(F, T, sample_regs_intr) X(F, T, aux_watermark)                   \
	X(F, T, sample_max_stack) X(F, T, aux_sample_size)                 \
	X(F, T, sig_data)                                                  \
	X(B, T, disabled) X(B, T, inherit) X(B, T, pinned) \
	X(B, T, exclusive) X(B, T, exclude_user) X(B, T, exclude_kernel) \
	X(B, T, exclude_hv) X(B, T, exclude_idle) X(B, T, mmap) \
	X(B, T, comm) X(B, T, freq) X(B, T, inherit_stat) \
	X(B, T, enable_on_exec) X(B, T, task) X(B, T, watermark) \
	X(B, T, precise_ip) X(B, T, mmap_data) X(B, T, sample_id_all) \
	X(B, T, exclude_host) X(B, T, exclude_guest) \
	X(B, T, exclude_callchain_kernel) X(B, T, exclude_callchain_user) \
	X(B, T, mmap2) X(B, T, comm_exec) X(B, T, use_clockid) \
	X(B, T, context_switch) X(B, T, write_backward) X(B, T, namespaces) \
	X(B, T, ksymbol) X(B, T, bpf_event) X(B, T, aux_output) \
	X(B, T, cgroup) X(B, T, text_poke) X(B, T, build_id) \
	X(B, T, inherit_thread) X(B, T, remove_on_exec) X(B, T, sigtrap)
SYS_STRUCT(perf_event_attr, "perf", "pe_", attr_t, PERF_EVENT_ATTR);

#define PERF_EVENT_HEADER(X, T) X(F, T, type) X(F, T, misc) X(F, T, size)
SYS_STRUCT(perf_event_header, "", "", struct perf_event_header,
	   PERF_EVENT_HEADER);

typedef struct perf_event_mmap_page page_t;
#define PAGE_BITS(B)                                                       \
	B(page_t, cap_bit0) B(page_t, cap_bit0_is_deprecated)              \
	B(page_t, cap_user_rdpmc) B(page_t, cap_user_time)                 \
	B(page_t, cap_user_time_zero)
SYS_BIT_FIELDS(perf_event_mmap_page, page_t, PAGE_BITS);

#define PERF_EVENT_MMAP_PAGE(X, T)                                         \
	X(F, T, version) X(F, T, compat_version) X(F, T, lock)             \
	X(F, T, index) X(F, T, offset) X(F, T, time_enabled)               \
	X(F, T, time_running) X(F, T, capabilities) X(B, T, cap_bit0)      \
	X(B, T, cap_bit0_is_deprecated) X(B, T, cap_user_rdpmc)            \
	X(B, T, cap_user_time) X(B, T, cap_user_time_zero)                 \
	X(F, T, pmc_width) X(F, T, time_shift) X(F, T, time_mult)          \
	X(F, T, time_offset) X(F, T, time_zero) X(F, T, size)              \
	X(F, T, data_head) X(F, T, data_tail) X(F, T, data_offset)         \
	X(F, T, data_size) X(F, T, aux_head) X(F, T, aux_tail)             \
	X(F, T, aux_offset) X(F, T, aux_size)
SYS_STRUCT(perf_event_mmap_page, "", "", page_t, PERF_EVENT_MMAP_PAGE);

/* S.perf_event_open(attr [, pid [, cpu [, group [, flags]]]]) -> fd */
static int sys_perf_event_open(lua_State *L)
{
	const void *given = sys_checkstruct(L, 1, &sys_layout_perf_event_attr);
	struct perf_event_attr attr; /* given may be memory only to read */
	pid_t pid = (pid_t)sys_optint(L, 2, 0);
	int cpu = (int)sys_optint(L, 3, -1);
	int group = sys_optfd(L, 4, -1);
	unsigned long flags =
		(unsigned long)sys_checkconst(L, 5, &sys_PERF_FLAG);

	memcpy(&attr, given, sizeof attr);
	if (attr.size == 0) /* which the kernel takes for its oldest size */
		attr.size = sizeof attr;
	return sys_pushfd(L, (int)syscall(SYS_perf_event_open, &attr, pid, cpu,
					  group,
					  flags | PERF_FLAG_FD_CLOEXEC));
}

/* S.memory_barrier(): what follows it sees what the kernel wrote before */
static int sys_memory_barrier(lua_State *L)
{
	(void)L;
	__sync_synchronize();
	return 0;
}

#define FUNCTIONS(F, G) F(perf_event_open) F(memory_barrier)
SYS_AREA(perf, FUNCTIONS);
