-- applets/df.lua - how full file systems are
--
-- Layer: applet; calls S, fs.mounts, text.size.
-- Follows POSIX df and GNU's options. Without files, file systems that have no blocks
-- of their own (proc, sysfs, ...) are left out, and each other one is shown once.

local S = require "syscall"
local cli = require "cli"
local sizes = require "text.size"

local applet = {
  summary = "show how full file systems are",
  usage = "[-ahHikmPTl] [-B SIZE] [-t TYPE] [-x TYPE] [--total] [FILE]...",
  json = true,
  options = {
    { "a", "all", help = "those without blocks, and hidden ones, too" },
    { "B", "block-size", arg = "SIZE", help = "sizes in these units", clears = { "h", "H" } },
    { "h", "human-readable", help = "sizes such as 1.5G", clears = { "si", "block_size" } },
    { "H", "si", help = "same, in powers of 1000", clears = { "human_readable", "block_size" } },
    { "i", "inodes", help = "inodes, not blocks" },
    { "k", nil, help = "sizes in units of 1024 bytes (default)" },
    { "m", nil, help = "sizes in units of 1 MiB" },
    { "l", "local", help = "without network file systems" },
    { "P", "portability", help = "as POSIX has it" },
    { "t", "type", arg = "TYPE", many = true, help = "only file systems of this type" },
    { "x", "exclude-type", arg = "TYPE", many = true, help = "none of this type" },
    { "T", "print-type", help = "show types" },
    { nil, "total", help = "a last line with the sum" },
    { nil, "sync", help = "sync(2) first" },
    { nil, "no-sync", help = "do not (default)" },
  },
  examples = { { "df -h", "all file systems" }, { "df .", "the one we are on" } },
}

local NETWORK = {
  nfs = true, nfs4 = true, cifs = true, smb3 = true, smbfs = true, ["9p"] = true, afs = true,
  ceph = true, ["fuse.sshfs"] = true, ncpfs = true,
}

-- What statfs says, as a row; nil, err.
local function measure(mount, path)
  local st, err = S.statfs(path)
  if not st then return nil, err end
  local unit = st.f_frsize > 0 and st.f_frsize or st.f_bsize
  local total, free, avail = st.f_blocks * unit, st.f_bfree * unit, st.f_bavail * unit
  return {
    source = mount.source, type = mount.fstype, target = mount.target,
    total = total, used = total - free, available = avail,
    inodes = st.f_files, inodes_free = st.f_ffree, inodes_used = st.f_files - st.f_ffree,
  }
end

local function percent(used, available)
  local all = used + available
  if all <= 0 then return "-" end
  return ("%d%%"):format(-(-used * 100 // all))
end

local function wanted(opts, mount)
  local function any(list)
    for _, fstype in ipairs(list) do
      if mount.fstype == fstype then return true end
    end
    return false
  end
  if opts.type and not any(opts.type) then return false end
  if opts.exclude_type and any(opts.exclude_type) then return false end
  return not (opts["local"] and (NETWORK[mount.fstype] or mount.source:find("^[^/]*:/")))
end

-- Of mounts of one device the one nearest to the root; of those on one directory the last.
local function visible(opts, list)
  if opts.all then return list end
  local by_target, by_device, out = {}, {}, {}
  for _, mount in ipairs(list) do by_target[mount.target] = mount end
  for _, mount in ipairs(list) do
    if by_target[mount.target] == mount then
      local key = mount.major .. ":" .. mount.minor
      local other = by_device[key]
      if not other then
        by_device[key] = mount
        out[#out + 1] = mount
      elseif #mount.target < #other.target then
        by_device[key] = mount
        for i, known in ipairs(out) do
          if known == other then out[i] = mount end
        end
      end
    end
  end
  return out
end

local function all_rows(opts, list)
  local rows = {}
  for _, mount in ipairs(visible(opts, list)) do
    if wanted(opts, mount) then
      local row, err = measure(mount, mount.target)
      if row and (row.total > 0 or opts.all or opts.type) then
        rows[#rows + 1] = row
      elseif err and not (err.ACCES or err.NOENT) then
        cli.warn(mount.target, err)
      end
    end
  end
  return rows
end

local function rows_of(opts, list, args)
  local mounts, real = require "fs.mounts", require "fs.real"
  local rows = {}
  for _, path in ipairs(args) do
    local st, err = S.stat(path)
    if not st then
      cli.warn(path, err)
    else
      local there = real.path(path)
      local mount
      if st.isblk then -- a device that is mounted: the file system on it
        for _, known in ipairs(list) do
          if known.major == st.rdev.major and known.minor == st.rdev.minor then
            mount = mount or known
          end
        end
      end
      local device = mount ~= nil
      mount = mount or mounts.of(list, there) or { source = "-", fstype = "-", target = "-" }
      if wanted(opts, mount) then
        local row, failure = measure(mount, device and mount.target or path)
        if row then rows[#rows + 1] = row else cli.warn(path, failure) end
      end
    end
  end
  return rows
end

local function add_total(rows)
  local sum = { source = "total", type = "-", target = "-" }
  for _, key in ipairs { "total", "used", "available", "inodes", "inodes_used", "inodes_free" } do
    sum[key] = 0
    for _, row in ipairs(rows) do sum[key] = sum[key] + row[key] end
  end
  rows[#rows + 1] = sum
end

-- How sizes are written, and what the column is called.
local function size_writer(opts)
  if opts.human_readable or opts.si then
    local base = opts.si and 1000 or 1024
    return function(bytes) return sizes.human(bytes, base) end, "Size"
  end
  local unit = opts.m and 1048576 or 1024
  if opts.block_size then
    unit = sizes.parse(opts.block_size)
    if not unit or unit < 1 then cli.usage("invalid block size: " .. opts.block_size) end
  end
  local title = unit == 1024 and "1K" or unit == 1048576 and "1M" or unit == 1073741824 and "1G"
    or opts.block_size:find("%a") and opts.block_size:gsub("^1(%a)", "1%1") or unit .. "B"
  if opts.portability then title = tostring(unit) end
  return function(bytes) return tostring(sizes.blocks(bytes, unit)) end, title .. "-blocks"
end

local function print_rows(opts, rows)
  local write, title = size_writer(opts)
  local lines
  if opts.inodes then
    lines = { { "Filesystem", "Inodes", "IUsed", "IFree", "IUse%", "Mounted on" } }
    for _, row in ipairs(rows) do
      lines[#lines + 1] = {
        row.source, tostring(row.inodes), tostring(row.inodes_used), tostring(row.inodes_free),
        percent(row.inodes_used, row.inodes_free), row.target,
      }
    end
  else
    local available = (opts.human_readable or opts.si) and "Avail" or "Available"
    local use = opts.portability and "Capacity" or "Use%"
    lines = { { "Filesystem", title, "Used", available, use, "Mounted on" } }
    for _, row in ipairs(rows) do
      lines[#lines + 1] = {
        row.source, write(row.total), write(row.used), write(row.available),
        percent(row.used, row.available), row.target,
      }
    end
  end
  local quote = require "text.quote"
  for i, line in ipairs(lines) do
    if opts.print_type then table.insert(line, 2, i == 1 and "Type" or rows[i - 1].type) end
    line[1], line[#line] = quote.terminal(line[1]), quote.terminal(line[#line])
  end
  local widths = opts.print_type and { 14, 4, 5, 5, 5 } or { 14, 5, 5, 5, 4 }
  for _, line in ipairs(lines) do
    for i = 1, #line - 1 do widths[i] = math.max(widths[i] or 0, #line[i]) end
  end
  for _, line in ipairs(lines) do
    local out = {}
    for i, text in ipairs(line) do
      local left = i == 1 or opts.print_type and i == 2
      local gap = i < #line and (" "):rep(widths[i] - #text) or ""
      out[i] = left and text .. gap or i == #line and text or gap .. text
    end
    io.write(table.concat(out, " "), "\n")
  end
end

---@param opts table
---@param args string[]
---@return true? ok
---@return any err
function applet.run(opts, args)
  if opts.sync then S.sync() end
  local list, err = require("fs.mounts").list()
  if not list then
    if not args[1] then return nil, "/proc/self/mountinfo: " .. tostring(err) end
    list = {} -- without /proc the sizes are still known
  end
  local rows = args[1] and rows_of(opts, list, args) or all_rows(opts, list)
  if opts.total then add_total(rows) end
  if opts.json then
    local json = require "json"
    io.write(json.encode(json.array(rows)), "\n")
    return true
  end
  if not rows[1] then
    cli.warn(nil, "no file systems processed")
    return true
  end
  print_rows(opts, rows)
  return true
end

return applet
