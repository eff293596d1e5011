-- init/watch.lua - tell PID 1 which conditions of its plan hold
--
-- Layer: PID 1's Lua side; a child that the core runs while its plan has
-- conditions of this kind. Writes "INDEX 0" or "INDEX 1" on standard output,
-- first for every condition, then for each that changes. Nothing is polled:
-- folders are watched (inotify), links and routes listened for (rtnetlink).
-- usage: init-watch FD

local S = require "syscall"
local loop = require "loop"
local nl = require "nl"
local hook = require "init.hook"
local plan = require "init.plan"

local watch = {}

local IN = "create, delete, move, attrib, delete_self, move_self, onlydir"

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

--- The folders on the way to a path that are there: each may get the next one.
local function folders(path, found)
  local at = "/"
  found[at] = true
  for part in path:match("^(.*)/[^/]*$"):gmatch("[^/]+") do
    at = at .. (at == "/" and "" or "/") .. part
    if not exists(at) then return end
    found[at] = true
  end
end

local state -- { conditions, known, inotify, watched }

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
  for _, condition in ipairs(state.conditions) do
    if condition.kind == "path" then folders(condition.text, found) end
    if condition.kind == "dev" then folders("/dev/" .. condition.text, found) end
  end
  for path in pairs(found) do
    -- again for one that is watched already: it may be another folder by now
    S.inotify_add_watch(state.inotify, path, IN)
  end
  return next(found) ~= nil
end

local function follow_files()
  local buffer = S.t.buffer(65536)
  while true do
    if not loop.readable(state.inotify) then return end
    repeat
      local got = state.inotify:read(buffer, 65536)
    until not got or got == 0
    watch_folders() -- before looking: what comes in between is an event again
    evaluate()
  end
end

local function follow_network(monitor)
  while true do
    if not loop.readable(monitor) then return end
    monitor:read(0)
    evaluate()
  end
end

---@param argv string[]
---@return integer status
function watch.main(argv)
  local fd = math.tointeger(tonumber(argv[1]))
  local all = plan.conditions(hook.read_plan(fd))
  S.close(fd)
  state = { conditions = {}, known = {} }
  local network = {}
  for _, condition in ipairs(all) do
    if HOLDS[condition.kind] then table.insert(state.conditions, condition) end
    network[condition.kind] = true
  end
  S.prctl("set_pdeathsig", "term")
  state.inotify = assert(S.inotify_init("nonblock"))
  local monitor
  if network.link or network.route then
    local err
    monitor, err = nl.monitor { "link", "route" }
    if not monitor then io.write("no news of the network: ", tostring(err), "\n") end
  end
  loop.run(function()
    local files = watch_folders()
    if monitor and files then loop.spawn(follow_network, monitor) end
    evaluate()
    if files then
      follow_files()
    else
      follow_network(monitor)
    end
  end)
  return 1
end

return watch
