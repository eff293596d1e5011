-- init/watch.lua - tell PID 1 which conditions of its plan hold
--
-- Layer: PID 1's Lua side; a child that the core runs while its plan has
-- conditions of this kind. Writes "INDEX 0" or "INDEX 1" on standard output,
-- first for every condition, then for each that changes. Folders are watched
-- (inotify), mounts, links and routes listened for. Only what the kernel has no
-- news of is looked at again and again: see "silent".
-- usage: init-watch FD

local S = require "syscall"
local loop = require "loop"
local mounts = require "fs.mounts"
local nl = require "nl"
local hook = require "init.hook"
local plan = require "init.plan"

local watch = {}

local IN = "create, delete, move, attrib, delete_self, move_self, onlydir"
local LINKS = 40 -- as many as the kernel follows
local REST = 0.01 -- seconds between two looks, if a folder is never quiet
local POLL = 1 -- seconds between two where nothing tells

-- Kinds of file systems where files come and go by themselves or by another machine's doing:
-- inotify is not told.
local SILENT = { proc = true, sysfs = true, cgroup2 = true, nfs = true, nfs4 = true,
  cifs = true, smb3 = true, ["9p"] = true, ceph = true, virtiofs = true }

-- ---- each kind: does it hold? ----

local function exists(path) return S.stat(path) ~= nil end

local function link_is(text)
  local name, state = text:match("^(.*)=(.*)$")
  local links = nl.interfaces() or {}
  local link = links[name]
  if not link then return false end
  return state == "there" or link.flags.running == true
end

--- A default route in use, of either family: the kernel's own tables as text.
local function default_route()
  for _, file in ipairs {
    { "/proc/net/route", "^%S+%s+00000000%s+%x+%s+(%x+)%s+%S+%s+%S+%s+%S+%s+00000000" },
    { "/proc/net/ipv6_route", "^0+ 00 %x+ %x+ %x+ %x+ %x+ %x+ (%x+)%s+(%S+)" },
  } do
    local f = io.open(file[1])
    for line in f and f:lines() or function() end do
      local flags, device = line:match(file[2])
      -- bit 0 is "up", bit 9 "reject"
      if flags and device ~= "lo" and tonumber(flags, 16) & 0x201 == 1 then
        f:close()
        return true
      end
    end
    if f then f:close() end
  end
  return false
end

local HOLDS = {
  dev = function(text) return exists("/dev/" .. text) end,
  path = exists,
  link = link_is,
  route = default_route,
}

-- ---- what to listen to ----

--- Watch every folder on the way to a path, through links, too. Each is watched before the next
--- is looked for: one that comes in between is an event then, and not lost.
---@param path string absolute
---@param place fun(folder: string): boolean? is it there?
function watch.way(path, place)
  local at, links = "/", 0
  local parts = {} -- the next one last
  local function add(text)
    local from = #parts + 1
    for part in text:gmatch("[^/]+") do table.insert(parts, from, part) end
  end
  add(path)
  local there = place(at)
  while there and parts[1] do
    local here = (at == "/" and "" or at) .. "/" .. table.remove(parts)
    local target = links < LINKS and S.readlink(here)
    if target then
      links = links + 1
      if target:find("^/") then at = "/" end
      add(target)
    elseif parts[1] then
      at, there = here, place(here)
    end
  end
end

local state -- { conditions, known, files, inotify, blind, silent }

local function evaluate()
  local out = {}
  for _, condition in ipairs(state.conditions) do
    local value = HOLDS[condition.kind](condition.text) and 1 or 0
    if state.known[condition.index] ~= value then
      state.known[condition.index] = value
      out[#out + 1] = ("%d %d\n"):format(condition.index, value)
    end
  end
  if out[1] then io.write(table.concat(out)) end
  io.flush()
end

local function watch_folders()
  local found = {}
  local function place(folder)
    if found[folder] then return true end
    -- again for one that is watched already: it may be another folder by now
    local ok, err = S.inotify_add_watch(state.inotify, folder, IN)
    found[folder] = ok
    -- the user's watches are used up, say
    if not ok and not (err.NOENT or err.NOTDIR or err.ACCES or err.LOOP) then state.blind = true end
    return ok
  end
  state.blind = not state.inotify
  for _, path in ipairs(state.inotify and state.files or {}) do watch.way(path, place) end
end

--- Is one of the files where nobody would tell us of it?
local function find_silent()
  local list = mounts.list() or {}
  state.silent = false
  for _, path in ipairs(state.files) do
    local on = mounts.of(list, path)
    if on and (SILENT[on.fstype] or on.fstype:find("^fuse")) then state.silent = true end
  end
end

local function look()
  if state.files[1] then watch_folders() end -- first: what comes in between is an event again
  evaluate()
end

local function follow_files()
  local buffer = S.t.buffer(65536)
  while true do
    local deadline = (state.blind or state.silent) and loop.now() + POLL
    if state.inotify then
      loop.readable(state.inotify, deadline or nil)
      repeat
        local got = state.inotify:read(buffer, 65536)
      until not got or got == 0
    else
      loop.sleep(POLL)
    end
    look()
    loop.sleep(REST)
  end
end

--- A mount puts another folder in a folder's place, unseen by those who watch it. The kernel
--- tells by an error condition, proc(5).
local function follow_mounts(table_of_mounts)
  while loop.writable(table_of_mounts) do
    find_silent()
    look()
  end
end

local function follow_network(monitor)
  while true do
    if not monitor then
      loop.sleep(POLL)
    elseif not loop.readable(monitor) then
      return
    else
      monitor:read(0)
    end
    evaluate()
  end
end

---@param argv string[]
---@return integer status
function watch.main(argv)
  local fd = math.tointeger(tonumber(argv[1]))
  local all = plan.conditions(hook.read_plan(fd))
  S.close(fd)
  state = { conditions = {}, known = {}, files = {} }
  local network = false
  for _, condition in ipairs(all) do
    local kind = condition.kind
    if HOLDS[kind] then table.insert(state.conditions, condition) end
    if kind == "path" then table.insert(state.files, condition.text) end
    if kind == "dev" then table.insert(state.files, "/dev/" .. condition.text) end
    network = network or kind == "link" or kind == "route"
  end
  S.prctl("set_pdeathsig", "term")
  local monitor, err
  if network then
    monitor, err = nl.monitor { "link", "route" }
    if not monitor then io.write("no news of the network, it is polled: ", tostring(err), "\n") end
  end
  if state.files[1] then
    state.inotify, err = S.inotify_init("nonblock")
    if not state.inotify then
      io.write("no news of files, they are polled: ", tostring(err), "\n")
    end
  end
  loop.run(function()
    local following = network and loop.spawn(follow_network, monitor)
    local table_of_mounts = state.files[1] and S.open("/proc/self/mountinfo")
    if table_of_mounts then
      find_silent()
      loop.spawn(follow_mounts, table_of_mounts)
    end
    look()
    if state.files[1] then
      follow_files()
    else
      following:join()
    end
  end)
  return 1
end

return watch
