-- tests/lua/syscall_ptrace.lua - a child that is traced: its calls, its memory, its events

local t = require "test"
local S = require "syscall"

local SYSTEM_CALL = 0x80 | S.c.SIG.TRAP -- with "tracesysgood"

local page = assert(S.mmap(nil, S.getpagesize(), "read, write", "private, anonymous"))
S.mem.copy(page, ("original"):rep(2))

local pid = assert(S.fork())
if pid == 0 then
  S.prctl("set_pdeathsig", "kill")
  S.kill(S.getpid(), "stop")
  S.getppid()
  S._exit(page[0] == 0x58 and 5 or 6) -- X
end

local function wait()
  local got, _, status = S.waitpid(pid, "all, untraced")
  assert(got, "the child is there")
  return status
end

t.is(wait().STOPSIG, S.c.SIG.STOP)
t.is(S.ptrace("seize", pid, nil, "tracesysgood, traceexit"), true)
t.is(S.ptrace("interrupt", pid), true)
local status = wait()
t.ok(status.STOPSIG, "it stops for its tracer")

-- memory
local address = tonumber(tostring(page):match("0x(%x+)"), 16)
local word = string.pack("T", S.ptrace("peekdata", pid, address))
t.is(word, ("original"):sub(1, #word), "a word of its memory")
t.is(S.ptrace("pokedata", pid, address, (string.unpack("T", "X" .. word:sub(2)))), true)
t.is(page[0], ("o"):byte(), "ours is our own")

-- registers: the set has as many bytes as the kernel says
local registers = assert(S.ptrace("getregset", pid, 1))
t.ok(#registers >= 64, #registers .. " bytes of registers")
t.is(S.ptrace("setregset", pid, 1, registers), true)

-- calls, until it ends
S.kill(pid, "cont")
local seen, event = {}, nil
local number = S.c.SYS
for _ = 1, 200 do
  assert(S.ptrace("syscall", pid))
  status = wait()
  if status.EXITSTATUS then break end
  if status.STOPSIG == SYSTEM_CALL then
    local info = S.ptrace("get_syscall_info", pid)
    if not info then
      seen = nil -- before Linux 5.3
    elseif seen and info.op == S.c.PTRACE_SYSCALL_INFO.ENTRY then
      seen[#seen + 1] = info.nr
      if info.nr == number.exit_group then t.is(info.args[0], 5, "its argument") end
    end
  elseif (status.status or 0) >> 16 == S.c.PTRACE_EVENT.EXIT then
    event = S.ptrace("geteventmsg", pid)
  end
end
t.is(status.EXITSTATUS, 5, "it saw what was written")
if event then t.is(event >> 8, 5, "and the event told of it") end
if seen then
  local has = {}
  for _, nr in ipairs(seen) do has[nr] = true end
  t.ok(has[number.getppid] and has[number.exit_group], "the calls that it made")
else
  t.skip_one("the calls that it made", "this kernel does not tell")
end

local none, err = S.ptrace("cont", pid)
t.ok(not none and err.SRCH, "it is gone")
t.raises(function() S.ptrace("nosuch") end, "invalid flag nosuch")
t.raises(function() S.ptrace(12345) end, "unknown request")
