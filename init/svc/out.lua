-- init/svc/out.lua - how svc prints
--
-- Layer: PID 1's Lua side, for the rooms of svc. Names and texts come from
-- services, so nothing of them goes raw to a terminal.

local cli = require "cli"
local client = require "init.client"
local json = require "json"
local quote = require "text.quote"

local out = {}

local NUMBERS = {
  "pid", "since_ms", "restarts", "line", "starts", "ready_ms", "retry_ms", "last_pid", "exit",
  "started_ms", "first_ready_ms", "timeout_ms", "event", "at_ms",
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

--- Columns, as wide as their widest cell; the last one is free.
---@param rows string[][] the first is the heading
function out.columns(rows)
  local widths = {}
  for _, row in ipairs(rows) do
    for i = 1, #row - 1 do widths[i] = math.max(widths[i] or 0, #row[i]) end
  end
  for _, row in ipairs(rows) do
    local cells = {}
    for i, cell in ipairs(row) do
      cells[i] = i < #row and cell .. (" "):rep(widths[i] - #cell) or cell
    end
    out.line(table.concat(cells, "  "))
  end
end

--- What to do where there is no answer: said once, with the reason.
local HINTS = {
  ENOENT = "is luabox init running here? (socket: %s)",
  ECONNREFUSED = "its socket is there, but nobody listens (%s)",
  EACCES = "only root may command it (%s)",
}

--- The core's answer to a failed request, printed; its exit code.
---@param text any
---@param code integer
---@return integer code
function out.finish(text, code)
  if code == client.NO_CONTACT then
    local hint
    for name, words in pairs(HINTS) do
      if type(text) ~= "string" and text and text[name] then
        hint = words:format(client.directory() .. "/ctl")
      end
    end
    cli.warn(nil, "no contact with PID 1: " .. tostring(text) .. (hint and "; " .. hint or ""))
  elseif text then
    cli.warn(nil, text)
  end
  return code
end

return out
