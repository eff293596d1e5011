-- outside.lua - the state of the machine, to compare: what a caged process could have changed
--
-- Layer: tests. What one look finds is a table of texts, by what they describe. Left out is what
-- moves by itself: counters, times of terminals, and what the kernel tunes (its own sample rate).

local S = require "syscall"
local t = require "test"

local outside = {}

local MEMORY_DEVICES = 1 -- major: null, zero, random: nobody sets their times
local OWN_MOVEMENT = { "kernel/ns_last_pid", "kernel/perf_event_max_sample_rate",
  "kernel/tainted", "kernel/random/", "fs/binfmt_misc/" }
local STATUS = { "Name", "Umask", "Uid", "Gid", "Groups", "NoNewPrivs", "Seccomp", "SigIgn",
  "SigBlk", "SigPnd", "ShdPnd", "CapEff", "CapBnd", "Cpus_allowed", "Mems_allowed", "TracerPid" }

local function names(folder)
  local list = {}
  local dir = S.open(folder, "rdonly, directory")
  if not dir then return list end
  for name in require("syscall.dir").entries(dir) do
    if name ~= "." and name ~= ".." then list[#list + 1] = name end
  end
  return list
end

local function content(path)
  local file <close> = S.open(path, "rdonly, nonblock")
  local text = file and file:read(nil, 65536)
  return text or ""
end

--- Everything on the same file system.
local function devices(found, folder, device)
  for _, name in ipairs(names(folder)) do
    local path = folder .. "/" .. name
    local st = S.lstat(path)
    if st and st.dev.dev == device then
      found[path] = ("mode %o uid %d gid %d device %s links %d"):format(st.mode, st.uid, st.gid,
        tostring(st.rdev), st.nlink)
      if st.ischr and st.rdev.major == MEMORY_DEVICES then
        found[path] = ("%s set at %d.%09d"):format(found[path], st.mtime, st.mtime_nsec)
      end
      if st.isdir then devices(found, path, device) end
    end
  end
end

local function moves(name)
  for _, prefix in ipairs(OWN_MOVEMENT) do
    if name:sub(1, #prefix) == prefix then return true end
  end
end

--- Settings: what can be written. The rest are counters.
local function sysctls(found, folder)
  for _, name in ipairs(names("/proc/sys/" .. folder)) do
    local path = folder .. name
    local st = S.lstat("/proc/sys/" .. path)
    if st and st.isdir then
      sysctls(found, path .. "/")
    elseif st and st.mode & 0x180 == 0x180 and not moves(path) then -- 0600
      found["sysctl " .. path] = content("/proc/sys/" .. path)
    end
  end
end

local function links(found)
  for _, link in ipairs(require("nl").interfaces()) do
    found["link " .. link.name] = ("index %d mtu %d mac %s %s"):format(link.index, link.mtu,
      tostring(link.macaddr), tostring(link.flags))
  end
end

local function mounts(found)
  for line in t.read("/proc/self/mountinfo"):gmatch("[^\n]+") do found["mount " .. line] = "" end
end

--- The clocks run; how far they are apart stays, to a second: one may be slewed meanwhile.
local apart
local function clocks(found)
  local function now(clock) return S.clock_gettime(clock).time end
  local offset = now("realtime") - now("boottime")
  apart = apart or offset
  found["clock"] = math.abs(offset - apart) < 1 and "as it was" or ("%.3f"):format(offset - apart)
end

local function process(found, pid)
  local folder, what = "/proc/" .. pid .. "/", "process " .. pid .. " "
  local status = content(folder .. "status")
  for _, key in ipairs(STATUS) do
    found[what .. key] = status:match("\n?" .. key .. ":%s*([^\n]*)") or ""
  end
  for _, file in ipairs { "limits", "oom_score_adj", "timerslack_ns", "uid_map", "cgroup" } do
    found[what .. file] = content(folder .. file)
  end
  -- after the command: state, ppid, pgrp, session, tty; priority and nice; scheduling
  local stat = {}
  for word in content(folder .. "stat"):match("%)%s(.*)"):gmatch("%S+") do
    stat[#stat + 1] = word
  end
  found[what .. "stat"] = table.concat({ stat[2], stat[3], stat[4], stat[16], stat[17],
    stat[38], stat[39] }, " ")
  for _, dir in ipairs { "ns", "fd" } do
    for _, name in ipairs(names(folder .. dir)) do
      found[what .. dir .. "/" .. name] = S.readlink(folder .. dir .. "/" .. name) or ""
    end
  end
  for _, name in ipairs { "cwd", "root", "exe" } do
    found[what .. name] = S.readlink(folder .. name) or ""
  end
end

--- Processes of a user, who is to have none.
local function processes_of(found, user)
  for _, pid in ipairs(names("/proc")) do
    local uid = pid:find("^%d+$") and content("/proc/" .. pid .. "/status"):match("\nUid:\t(%d+)")
    if tonumber(uid) == user then found["process of the user in the cage " .. pid] = "" end
  end
end

--- Everything, as of now.
---@param canary integer pid of a process outside that does nothing
---@param user integer who must own nothing
---@return table<string, string>
function outside.look(canary, user)
  local found = {}
  devices(found, "/dev", S.stat("/dev").dev.dev)
  sysctls(found, "")
  links(found)
  mounts(found)
  clocks(found)
  process(found, canary)
  processes_of(found, user)
  local uname = S.uname()
  found.hostname, found.domain = uname.nodename, uname.domainname
  return found
end

--- What differs, a line each; and how many things were compared.
---@return string[] differences
---@return integer count
function outside.differences(before, after)
  local list, count = {}, 0
  for what, text in pairs(before) do
    count = count + 1
    if after[what] ~= text then
      list[#list + 1] = ("%s was %q, is %q"):format(what, text, tostring(after[what]))
    end
  end
  for what, text in pairs(after) do
    if before[what] == nil then list[#list + 1] = ("%s is new: %q"):format(what, text) end
  end
  table.sort(list)
  return list, count
end

return outside
