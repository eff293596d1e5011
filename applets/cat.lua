-- applets/cat.lua - write files one after another to standard output
--
-- Layer: applet; calls S, text.copy, and text.lines when lines are changed.
-- Follows POSIX cat and GNU's options; bytes are shown as in the POSIX locale.

local S = require "syscall"
local cli = require "cli"

local applet = {
  summary = "write files one after another to standard output",
  usage = "[OPTION]... [FILE]...",
  options = {
    { "A", "show-all", help = "same as -vET" },
    { "b", "number-nonblank", help = "number the lines that are not empty" },
    { "e", nil, help = "same as -vE" },
    { "E", "show-ends", help = "put $ at the end of each line" },
    { "n", "number", help = "number all lines" },
    { "s", "squeeze-blank", help = "make one of several empty lines in a row" },
    { "t", nil, help = "same as -vT" },
    { "T", "show-tabs", help = "show tabs as ^I" },
    { "u", nil, help = "for POSIX: output is never held back" },
    { "v", "show-nonprinting", help = "show other bytes as ^X and M-X" },
  },
  examples = { { "cat -n file", "with line numbers" } },
}

local function plain(fd, name)
  local copy = require "text.copy"
  if copy.feeds_itself(fd, 1) then
    cli.warn(name, "input file is output file")
    return true
  end
  local done, err, side = copy.bytes(fd, 1)
  if done then return true end
  if side == "write" then return nil, "write error: " .. tostring(err) end
  cli.warn(name, err)
  return true
end

-- What -v makes of a byte: M- for the eighth bit, ^ for control bytes.
local function visible()
  local shown = {}
  for byte = 0, 255 do
    local low = byte & 0x7f
    local text = low < 32 and "^" .. string.char(low + 64) or low == 127 and "^?"
      or string.char(low)
    shown[string.char(byte)] = byte >= 128 and "M-" .. text or text
  end
  return shown
end

local function lines_changed(opts)
  local lines = require "text.lines"
  local shown = opts.v and visible()
  local number, was_empty, starts = 0, false, true
  local ends = opts.E and "$\n" or "\n"

  return function(fd, name)
    local reader = lines.reader(fd)
    for line, ended in reader.line, reader do
      local empty = line == "" and starts
      if not (opts.s and empty and was_empty) then
        if starts and (opts.n and not opts.b or opts.b and not empty) then
          number = number + 1
          io.write(("%6d\t"):format(number))
        end
        if shown then line = line:gsub("[%z\1-\8\11-\31\127-\255]", shown) end
        if opts.T then line = line:gsub("\t", "^I") end
        io.write(line, ended and ends or "")
      end
      was_empty, starts = empty, ended
    end
    local err = reader:failed()
    if err then cli.warn(name, err) end
    return true
  end
end

---@param opts table
---@param args string[] files; none: standard input
---@return true? ok
---@return string? err
function applet.run(opts, args)
  local put = plain
  if next(opts) then
    opts = {
      n = opts.number, b = opts.number_nonblank, s = opts.squeeze_blank,
      E = opts.show_ends or opts.show_all or opts.e,
      T = opts.show_tabs or opts.show_all or opts.t,
      v = opts.show_nonprinting or opts.show_all or opts.e or opts.t,
    }
    if next(opts) then put = lines_changed(opts) end
  end
  if not args[1] then args = { "-" } end
  for _, name in ipairs(args) do
    local fd, err = 0, nil
    if name ~= "-" then fd, err = S.open(name) end
    if not fd then
      cli.warn(name, err)
    else
      local ok, failure = put(fd, name)
      if not ok then return nil, failure end
      if fd ~= 0 then fd:close() end
    end
  end
  return true
end

return applet
