-- init/svc/out.lua - how svc prints
--
-- Layer: PID 1's Lua side, for the rooms of svc. Names and texts come from
-- services, so nothing of them goes raw to a terminal.

local S = require "syscall"
local cli = require "cli"
local client = require "init.client"
local json = require "json"
local quote = require "text.quote"

local out = {}

local NUMBERS = {
  "pid", "since_ms", "restarts", "line", "starts", "ready_ms", "retry_ms", "next_ms", "last_pid",
  "exit", "started_ms", "first_ready_ms", "timeout_ms", "event", "at_ms",
}

--- A record of the core with numbers where they are numbers.
---@param record table<string, string>
---@return table
function out.typed(record)
  for _, key in ipairs(NUMBERS) do
    if record[key] then record[key] = math.tointeger(tonumber(record[key])) end
  end
  return record
end

---@param ms integer?
---@return string
function out.duration(ms)
  local s = (ms or 0) // 1000
  if s < 10 then return ("%.1fs"):format((ms or 0) / 1000) end
  if s < 100 then return ("%ds"):format(s) end
  if s < 6000 then return ("%dm%02ds"):format(s // 60, s % 60) end
  if s < 360000 then return ("%dh%02dm"):format(s // 3600, s // 60 % 60) end
  return ("%dd%02dh"):format(s // 86400, s // 3600 % 24)
end

--- One line of text.
function out.line(text) io.write(quote.terminal((text:gsub("%s+$", ""))), "\n") end

function out.json(value) io.write(json.encode(value), "\n") end

--- Columns, as wide as their widest cell; the last one is free, and ends with the terminal.
---@param rows string[][] the first is the heading
function out.columns(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for i = 1, #row - 1 do widths[i] = math.max(widths[i] or 0, #row[i]) end
  end
  local most = out.width()
  for _, row in ipairs(rows) do
    local cells = {}
    for i, cell in ipairs(row) do
      cells[i] = i < #row and cell .. (" "):rep(widths[i] - #cell) or cell
    end
    local line = quote.terminal((table.concat(cells, "  "):gsub("%s+$", "")))
    local cut = most and utf8.offset(line, most + 1)
    io.write(cut and line:sub(1, cut - 1) or line, "\n")
  end
end

--- The width of the terminal; nil where there is none.
---@return integer?
function out.width()
  local size = S.tcgetwinsize(1)
  return size and size.col > 0 and size.col or nil
end

--- What to do where there is no answer: said once, with the reason.
local HINTS = {
  ENOENT = "is luabox init running here? (socket: %s)",
  ECONNREFUSED = "its socket is there, but nobody listens (%s)",
  EACCES = "only root may command it (%s)",
}

--- Who was perhaps meant by a name that nobody has.
local function meant(name)
  if name:find("@", 1, true) then
    return "; a service file that wants it, and svc apply, make one of a template"
  end
  local known = {}
  for _, record in ipairs(client.ask "list" or {}) do known[record.name] = true end
  return require("init.schema.checks").did_you_mean(name, known)
end

--- "web is failed" of web: nothing is said twice.
local function about(name, text, code)
  if text:sub(1, #name + 1) == name .. " " then text = "it" .. text:sub(#name + 1) end
  return ("%s: %s%s"):format(name, text, code == client.NO_SERVICE and meant(name) or "")
end

--- The core's answer to a failed request, printed; its exit code.
---@param text any
---@param code integer
---@param name string? of the service it is about
---@return integer code
function out.finish(text, code, name)
  if code == client.NO_CONTACT then
    local hint
    for reason, words in pairs(HINTS) do
      if type(text) ~= "string" and text and text[reason] then
        hint = words:format(client.directory() .. "/ctl")
      end
    end
    cli.warn(nil, "no contact with PID 1: " .. tostring(text) .. (hint and "; " .. hint or ""))
  elseif text then
    text = name and about(name, tostring(text), code) or tostring(text)
    cli.warn(nil, quote.terminal(text, io.stderr))
  end
  return code
end

return out
