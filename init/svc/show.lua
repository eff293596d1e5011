-- init/svc/show.lua - svc list, status, why: what is, and why it is so
--
-- Layer: PID 1's Lua side, a room of svc.

local cli = require "cli"
local client = require "init.client"
local json = require "json"
local out = require "init.svc.out"

local show = {}

--- Reasons of which nothing is left once it is down.
local PAST = { timer = true, condition = true, ["first connection"] = true }

--- What is worth a note behind the state.
local function note(record)
  if record.waits_for then return "for " .. record.waits_for end
  if record.next_ms then return "again in " .. out.duration(record.next_ms) end
  if record.state == "down" and PAST[record.reason] then return record.desc or "" end
  if record.state == "up" or record.state == "done" then return record.says or record.desc or "" end
  return record.detail or record.desc or ""
end

function show.list(opts)
  local records, text, code = client.ask "list"
  if not records then return out.finish(text, code) end
  for _, record in ipairs(records) do out.typed(record) end
  if opts.json then
    out.json(json.array(records))
    return code
  end
  local rows = { { "NAME", "STATE", "SINCE", "PID", "NOTE" } }
  for i, record in ipairs(records) do
    rows[i + 1] = {
      record.name, record.state, out.duration(record.since_ms), tostring(record.pid or "-"),
      note(record),
    }
  end
  out.columns(rows)
  return code
end

local ORDER = {
  "name", "desc", "kind", "state", "says", "want", "waits_for", "ready", "timeout_ms", "reason",
  "detail", "pid", "since_ms", "ready_ms", "retry_ms", "next_ms", "starts", "restarts", "last_pid",
  "exit", "signal", "file", "line",
}

--- Durations: "since 5s ago".
local WORDS = { since_ms = "%s ago", ready_ms = "%s ago", timeout_ms = "in %s", retry_ms = "in %s",
  next_ms = "in %s",
  started_ms = "%s after the boot", first_ready_ms = "%s after the boot" }

local function print_status(record)
  local known, others = {}, {}
  for _, key in ipairs(ORDER) do known[key] = true end
  for key in pairs(record) do
    if not known[key] then others[#others + 1] = key end
  end
  table.sort(others)
  local shown = table.move(ORDER, 1, #ORDER, 1, {})
  for _, key in ipairs(table.move(others, 1, #others, #shown + 1, shown)) do
    local value = record[key]
    if value then
      if WORDS[key] then key, value = key:sub(1, -4), WORDS[key]:format(out.duration(value)) end
      out.line(("%-11s %s"):format(key:gsub("_", " "), value))
    end
  end
end

function show.status(opts, names)
  if not names[1] then return show.list(opts) end
  local worst, all = client.OK, {}
  for _, name in ipairs(names) do
    local records, text, code = client.ask("status", name)
    if records and records[1] then
      all[#all + 1] = out.typed(records[1])
      if not opts.json then
        if all[2] then io.write "\n" end
        print_status(records[1])
      end
    else
      out.finish(text, code, name)
      if code == client.NO_CONTACT then return code end
    end
    worst = math.max(worst, code)
  end
  if opts.json and all[1] then out.json(#names == 1 and all[1] or json.array(all)) end
  return worst
end

--- A process that the kernel holds: "in D state: nfs_wait".
local function held_by_kernel(pid)
  local file = io.open(("/proc/%d/stat"):format(pid))
  local state = file and file:read("a"):match("^.*%) (%u)")
  if file then file:close() end
  if state ~= "D" and state ~= "T" then return "" end
  file = io.open(("/proc/%d/wchan"):format(pid))
  local where = file and file:read("a") or ""
  if file then file:close() end
  return (" in %s state%s"):format(state, where:find("%a") and ": " .. where or "")
end

local function why_line(record)
  local parts = { record.name, " ", record.state }
  if record.since_ms then parts[#parts + 1] = " " .. out.duration(record.since_ms) end
  if record.ready then
    parts[#parts + 1] = (" (ready=%s, timeout in %s)"):format(record.ready:lower(),
      out.duration(record.timeout_ms))
  end
  if record.reason then
    parts[#parts + 1] = (" (%s: %s)"):format(record.reason, record.detail or "")
  elseif record.state == "down" and record.want == "down" then
    parts[#parts + 1] = " (nobody wants it)"
  end
  if record.pid then
    parts[#parts + 1] = " pid " .. record.pid .. held_by_kernel(record.pid)
  end
  local again = record.retry_ms or record.next_ms
  if again then parts[#parts + 1] = ", again in " .. out.duration(again) end
  return table.concat(parts)
end

function show.why(opts, names)
  if not names[1] then cli.usage("why: name of a service expected") end
  if names[2] then cli.usage("why: one name at a time: " .. names[2]) end
  local records, text, code = client.ask("why", names[1])
  if not records or code ~= client.OK then
    return out.finish(text, code, names[1])
  end
  local lines = {}
  for i, record in ipairs(records) do lines[i] = why_line(out.typed(record)) end
  if opts.json then
    out.json(json.array(records))
  else
    out.line(table.concat(lines, " <- "))
  end
  return code
end

return show
