-- arena.lua - the state that outlives PID 1's image: an older layout is taken over, damage is
-- not believed
--
-- The arena of a living PID 1 is copied, changed, and given to `init --trial`, which is what a
-- new binary is asked before it takes over.

local t = require "test"
local S = require "syscall"
local supervisor = require "supervisor"

local ARENA_FD = 250
local HEAD = "=I4I4I4I4I4I4" -- magic, crc, version, service_max, size, tables
local TABLES_MAX = 32
local layout = require "init.plan_layout"

local function memfd(bytes)
  local fd = assert(S.memfd_create("copy", "cloexec, allow_sealing"))
  assert(S.ftruncate(fd, #bytes))
  local at = 0
  while at < #bytes do at = at + assert(S.pwrite(fd, bytes:sub(at + 1, at + 65536), nil, at)) end
  return fd
end

local function parse(bytes)
  local h = {}
  h.magic, h.crc, h.version, h.max, h.size, h.count = string.unpack(HEAD, bytes)
  h.tables = {}
  for n = 1, TABLES_MAX do
    local at, row, rows = string.unpack("=I4I4I4", bytes, 25 + (n - 1) * 12)
    h.tables[n] = { at = at, row = row, rows = rows }
  end
  return h
end

local function head(h)
  local parts = {}
  for n = 1, TABLES_MAX do
    local p = h.tables[n]
    parts[n] = string.pack("=I4I4I4", p.at, p.row, p.rows)
  end
  local rest = string.pack("=I4I4I4I4", h.version, h.max, h.size, h.count) .. table.concat(parts)
  return string.pack("=I4I4", h.magic, layout.crc(rest)) .. rest
end

--- An image from a head and what is in each table.
local function image(h, rows)
  local parts, at = {}, 2 * #head(h)
  for n = 1, h.count do
    h.tables[n].at = at
    parts[n] = rows[n]
    at = at + #rows[n]
  end
  for n = h.count + 1, TABLES_MAX do h.tables[n] = { at = 0, row = 0, rows = 0 } end
  h.size = at
  return head(h) .. head(h) .. table.concat(parts)
end

local function rows_of(h, bytes)
  local rows = {}
  for n = 1, h.count do
    local p = h.tables[n]
    rows[n] = bytes:sub(p.at + 1, p.at + p.row * p.rows)
  end
  return rows
end

local arena, plan_number, plan_image
supervisor.with({ ["a.lua"] = [[return service { name = "a", run = { "sleep", "1000" } }]] },
  function(sup)
    t.ok(sup:reach("a", "up"), "a living PID 1")
    arena = t.read(("/proc/1/fd/%d"):format(ARENA_FD))
    for number = 3, 100 do
      local name = S.readlink(("/proc/1/fd/%d"):format(number))
      if name and name:find("luabox-plan", 1, true) then
        plan_number = number
        plan_image = t.read(("/proc/1/fd/%d"):format(number))
      end
    end
    t.write(t.tmp() .. "/arena", arena) -- this is a process of its own
    t.write(t.tmp() .. "/plan", plan_number .. "\n" .. plan_image)
  end)
arena = t.read(t.tmp() .. "/arena")
plan_number, plan_image = t.read(t.tmp() .. "/plan"):match("^(%d+)\n(.*)$")
plan_number = math.tointeger(tonumber(plan_number))

local plan_fd = memfd(plan_image)

--- What a new image says to these bytes: "" is yes.
local function trial(bytes)
  local fd = memfd(bytes)
  local got = t.execute({ "init", "--trial" },
    { spawn = { fds = { [ARENA_FD] = fd, [plan_number] = plan_fd } } })
  fd:close()
  if got.signal then return "died of signal " .. got.signal end
  return got.out .. (got.status > 1 and " status " .. got.status or ""), got.status
end

t.is(trial(arena), "", "the same layout")
local h = parse(arena)
t.is(head(h), arena:sub(1, #head(h)), "the head is what this test thinks")

-- an older one: the last fields of each row and the last tables were not known yet
local rows = rows_of(h, arena)
local old = parse(arena)
for n = 1, old.count do
  local p = old.tables[n]
  if p.row >= 64 then
    local shorter = p.row - 8
    local parts = {}
    for r = 0, p.rows - 1 do parts[r + 1] = rows[n]:sub(r * p.row + 1, r * p.row + shorter) end
    rows[n], p.row = table.concat(parts), shorter
  end
end
old.count = old.count - 2
t.is(trial(image(old, rows)), "", "shorter rows and fewer tables are taken over")

local newer = parse(arena)
newer.tables[2].row = newer.tables[2].row + 8
local longer = rows_of(h, arena)
longer[2] = longer[2] .. ("\0"):rep(8 * newer.tables[2].rows)
t.is(trial(image(newer, longer)), "the arena is that of a later version", "longer ones are not")
local other = parse(arena)
other.version = other.version + 1
t.is(trial(head(other) .. head(other) .. arena:sub(2 * #head(h) + 1)),
  "the arena has another version", "another version")
t.is(trial(("x"):rep(#head(h)) .. arena:sub(#head(h) + 1)), "", "the second head stands in")
t.is(trial(("x"):rep(2 * #head(h)) .. arena:sub(2 * #head(h) + 1)), "the arena is damaged",
  "without both there is nothing")
t.is(trial(arena:sub(1, 4096)), "the arena is damaged", "a torn one")
t.is(trial(""), "no arena", "none")

-- any damage to a head, with a right checksum
math.randomseed(7)
local verdicts = {}
for _ = 1, 150 do
  local broken = parse(arena)
  local p = broken.tables[math.random(broken.count)]
  local field = ({ "at", "row", "rows" })[math.random(3)]
  p[field] = ({ 0, 1, 0xffffffff, 0x7fffffff, broken.size, p[field] + 1, p[field] - 1 })
    [math.random(7)] & 0xffffffff
  if math.random(4) == 1 then broken.max = math.random(0, 5000) end
  if math.random(4) == 1 then broken.count = math.random(0, 40) end
  local said = trial(head(broken) .. head(broken) .. arena:sub(2 * #head(h) + 1))
  verdicts[said] = (verdicts[said] or 0) + 1
end
for said, count in pairs(verdicts) do
  t.ok(not said:find("signal", 1, true) and not said:find("status", 1, true),
    ("%d damaged heads: %q"):format(count, said))
end
