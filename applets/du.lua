-- applets/du.lua - how much space files and directories take
--
-- Layer: applet; calls fs.walk, text.size.
-- Follows POSIX du and GNU's options; sizes are in units of 1024 bytes unless an option
-- says otherwise. A file with several names is counted once.

local cli = require "cli"
local sizes = require "text.size"
local walk = require "fs.walk"

local applet = {
  summary = "show how much space files and directories take",
  usage = "[-aschkmbxLHl0] [-d DEPTH] [-B SIZE] [--exclude=GLOB] [FILE]...",
  json = true,
  options = {
    { "a", "all", help = "files, too, not directories alone" },
    { "s", "summarize", help = "only a sum for each FILE" },
    { "c", "total", help = "a last line with the sum" },
    { "d", "max-depth", arg = "N", type = "integer", help = "show only so many levels" },
    { "h", "human-readable", help = "sizes such as 1.5K" },
    { nil, "si", help = "same, in powers of 1000" },
    { "k", nil, help = "sizes in units of 1024 bytes (default)" },
    { "m", nil, help = "sizes in units of 1 MiB" },
    { "b", "bytes", help = "same as --apparent-size --block-size=1" },
    { "B", "block-size", arg = "SIZE", help = "sizes in these units" },
    { nil, "apparent-size", help = "sizes of files, not of what they occupy" },
    { nil, "inodes", help = "count files, not sizes" },
    { "l", "count-links", help = "count a file again for each of its names" },
    { "L", "dereference", help = "follow symbolic links", clears = { "P", "D" } },
    { "D", "dereference-args",
      help = "follow those named as FILE", clears = { "P", "dereference" } },
    { "H", nil, help = "same" },
    { "P", "no-dereference", help = "follow none (default)",
      clears = { "dereference", "dereference_args", "H" } },
    { "S", "separate-dirs", help = "leave directories out of the sum above them" },
    { "x", "one-file-system", help = "stay on the file system of each FILE" },
    { "t", "threshold", arg = "SIZE", help = "only what is larger; -SIZE: smaller" },
    { nil, "exclude", arg = "GLOB", many = true, help = "without names that match" },
    { "X", "exclude-from", arg = "FILE", many = true, help = "same, patterns in FILE" },
    { nil, "files0-from", arg = "FILE", help = "read the names, ended by NUL, from FILE" },
    { nil, "time", help = "the newest time of modification, too" },
    { "0", "null", help = "end lines with NUL" },
  },
  examples = { { "du -sh *", "each with its sum" }, { "du -hd1 | sort -h", "the largest last" } },
}

local function exclusion(opts)
  if not (opts.exclude or opts.exclude_from) then return nil end
  local glob = require "text.glob"
  local patterns = {}
  for _, text in ipairs(opts.exclude or {}) do patterns[#patterns + 1] = glob.to_pattern(text) end
  for _, name in ipairs(opts.exclude_from or {}) do
    local file, err = io.open(name)
    if not file then cli.usage(err) end
    for line in file:lines() do patterns[#patterns + 1] = glob.to_pattern(line) end
    file:close()
  end
  return function(entry)
    for _, pattern in ipairs(patterns) do
      if entry.name:find(pattern) or entry.path:find(pattern) then return true end
    end
    return false
  end
end

local function size_writer(opts)
  if opts.inodes then return tostring end
  if opts.human_readable or opts.si then
    local base = opts.si and 1000 or 1024
    return function(bytes) return sizes.human(bytes, base) end
  end
  local unit = opts.bytes and 1 or opts.m and 1048576 or 1024
  if opts.block_size then
    unit = sizes.parse(opts.block_size)
    if not unit or unit < 1 then cli.usage("invalid block size: " .. opts.block_size) end
  end
  return function(bytes) return tostring(sizes.blocks(bytes, unit)) end
end

local function threshold(opts)
  if not opts.threshold then return function() return true end end
  local limit = sizes.parse(opts.threshold)
  if not limit then cli.usage("invalid threshold: " .. opts.threshold) end
  if limit < 0 then return function(bytes) return bytes <= -limit end end
  return function(bytes) return bytes >= limit end
end

local function measure_function(opts)
  if opts.inodes then return function() return 1 end end
  if opts.apparent_size or opts.bytes then
    return function(status)
      -- what a directory's size means is the file system's own affair
      local counts = status.type == "file" or status.type == "link" or status.type == "directory"
      return counts and status.size or 0
    end
  end
  return function(status) return status.blocks * 512 end
end

---@param opts table
---@param args string[]
---@return true? ok
---@return any err
function applet.run(opts, args)
  if opts.summarize and opts.all then cli.usage("-s and -a do not go together") end
  if opts.files0_from then
    local file = opts.files0_from == "-" and io.stdin or io.open(opts.files0_from)
    if not file then return nil, opts.files0_from .. ": cannot be opened" end
    for name in file:read("a"):gmatch("([^\0]+)") do args[#args + 1] = name end
  end
  if not args[1] then args = { "." } end
  local max_depth = opts.summarize and 0 or opts.max_depth or math.maxinteger
  local excluded, measure, write, shown = exclusion(opts), measure_function(opts),
    size_writer(opts), threshold(opts)
  local quote = require "text.quote"
  local seen, list, total = {}, {}, 0
  local follow = opts.dereference and "all" or (opts.dereference_args or opts.H) and "operands"
    or "none"

  local function show(bytes, path, time)
    if not shown(bytes) then return end
    if opts.json then
      list[#list + 1] = { path = path, [opts.inodes and "inodes" or "bytes"] = bytes }
      return
    end
    io.write(write(bytes), "\t", opts.time and os.date("%Y-%m-%d %H:%M\t", time) or "",
      quote.terminal(path), opts.null and "\0" or "\n")
  end

  -- sums of the directories we are in, the innermost last; with the newest time
  local function tree(root)
    local sums, times = {}, {}
    local options = { post = true, follow = follow, one_file_system = opts.one_file_system }
    local device
    for entry, err in walk.each(root, options) do
      local depth = entry.depth
      if err then
        cli.warn(entry.path, err)
        if depth == 0 and entry.type ~= "directory" then return end
      elseif entry.leaving then
        local bytes, time = sums[depth], times[depth]
        sums[depth], times[depth] = nil, nil
        if depth <= max_depth then show(bytes, entry.path, time) end
        if depth == 0 then return end
        if not opts.separate_dirs then sums[depth - 1] = sums[depth - 1] + bytes end
        times[depth - 1] = math.max(times[depth - 1], time)
      elseif excluded and excluded(entry) then
        entry:skip()
        if depth == 0 then return end
      else
        local status, failure = entry:status()
        local bytes, time = 0, 0
        if not status then
          cli.warn(entry.path, failure)
        else
          device = device or status.dev
          time = status.mtime
          local key = status.nlink > 1 and status.type ~= "directory" and not opts.count_links
            and status.dev .. ":" .. status.ino
          if opts.one_file_system and status.dev ~= device then
            if status.type == "directory" then entry:skip() end
          elseif not (key and seen[key]) then
            if key then seen[key] = true end
            bytes = measure(status)
            total = total + bytes
          elseif depth == 0 then
            return -- counted already
          end
        end
        if entry.type == "directory" and not entry.skipped then
          sums[depth], times[depth] = bytes, time
        elseif depth == 0 then
          show(bytes, entry.path, time)
          return
        else
          if opts.all and depth <= max_depth and bytes >= 0 then show(bytes, entry.path, time) end
          sums[depth - 1] = sums[depth - 1] + bytes
          times[depth - 1] = math.max(times[depth - 1], time)
        end
      end
    end
  end

  for _, path in ipairs(args) do tree(path) end
  if opts.total then show(total, "total", os.time()) end
  if opts.json then
    local json = require "json"
    io.write(json.encode(json.array(list)), "\n")
  end
  return true
end

return applet
