-- applets/hostname.lua - print or set the system's host name
--
-- Layer: applet; calls S.
-- Follows OpenBSD hostname(1). Linux limits the name to 64 bytes: sethostname(2).

local S = require "syscall"

local applet = {
  summary = "print or set the host name",
  usage = "[-s | -d | -f | -i] [-F FILE | NAME]",
  options = {
    { "s", "short", help = "print only the part before the first dot" },
    { "d", "domain", help = "print only the part behind the first dot" },
    { "f", "fqdn", help = "print the whole name" },
    { "i", "ip-address", help = "print the addresses /etc/hosts has for the name" },
    { "F", "file", arg = "FILE", help = "set the name that FILE holds" },
  },
  operands = { max = 1 },
}

--- The first word of a file that is not a comment.
local function read_name(path)
  local file, err = io.open(path)
  if not file then return nil, err end
  for line in file:lines() do
    local name = line:gsub("#.*", ""):match("%S+")
    if name then
      file:close()
      return name
    end
  end
  file:close()
  return nil, path .. ": no name in it"
end

local function print_addresses(name)
  local found = {}
  for line in io.lines("/etc/hosts") do
    local address, names = line:gsub("#.*", ""):match("^%s*(%S+)%s+(.*)")
    for word in (names or ""):gmatch("%S+") do
      if word == name then found[#found + 1] = address end
    end
  end
  if #found == 0 then return nil, name .. ": not in /etc/hosts" end
  io.write(table.concat(found, " "), "\n")
  return true
end

---@return true? ok
---@return S.Error|string? err
function applet.run(opts, args)
  local new = args[1]
  if opts.file then
    local err
    new, err = read_name(opts.file)
    if not new then return nil, err end
  end
  if new then
    local ok, err = S.sethostname(new)
    if not ok then return nil, new .. ": " .. err end
    return true
  end

  local name = S.gethostname()
  if opts.ip_address then return print_addresses(name) end
  if opts.short then name = name:match("^[^.]*") end
  if opts.domain then name = name:match("%.(.*)") or "" end
  io.write(name, "\n")
  return true
end

return applet
