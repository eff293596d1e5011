-- process/fields.lua - the plain members of process: how each is read and set
--
-- Layer: library. get gives the value, or nil and an error; set gives true, or nil and an error.

local S = require "syscall"
local passwd = require "passwd"

local fields = {}

local function read(path)
  local fd, err = S.open(path)
  if not fd then return nil, err end
  local file <close> = fd
  return file:read(nil, 65536)
end

local function write(path, text)
  local fd, err = S.open(path, "wronly")
  if not fd then return nil, err end
  local file <close> = fd
  local written
  written, err = file:write(text)
  return written and true, err
end

local function integer(value)
  return math.tointeger(tonumber(value)) or nil, "an integer was expected"
end

-- ---- what it is ----

fields.pid = { get = S.getpid }
fields.ppid = { get = S.getppid }
fields.tid = { get = S.gettid }
fields.exe = { get = function() return S.readlink("/proc/self/exe") end }
fields.root = { get = function() return S.readlink("/proc/self/root") end }

fields.argv = {
  get = function()
    local text, err = read("/proc/self/cmdline")
    if not text then return nil, err end
    local argv = {}
    for word in text:gmatch("([^\0]*)\0") do argv[#argv + 1] = word end
    return argv
  end,
}

fields.usage = {
  get = function()
    local usage, err = S.getrusage("self")
    if not usage then return nil, err end
    return { user = usage.utime.time, system = usage.stime.time, memory = usage.maxrss * 1024 }
  end,
}

-- ---- where and how it runs ----

fields.cwd = { get = S.getcwd, set = S.chdir }

fields.umask = {
  get = function() -- umask(2) alone would have to change it
    local text, err = read("/proc/self/status")
    if not text then return nil, err end
    return tonumber(text:match("\nUmask:%s*(%d+)") or "", 8)
  end,
  set = function(mode)
    if type(mode) == "string" and not mode:find("^[0-7]+$") then
      return nil, "octal digits were expected"
    end
    S.umask(type(mode) == "string" and tonumber(mode, 8) or mode)
    return true
  end,
}

fields.name = {
  get = function() return S.prctl("get_name") end,
  set = function(name)
    if #name > 15 then return nil, "longer than 15 bytes" end
    return S.prctl("set_name", name)
  end,
}

fields.nice = {
  get = function() return S.getpriority("process", 0) end,
  set = function(nice) return S.setpriority("process", 0, nice) end,
}

fields.oom = {
  get = function()
    local text, err = read("/proc/self/oom_score_adj")
    return text and math.tointeger(tonumber(text)), err
  end,
  set = function(score) return write("/proc/self/oom_score_adj", tostring(score)) end,
}

fields.affinity = {
  get = function()
    local set, err = S.sched_getaffinity(0)
    if not set then return nil, err end
    local cpus = {}
    for cpu = 0, S.mem.sizeof(set) * 8 - 1 do
      if set:get(cpu) then cpus[#cpus + 1] = cpu end
    end
    return cpus
  end,
  set = function(cpus) return S.sched_setaffinity(0, S.t.cpu_set(cpus)) end,
}

local function boolean(get, set)
  return {
    get = function()
      local number, err = S.prctl(get)
      if not number then return nil, err end
      return number ~= 0 and number ~= false
    end,
    set = function(on) return S.prctl(set, on and 1 or 0) end,
  }
end

fields.subreaper = boolean("get_child_subreaper", "set_child_subreaper")
fields.dumpable = boolean("get_dumpable", "set_dumpable")
fields.no_new_privs = boolean("get_no_new_privs", "set_no_new_privs")

fields.death_signal = {
  get = function()
    local number, err = S.prctl("get_pdeathsig")
    if not number or number == 0 then return nil, err end
    for name, value in pairs(S.c.SIG) do
      if value == number then return name:lower() end
    end
    return tostring(number)
  end,
  set = function(name) return S.prctl("set_pdeathsig", name or 0) end,
}

-- ---- whose it is ----

local function id(lookup, value)
  if type(value) == "number" then return integer(value) end
  return lookup(tostring(value))
end

local function identity(get, lookup, set)
  return {
    get = get,
    set = function(value)
      local number, err = id(lookup, value)
      if not number then return nil, err end
      return set(number)
    end,
  }
end

fields.uid = identity(S.getuid, passwd.uid, function(n) return S.setresuid(n, n, n) end)
fields.gid = identity(S.getgid, passwd.gid, function(n) return S.setresgid(n, n, n) end)
fields.euid = identity(S.geteuid, passwd.uid, S.seteuid)
fields.egid = identity(S.getegid, passwd.gid, S.setegid)

fields.groups = {
  get = function()
    local got, err = S.getgroups()
    if not got then return nil, err end
    return table.move(got, 1, #got, 1, {})
  end,
  set = function(list)
    local numbers = {}
    for i, group in ipairs(list) do
      local number, err = id(passwd.gid, group)
      if not number then return nil, err end
      numbers[i] = number
    end
    return S.setgroups(numbers)
  end,
}

fields.user = {
  get = function()
    local user = passwd.user(S.getuid())
    return user and user.name or tostring(S.getuid())
  end,
  --- Groups and gid first: afterwards there is no right to.
  set = function(name)
    local uid, err = id(passwd.uid, name)
    if not uid then return nil, err end
    local user = passwd.user(uid)
    if not user then return nil, "not in " .. passwd.users_file end
    local ok
    ok, err = S.setgroups(passwd.groups_of(user))
    if ok then ok, err = S.setresgid(user.gid, user.gid, user.gid) end
    if ok then ok, err = S.setresuid(uid, uid, uid) end
    return ok, err
  end,
}

fields.session = {
  get = function() return S.getsid(0) end,
  set = function(value)
    if value ~= 0 then return nil, "0 begins a session: there is no other to go to" end
    local ok, err = S.setsid()
    return ok and true, err
  end,
}

fields.group = {
  get = S.getpgrp,
  set = function(group) return S.setpgid(0, group) end,
}

return fields
