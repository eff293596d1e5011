-- applets/svlogd.lua - write standard input to folders of rotated log files
--
-- Layer: applet; calls runit.logdir, loop. Follows svlogd(8) of runit. HUP reads
-- the configurations again, ALRM rotates, TERM ends it after the last line.

local S = require "syscall"
local cli = require "cli"
local logdir = require "runit.logdir"
local loop = require "loop"

local applet = {
  summary = "write standard input to folders of rotated log files",
  usage = "[-ttv] [-r C] [-R CHARS] [-l LENGTH] DIR...",
  usage_status = 111,
  options = {
    { "t", "timestamp", arg = false, many = true,
      help = "-t: TAI64N before each line; -tt: UTC; -ttt: UTC as ISO 8601" },
    { "r", "replace", arg = "C", help = "C for each character that is not printable" },
    { "R", "replace-also", arg = "CHARS", help = "and for these (with _ if -r is not given)" },
    { "l", "length", arg = "LENGTH", type = "integer",
      help = "patterns see LENGTH characters of a line (1000)" },
    { "b", "buffer", arg = "BYTES", type = "integer", help = "read that many bytes at most" },
    { "v", "verbose", help = "accepted, says nothing more" },
  },
  operands = { min = 1 },
}

local function stamp_of(level)
  if level == 0 then return "" end
  local now = S.clock_gettime("realtime")
  if level == 1 then return "@" .. logdir.tai64n(now.tv_sec, now.tv_nsec) .. " " end
  return os.date(level == 2 and "!%Y-%m-%d_%H:%M:%S" or "!%Y-%m-%dT%H:%M:%S", now.tv_sec)
    .. (".%05d "):format(now.tv_nsec // 10000)
end

local function cleaner(opts)
  local char = opts.replace or opts.replace_also and "_"
  if not char then return function(line) return line end end
  local set = opts.replace_also and "[" .. opts.replace_also:gsub("%W", "%%%0") .. "]"
  local plain = char:sub(1, 1):gsub("%%", "%%%%")
  return function(line)
    if opts.replace then line = line:gsub("[^%g ]", plain) end
    return set and line:gsub(set, plain) or line
  end
end

local function open_all(paths)
  local logs = {}
  for _, path in ipairs(paths) do
    local log, err = logdir.open(path)
    if log then logs[#logs + 1] = log else cli.warn(path, err) end
  end
  return logs
end

--- The lines of what came. What is left of the last one waits for its end, unless that is far.
---@param state { rest: string, open: boolean } open: the beginning of this line was given
---@param length integer
---@return runit.Piece[]
local function pieces_of(bytes, state, length)
  local pieces = {}
  local text = state.rest .. bytes
  local at = 1
  while true do
    local stop = text:find("\n", at, true)
    if not stop then break end
    pieces[#pieces + 1] = { text = text:sub(at, stop - 1), first = not state.open, last = true }
    state.open = false
    at = stop + 1
  end
  state.rest = text:sub(at)
  if #state.rest > length then
    pieces[#pieces + 1] = { text = state.rest, first = not state.open, last = false }
    state.rest, state.open = "", true
  end
  return pieces
end

function applet.run(opts, args)
  local logs = open_all(args)
  if not logs[1] then
    cli.warn(nil, "no functional log directories")
    return 111
  end
  local level = math.min(type(opts.timestamp) == "table" and #opts.timestamp or
    opts.timestamp and 1 or 0, 3)
  local clean, length = cleaner(opts), opts.length or 1000
  local state = { rest = "", open = false }
  local function finish()
    for _, log in ipairs(logs) do log:close() end
    io.stdout:flush()
    S._exit(0)
  end
  loop.run(function()
    local signals = loop.signals "hup, alrm, term"
    loop.spawn(function()
      while true do
        local signal = signals:wait()
        for _, log in ipairs(logs) do
          if signal == "hup" then log:reload() elseif signal == "alrm" then log:rotate() end
        end
        if signal == "term" and state.rest == "" then finish() end
      end
    end)
    while true do
      local bytes = loop.read(0, opts.buffer or 65536)
      if not bytes or bytes == "" then break end
      local pieces = pieces_of(bytes, state, length)
      for _, piece in ipairs(pieces) do piece.text = clean(piece.text) end
      for _, log in ipairs(logs) do log:write(pieces, stamp_of(level), length) end
    end
    local last = { text = clean(state.rest), first = not state.open, last = true }
    for _, log in ipairs(state.rest ~= "" and logs or {}) do
      log:write({ last }, stamp_of(level), length)
    end
    finish()
  end)
  return 0
end

return applet
