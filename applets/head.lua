-- applets/head.lua - the first lines or bytes of files
--
-- Layer: applet; calls text.lines, text.copy, text.ends.
-- Follows POSIX head and GNU's options. Standard input that can seek is left
-- behind the last line written, so that the next program reads on from there.

local cli = require "cli"
local input = require "text.input"

local applet = {
  summary = "write the first lines or bytes of files",
  usage = "[-n LINES | -c BYTES] [-qvz] [FILE]...",
  options = {
    { "n", "lines", arg = "LINES", help = "how many lines (10); -LINES: all but the last" },
    { "c", "bytes", arg = "BYTES", help = "how many bytes; -BYTES: all but the last" },
    { "q", "quiet", help = "never put the file's name before its lines" },
    { nil, "silent", help = "same as --quiet" },
    { "v", "verbose", help = "always put the file's name before its lines" },
    { "z", "zero-terminated", help = "lines end with NUL" },
  },
  -- head -5 file, as before POSIX
  digits = "lines",
  examples = { { "head -n 3 file", "three lines" }, { "head -c 1K file", "1024 bytes" } },
}

local function count_of(text, what)
  local size = require "text.size"
  local count = size.parse(text)
  if not count then cli.usage(("invalid number of %s: %s"):format(what, text)) end
  return count, text:find("^%-") ~= nil
end

local function write(text) io.write(text) end

local function first_lines(count, delimiter)
  local lines = require "text.lines"
  return function(fd)
    local reader <close> = lines.reader(fd, delimiter)
    local done, err, side = reader:copy(1, count)
    reader:give_back()
    return done, err, side
  end
end

local function first_bytes(count)
  local copy = require "text.copy"
  return function(fd) return copy.bytes(fd, 1, count) end
end

---@param opts table
---@param args string[]
---@return true? ok
---@return any err
function applet.run(opts, args)
  local delimiter = opts.zero_terminated and "\0" or "\n"
  local put
  if opts.bytes then
    local count, but_last = count_of(opts.bytes, "bytes")
    put = first_bytes(count)
    if but_last then
      put = function(fd) return require("text.ends").bytes(fd, -count, write) end
    end
  else
    local count, but_last = count_of(opts.lines or "10", "lines")
    put = first_lines(count, delimiter)
    if but_last then
      put = function(fd) return require("text.ends").lines(fd, -count, delimiter, write) end
    end
  end
  local quiet = opts.quiet or opts.silent
  local header = input.headers(opts.verbose or #args > 1 and not quiet)
  return input.each(args, function(fd, name)
    header(name)
    return put(fd)
  end)
end

return applet
