-- tests/lua/syscall_bpf.lua - programs for the kernel: bpf(2), seccomp's filters; counters
-- Encodings: linux/bpf_common.h and the kernel's bpf/instruction-set.rst.

local t = require "test"
local S = require "syscall"
local c, types, mem = S.c, S.t, S.mem

-- ---- instructions ----

local insn = types.bpf_insn("ALU64,MOV,K", 1, 2, 3, 4)
t.is({ insn.code, insn.dst_reg, insn.src_reg, insn.off, insn.imm }, { 0xb7, 1, 2, 3, 4 })
if S.abi.le then t.is(mem.string(insn, 8), "\xb7\x21\3\0\4\0\0\0", "two registers in a byte") end
insn.src_reg = 15
t.is({ insn.dst_reg, insn.src_reg }, { 1, 15 }, "the other bits stay")
t.is(types.bpf_insn("JMP,EXIT").code, 0x95)
t.raises(function() types.bpf_insn("JMP,NOSUCH") end, "invalid flag NOSUCH")
local insns = types.bpf_insns(2, { insn, types.bpf_insn("JMP,EXIT") })
t.is({ insns[0].imm, insns[1].code, mem.sizeof(insns) }, { 4, 0x95, 16 })

local jump = types.sock_filter("JMP,JEQ,K", 0x800, 1, 2)
t.is({ jump.code, jump.k, jump.jt, jump.jf }, { 0x15, 0x800, 1, 2 })
local filters = types.sock_filters(2, { jump, types.sock_filter("RET,K", 7) })
local program = types.sock_fprog1 { { 2, filters } }
filters = nil -- luacheck: ignore
collectgarbage()
t.is({ program[0].len, program[0].filter[1].k }, { 2, 7 }, "a program keeps its instructions")
t.raises(function() return program[0].filter[2] end, "out of range")

local fields = {}
for _, f in ipairs(mem.fields("seccomp_data")) do fields[f.name] = f.offset end
t.is(fields, { nr = 0, arch = 4, instruction_pointer = 8, args = 16 }, "seccomp_data")

-- ---- seccomp: a filter refuses one call ----

local nr = require("syscall.linux.nr").SYS
local filter = types.sock_filters {
  types.sock_filter("LD,W,ABS", fields.nr),
  types.sock_filter("JMP,JEQ,K", nr.getpgid, 0, 1),
  types.sock_filter("RET,K", c.SECCOMP_RET.ERRNO | 123),
  types.sock_filter("RET,K", c.SECCOMP_RET.ALLOW),
}
local pid = assert(S.fork())
if pid == 0 then
  local ok = S.prctl("set_no_new_privs", true) and S.prctl("get_no_new_privs") == 1 and
    S.prctl("set_seccomp", "filter", types.sock_fprog { len = 4, filter = filter })
  local _, refusal = S.getpgid(0)
  S._exit(not ok and 2 or refusal and refusal.errno == 123 and S.getpid() > 0 and 0 or 1)
end
local _, _, status = S.waitpid(pid)
t.is(status.EXITSTATUS, 0, "the filter was taken, and refuses with its errno")
t.raises(function() S.prctl("set_seccomp", "nosuch") end, "invalid flag nosuch")
t.raises(function()
  S.prctl("set_seccomp", "filter", types.sock_fprog { len = 5, filter = filter })
end, "a pointer to 32 bytes, of which 40 are asked")
t.is({ S.prctl("set_seccomp", "filter", types.sock_fprog { len = 0 }) },
  { nil, types.error("inval") }, "an empty one is not")

-- ---- bpf(2) ----

if S.geteuid() ~= 0 then t.skip("needs root") end
local map, err = S.bpf_map_create("hash", 4, 8, 2)
if not map then t.skip("no bpf here: " .. tostring(err)) end
t.is(map:fcntl("getfd"), 1, "close-on-exec")
local key, value = types.int1(1), types.uint64_1(77)
t.is(S.bpf_map_op("MAP_UPDATE_ELEM", map, key, value), 0)
local found = types.uint64_1()
t.is({ S.bpf_map_op("MAP_LOOKUP_ELEM", map, string.pack("=i4", 1), found), found[0] }, { 0, 77 },
  "a key may be a string")
t.is({ S.bpf_map_op("MAP_UPDATE_ELEM", map, key, value, "noexist") }, { nil, types.error("exist") })
t.is({ S.bpf_map_op("MAP_LOOKUP_ELEM", map, types.int1(2), found) }, { nil, types.error("noent") })
local following = types.int1()
t.is({ S.bpf_map_op("MAP_GET_NEXT_KEY", map, types.int1(9), following), following[0] }, { 0, 1 })
t.is(S.bpf_map_op("MAP_DELETE_ELEM", map, key), 0)
t.raises(function() S.bpf_map_op("MAP_LOOKUP_ELEM", map, key, types.buffer(4)) end,
  "value of 4 bytes, the map's have 8")
t.raises(function() S.bpf_map_op("MAP_LOOKUP_ELEM", map, "x", found) end, "key of 1 bytes")
t.raises(function() S.bpf_map_op("MAP_LOOKUP_ELEM", map, key, "12345678") end, "string cannot")
t.is({ S.bpf_map_create("hash", 0, 8, 2) }, { nil, types.error("inval") })

local good = types.bpf_insns { types.bpf_insn("ALU64,MOV,K", 0, 0, 0, 1),
  types.bpf_insn("JMP,EXIT") }
local loaded = assert(S.bpf_prog_load("socket_filter", good, 2))
local _, _, one, other = assert(S.socketpair("unix", "dgram"))
t.ok(one:setsockopt("socket", "attach_bpf", loaded:getfd()), "a socket takes it")
assert(other:send("long"))
t.is(one:read(nil, 10), "l", "and lets one byte of a message through")
local no, refused, log = S.bpf_prog_load("socket_filter", good, 1)
t.is({ no, refused }, { nil, types.error("inval") }, "a program without an end")
t.ok(#log > 0, "and the verifier's word for it")
t.raises(function() S.bpf_prog_load("socket_filter", good, 3) end, "more instructions")

-- ---- counters ----

local attr = types.perf_event_attr { type = "software", config = "sw_dummy", disabled = true,
  exclude_kernel = 1 }
t.is({ attr.type, attr.config, attr.disabled, attr.exclude_kernel, attr.exclude_hv },
  { 1, 9, 1, 1, 0 })
attr.precise_ip = 3
t.is({ attr.precise_ip, attr.watermark, attr.mmap_data }, { 3, 0, 0 }, "two bits beside others")
attr.precise_ip = 0
attr.sample_type = "ip, tid"
t.is({ attr.sample_type, attr.pe_sample_type }, { 3, 3 })
t.raises(function() attr.config = "nosuch" end, "number expected")

local counter = assert(S.perf_event_open { type = "software", config = "sw_cpu_clock",
  exclude_kernel = true, exclude_hv = true })
t.is(counter:fcntl("getfd"), 1, "close-on-exec")
local reader = types.perf_reader(counter)
t.ok(reader:start())
for _ = 1, 1e5 do end -- luacheck: ignore
local ticks = reader:read()
t.ok(ticks > 0, "time was counted")
t.ok(reader:stop())
t.ok(reader:read() >= ticks)
t.ok(reader:reset())
t.is(reader:read(), 0)
t.is(reader:meta(), nil, "no ring yet")
t.is(reader:mmap(2), 2)
t.is({ reader:meta().data_size, reader:next() }, { 2 * S.getpagesize() }, "an empty one")
t.ok(reader:close())
t.is(reader.fd, -1)

-- samples: the kernel says where this process was, in a ring
reader = types.perf_reader(assert(S.perf_event_open { type = "software", config = "sw_cpu_clock",
  sample_type = "tid", sample_period = 100000, exclude_kernel = true, disabled = true }))
assert(reader:mmap(1))
reader:start()
local until_time = S.clock_gettime("process_cputime_id").time + 0.05
while S.clock_gettime("process_cputime_id").time < until_time do
  for _ = 1, 1e4 do end -- luacheck: ignore
end
reader:stop()
local samples, ours = 0, 0
for length, event in reader:events() do
  if event.type == c.PERF_RECORD.SAMPLE then
    samples = samples + 1
    local tgid = string.unpack("=I4", mem.string(event, length), #types.perf_event_header + 1)
    if tgid == S.getpid() then ours = ours + 1 end
  end
end
t.ok(samples > 0, "there are samples")
t.is(ours, samples, "all of this process")
t.ok(reader:close())
t.is({ S.perf_event_open { type = "software", config = 99999 } }, { nil, types.error("noent") })
t.raises(function() S.perf_event_open() end, "perf_event_attr expected")
