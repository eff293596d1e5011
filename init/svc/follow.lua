-- init/svc/follow.lua - svc log and events: what was, and what is to come
--
-- Layer: PID 1's Lua side, a room of svc. A follower keeps its connection to
-- PID 1: when that is lost it tries to come back, and ends when it cannot.

local S = require "syscall"
local client = require "init.client"
local journal = require "init.journal"
local out = require "init.svc.out"

local follow = {}

local POLL_MS = 200
local PATIENCE = 5 -- seconds to find PID 1 again

--- Connect; later, when the connection was lost, with patience.
local function connect(patience)
  local deadline = S.clock_gettime("monotonic").time + patience
  while true do
    local c, err = client.connect()
    if c or S.clock_gettime("monotonic").time >= deadline then return c, err end
    S.nanosleep(0.1)
  end
end

--- Names to a set; nil: all.
local function wanted(names)
  if not names[1] then return nil end
  local set = {}
  for _, name in ipairs(names) do set[name] = true end
  return set
end

local OWN = { luabox = true, loader = true } -- what PID 1 and its loader say

--- Is there a name that nobody has? The exit code then; the journal may know one of the past.
local function unknown(names, known)
  for _, name in ipairs(names) do
    if not OWN[name] and not (known and known[name]) then
      local _, text, code = client.ask("status", name)
      if code == client.NO_SERVICE then return out.finish(text, code, name) end
    end
  end
end

-- ---- events ----

local function print_event(record, opts)
  if opts.json then return out.json(record) end
  local pid = record.pid and " pid " .. record.pid or ""
  local reason = record.reason and (" (%s)"):format(record.reason) or ""
  out.line(("%9.3f  %s %s%s%s"):format(record.at_ms / 1000, record.name, record.state, pid, reason))
end

--- Events of the services; --since N from event number N on.
function follow.events(opts, names)
  local set = wanted(names)
  local nobody = unknown(names)
  if nobody then return nobody end
  local next_event = opts.lines and 0 -- what is still known of the past
  local patience = 0
  while true do
    local c, err = connect(patience)
    if not c then return out.finish(err, client.NO_CONTACT) end
    local ok = c:send { "events", next_event and "since=" .. next_event or nil }
    while ok do
      local record = c:receive()
      if not record then break end
      if record["end"] then
        c:close()
        return out.finish(record.text, math.tointeger(tonumber(record["end"])))
      end
      out.typed(record)
      next_event = record.event + 1
      if not set or set[record.name] then print_event(record, opts) end
      io.stdout:flush()
    end
    c:close()
    patience = PATIENCE
  end
end

-- ---- log ----

local function print_line(line, set, opts)
  if opts.json then return out.json(line) end
  out.line(os.date("%b %d %H:%M:%S ", math.floor(line.real)) ..
    (set and "" or line.name .. ": ") .. line.text)
end

--- Open the journal over a new connection, which stays.
local function open_journal(patience, following)
  local c, err = connect(patience)
  if not c then return nil, err, client.NO_CONTACT end
  local records, text, code = c:request("log", following and "follow=1" or nil)
  local path = records and records[1] and records[1].journal
  if not path then
    c:close()
    return nil, text, code
  end
  local fd
  fd, err = S.open(path, "rdonly, cloexec")
  if not fd then return nil, path .. ": " .. tostring(err), client.FAILED end
  return { fd = fd, c = c, position = 0 }
end

--- The lines that are new and wanted.
local function new_lines(log, set)
  local lines, position = journal.read(log.fd, log.position)
  if not lines then return nil, position end
  log.position = position
  local chosen = {}
  for _, line in ipairs(lines) do
    if not set or set[line.name] then chosen[#chosen + 1] = line end
  end
  return chosen
end

--- Is PID 1 still at the other end?
local function alive(log)
  local ready = S.poll(S.t.pollfds { { fd = log.c.fd, events = "in" } }, POLL_MS)
  return ready == 0
end

function follow.log(opts, names)
  local following = opts.follow or opts.force
  local set = wanted(names)
  local log, err, code = open_journal(0, following)
  if not log then return out.finish(err, code) end
  local known = {}
  for _, line in ipairs(set and new_lines(log, nil) or {}) do known[line.name] = true end
  log.position = 0
  local nobody = unknown(names, known)
  if nobody then return nobody end
  local show_name = not set or names[2]
  local count = opts.lines
  while true do
    local lines
    lines, err = new_lines(log, set)
    if not lines then return out.finish(err, client.FAILED) end
    for i = count and math.max(1, #lines - count + 1) or 1, #lines do
      print_line(lines[i], not show_name, opts)
    end
    if not following then return client.OK end
    count = nil
    io.stdout:flush()
    if not alive(log) then
      for _, line in ipairs(new_lines(log, set) or {}) do print_line(line, not show_name, opts) end
      io.stdout:flush()
      local position = log.position
      log.c:close()
      log.fd:close()
      log, err, code = open_journal(PATIENCE, true)
      if not log then return out.finish(err, code) end
      -- the same journal, or that of another PID 1, which begins at 0
      local now = journal.head(log.fd)
      log.position = now and now >= position and position or 0
    end
  end
end

return follow
