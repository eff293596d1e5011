-- init/schema/sandbox.lua - the fields caps, secbits, ns and sandbox
--
-- Layer: PID 1's Lua side, pure. Names become the kernel's numbers, a list of
-- system calls becomes a filter program: the core only installs it. Sources:
-- capabilities(7), namespaces(7), seccomp(2), landlock(7).

local checks = require "init.schema.checks"
local kernel = require "init.kernel_names"

local sandbox = {}

local function names_to_bits(value, known, expected)
  local list = checks.list(value)
  if not list then return nil, expected end
  local bits = 0
  for _, item in ipairs(list) do
    local number = known[item:lower():gsub("^cap_", "")]
    if not number then return nil, nil, ("%s is not known: %s"):format(item, expected) end
    bits = bits | number
  end
  return bits
end

function sandbox.caps(value, _, record)
  local bits, expected, message = names_to_bits(value, kernel.caps(),
    'a list of capabilities as { "net_bind_service" }')
  if not bits then return nil, expected, message end
  record.caps_low, record.caps_high = bits & 0xffffffff, bits >> 32
  return true
end

function sandbox.secbits(value, _, record)
  local bits, expected, message = names_to_bits(value, kernel.secbits(),
    'a list of "noroot", "no_setuid_fixup", "keep_caps", "no_cap_ambient_raise", or with "_locked"')
  if not bits then return nil, expected, message end
  record.secbits = bits
  return true
end

-- ---- namespaces ----

function sandbox.ns(value, _, record)
  if type(value) ~= "table" then return nil, 'a table as { "mount", "pid", tmp = "private" }' end
  local bits = 0
  local parts = {
    root = checks.path, ro = checks.paths, hide = checks.paths, tmp = checks.one_of("private"),
  }
  for name in pairs(kernel.namespaces) do parts[name] = checks.boolean end
  for i in ipairs(value) do
    parts[i] = function(name)
      if not kernel.namespaces[name] then
        return nil, nil, ('ns has "mount", "pid", "net", "ipc", "uts", "user", "time" and '
          .. '"cgroup", not %q'):format(tostring(name))
      end
      return name
    end
  end
  local ok, expected, message = checks.members(value, "ns", parts, function(key, item)
    if math.type(key) == "integer" then key, item = item, true end
    if kernel.namespaces[key] then
      if item then bits = bits | kernel.namespaces[key] end
    elseif key == "tmp" then
      record.tmp = true
    else
      record[key] = item
    end
  end)
  if not ok then return nil, expected, message end
  -- Whoever changes what is mounted does that for himself only.
  if record.root or record.ro or record.hide or record.tmp or
      bits & (kernel.namespaces.pid | kernel.namespaces.net) ~= 0 then
    bits = bits | kernel.namespaces.mount
  end
  record.ns = bits
  return true
end

-- ---- seccomp: classic BPF over struct seccomp_data ----

local LD_W_ABS, JEQ_K, JGE_K, RET_K = 0x20, 0x15, 0x35, 0x06
local ALLOW, KILL, EPERM = 0x7fff0000, 0x80000000, 0x00050001
local NR_AT, ARCH_AT = 0, 4
local X32 = 0x40000000

--- What no service has to do with: other kernels, other file systems, other processes' memory,
--- the clock, and parts of the kernel that were broken into most often.
local BASIC = [[
  acct add_key adjtimex bpf clock_adjtime clock_settime create_module delete_module
  finit_module fsconfig fsmount fsopen fspick get_kernel_syms init_module ioperm iopl kcmp
  kexec_file_load kexec_load keyctl lookup_dcookie mount mount_setattr move_mount nfsservctl
  open_by_handle_at open_tree perf_event_open pivot_root process_vm_readv process_vm_writev
  ptrace query_module quotactl quotactl_fd reboot request_key setdomainname sethostname setns
  settimeofday stime swapoff swapon sysfs syslog umount umount2 unshare uselib userfaultfd
  vhangup vm86 vm86old]]

--- Without these not even the exec works that comes after the filter.
local NEEDED = "execve execveat exit exit_group rt_sigreturn write"

local function instruction(out, code, k, jump_true, jump_false)
  -- struct sock_filter { u16 code; u8 jt, jf; u32 k; } as two numbers in memory order
  out[#out + 1] = string.unpack("=I4", string.pack("=I2BB", code, jump_true or 0, jump_false or 0))
  out[#out + 1] = k
end

--- @param names string words; those that this machine does not have are left out
local function numbers_of(names, strict)
  local list, seen = {}, {}
  for word in names:gmatch("%S+") do
    local number = kernel.syscall(word)
    if not number and strict then return nil, nil, "no system call " .. word end
    if number and number >= 0 and not seen[number] then
      seen[number] = true
      list[#list + 1] = number
    end
  end
  return list
end

local function filter(numbers, listed, others)
  local out = {}
  instruction(out, LD_W_ABS, ARCH_AT)
  instruction(out, JEQ_K, kernel.arch(), 1, 0)
  instruction(out, RET_K, KILL)
  instruction(out, LD_W_ABS, NR_AT)
  if kernel.has_x32() then
    instruction(out, JGE_K, X32, 0, 1)
    instruction(out, RET_K, EPERM)
  end
  for _, number in ipairs(numbers) do
    instruction(out, JEQ_K, number, 0, 1)
    instruction(out, RET_K, listed)
  end
  instruction(out, RET_K, others)
  return out
end

local function seccomp(value)
  if value == "basic" then return filter(numbers_of(BASIC), EPERM, ALLOW) end
  local key = type(value) == "table" and next(value)
  if (key ~= "allow" and key ~= "deny") or next(value, key) ~= nil then
    return nil, '"basic", { allow = { ... } } or { deny = { ... } }'
  end
  local words = checks.list(value[key])
  if not words then return nil, "a list of system calls in " .. key end
  local text = table.concat(words, " ")
  local numbers, _, message = numbers_of(text, true)
  if not numbers then return nil, nil, message end
  if key == "deny" then return filter(numbers, EPERM, ALLOW) end
  return filter(numbers_of(text .. " " .. NEEDED), ALLOW, EPERM)
end

local ports = checks.list_of(checks.integer(0, 65535), "a list of TCP ports")

local function landlock(value, field)
  if type(value) ~= "table" then return nil, "a table as { ro = {}, rw = {}, net = {} }" end
  local result = {}
  local ok, expected, message = checks.members(value, field, {
    ro = checks.paths, rw = checks.paths, net = ports,
  }, function(key, item) result[key] = item end)
  if not ok then return nil, expected, message end
  return result
end

function sandbox.check(value, _, record)
  if type(value) ~= "table" then return nil, 'a table as { seccomp = "basic" }' end
  record.sandbox = true
  return checks.members(value, "sandbox", {
    seccomp = seccomp, landlock = landlock, required = checks.boolean,
  }, function(key, item)
    if key == "required" then
      record.sandbox = item
    elseif key == "seccomp" then
      record.seccomp = item
    else
      record.landlock_ro, record.landlock_rw = item.ro or {}, item.rw or {}
      record.landlock_net = item.net
    end
  end)
end

return sandbox
