-- applets/tail.lua - the last lines or bytes of files
--
-- Layer: applet; calls S, text.lines, text.copy, text.ends.
-- Follows POSIX tail and GNU's options. -f looks for more once a second (-s); it
-- does not depend on inotify, so it works on every file system.

local S = require "syscall"
local cli = require "cli"
local input = require "text.input"

local applet = {
  summary = "write the last lines or bytes of files",
  usage = "[-n [+]LINES | -c [+]BYTES] [-fFqvz] [-s SECONDS] [--pid=PID] [FILE]...",
  options = {
    { "n", "lines", arg = "LINES", help = "how many lines (10); +LINES: from this line on" },
    { "c", "bytes", arg = "BYTES", help = "how many bytes; +BYTES: from this byte on" },
    { "f", nil, help = "go on as the file grows" },
    { nil, "follow", arg = "HOW", optional = true, help = "same; name: as -F, descriptor: as -f" },
    { "F", nil, help = "as -f, and open the name again when another file has it" },
    { nil, "retry", help = "go on trying to open what is not there" },
    { nil, "pid", arg = "PID", type = "integer", help = "with -f, end when this process does" },
    { "s", "sleep-interval", arg = "SECONDS", type = "number",
      help = "with -f, how often to look (1)" },
    { "q", "quiet", help = "never put the file's name before its lines" },
    { nil, "silent", help = "same as --quiet" },
    { "v", "verbose", help = "always put the file's name before its lines" },
    { "z", "zero-terminated", help = "lines end with NUL" },
  },
  digits = "lines", -- tail -5; tail +5 is below: as before POSIX
  examples = { { "tail -n 3 file", "three lines" }, { "tail -F /var/log/messages",
    "watch a log" } },
}

local function count_of(text, what)
  local size = require "text.size"
  local count = size.parse(text)
  if not count then cli.usage(("invalid number of %s: %s"):format(what, text)) end
  return math.abs(count), text:find("^%+") ~= nil
end

local function put(last, err)
  if not last then return nil, err end
  io.write(last)
  return true
end

local function nothing() end

-- Position and size when fd is a file that can be read backwards.
local function extent(fd)
  local st = S.fstat(fd)
  if not st or not st.isreg or st.size == 0 then return nil end -- /proc says 0
  local at = S.lseek(fd, 0, "cur")
  return at, st.size
end

local function from_line(count, delimiter)
  return function(fd)
    local reader <close> = require("text.lines").reader(fd, delimiter)
    local ok, err = reader:skip(count - 1)
    if not ok then return nil, err end
    return reader:copy(1)
  end
end

local function from_byte(count)
  return function(fd)
    local skip = count - 1
    local at, size = extent(fd)
    if at then
      S.lseek(fd, math.min(at + skip, math.max(at, size)), "set")
    else
      while skip > 0 do
        local block, err = S.read(fd, nil, math.min(skip, 65536))
        if not block then return nil, err end
        if block == "" then return true end
        skip = skip - #block
      end
    end
    return require("text.copy").bytes(fd, 1)
  end
end

local function last_lines(count, delimiter)
  return function(fd)
    local ends = require "text.ends"
    local at, size = extent(fd)
    if not at then return put(ends.lines(fd, count, delimiter, nothing)) end
    local start, err = ends.seek_lines(fd, at, size, count, delimiter)
    if not start then return nil, err end
    S.lseek(fd, start, "set")
    return require("text.copy").bytes(fd, 1)
  end
end

local function last_bytes(count)
  return function(fd)
    local at, size = extent(fd)
    if not at then return put(require("text.ends").bytes(fd, count, nothing)) end
    S.lseek(fd, math.max(at, size - count), "set")
    return require("text.copy").bytes(fd, 1)
  end
end

-- ---- following

local function alive(pid)
  local ok, err = S.kill(pid, 0)
  return ok or not err.SRCH
end

-- One look at a file that is followed. Returns false when it is given up.
local function look(file, by_name, retry, header)
  if by_name and file.name ~= "-" then
    local now, err = S.stat(file.name)
    if not now then
      if file.fd then
        cli.warn(file.name, ("has become inaccessible: %s"):format(tostring(err)))
        file.fd:close()
        file.fd = nil
      end
      return retry
    end
    if not file.fd or now.ino ~= file.ino or now.dev.dev ~= file.dev then
      local fd = S.open(file.name)
      if not fd then return retry end
      local text = file.fd and "has been replaced;  following new file"
        or "has appeared;  following new file"
      cli.warn(file.name, text)
      if file.fd then file.fd:close() end
      file.fd, file.ino, file.dev = fd, now.ino, now.dev.dev
    end
  end
  if not file.fd then return true end
  local st = S.fstat(file.fd)
  if st and st.isreg then
    local at = S.lseek(file.fd, 0, "cur")
    if st.size < at then
      cli.warn(file.name, "file truncated")
      S.lseek(file.fd, 0, "set")
    elseif st.size == at then
      return true
    end
    header(file)
  end
  require("text.copy").bytes(file.fd, 1)
  return true
end

local function follow(files, opts, by_name, header)
  local interval = opts.sleep_interval or 1
  local retry = by_name or opts.retry
  while files[1] do
    for i = #files, 1, -1 do
      if not look(files[i], by_name, retry, header) then table.remove(files, i) end
    end
    io.stdout:flush()
    if opts.pid and not alive(opts.pid) then return end
    S.nanosleep(interval)
  end
  cli.warn(nil, "no files remaining")
end

-- Both spellings of -f and -F.
local function how_to_follow(opts)
  local how = opts.follow
  if type(how) == "string" and how ~= "name" and how ~= "descriptor" then
    cli.usage("--follow: name or descriptor expected")
  end
  return opts.f or opts.F or how, opts.F or how == "name"
end

---@param opts table
---@param args string[]
---@return true? ok
---@return any err
function applet.run(opts, args)
  local delimiter = opts.zero_terminated and "\0" or "\n"
  if args[1] and args[1]:find("^%+%d") and not (opts.lines or opts.bytes) then
    opts.lines = table.remove(args, 1)
  end
  local show
  if opts.bytes then
    local count, from = count_of(opts.bytes, "bytes")
    show = from and from_byte(math.max(count, 1)) or last_bytes(count)
  else
    local count, from = count_of(opts.lines or "10", "lines")
    show = from and from_line(math.max(count, 1), delimiter) or last_lines(count, delimiter)
  end
  local quiet = opts.quiet or opts.silent
  local header = input.headers(opts.verbose or #args > 1 and not quiet)
  local following, by_name = how_to_follow(opts)

  if not following then
    return input.each(args, function(fd, name)
      header(name)
      return show(fd)
    end)
  end

  if not args[1] then args = { "-" } end
  local files, current = {}, nil
  for _, name in ipairs(args) do
    local fd, err = 0, nil
    if name ~= "-" then fd, err = S.open(name) end
    local file = { name = name, fd = fd }
    if fd then
      header(name)
      current = file
      local st = S.fstat(fd)
      if st then file.ino, file.dev = st.ino, st.dev.dev end
      local ok, failure, side = show(fd)
      if side == "write" then return nil, "write error: " .. tostring(failure) end
      if not ok then cli.warn(name, failure) end
    else
      cli.warn(name, err)
    end
    if fd or by_name or opts.retry then files[#files + 1] = file end
  end
  io.stdout:flush()
  follow(files, opts, by_name, function(file)
    if file == current then return end
    current = file
    header(file.name)
  end)
  return true
end

return applet
