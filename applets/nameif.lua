-- applets/nameif.lua - name links by their hardware addresses
--
-- Layer: applet; calls nl. Follows net-tools' nameif(8): pairs on the command line, or lines
-- "NAME ADDRESS" in /etc/mactab; "mac=" before an address is accepted as busybox does.

local cli = require "cli"
local inet = require "nl.inet"
local request = require "nl.request"
local link_schema = require "nl.schema.link"

local MAX_NAME = 15
local IFF_UP = 0x1

local applet = {
  summary = "name links by their hardware addresses",
  usage = "[-s] [-c FILE] [NAME ADDRESS]...",
  options = {
    { "c", "config-file", arg = "FILE", help = "read from there; /etc/mactab" },
    { "s", "syslog", help = "accepted: messages go to standard error" },
  },
  examples = { { "nameif lan0 00:11:22:33:44:55", "the link with this address is lan0" } },
}

local function pair(name, address)
  if name == "" or #name > MAX_NAME or name:find("[/%s%c]") then
    return nil, ("interface name '%s' too long or not a name"):format(name)
  end
  local bytes = inet.hardware_bytes((address:gsub("^mac=", "")))
  if not bytes then return nil, ("cannot parse MAC '%s'"):format(address) end
  return { name = name, mac = inet.hardware_text(bytes) }
end

local function read_file(path)
  local file, err = io.open(path)
  if not file then return nil, err end
  local wanted, number = {}, 0
  for line in file:lines() do
    number = number + 1
    line = line:gsub("#.*", "")
    if line:find("%S") then
      local name, address = line:match("^%s*(%S+)%s+(%S+)%s*$")
      local one
      if name then one, err = pair(name, address) else err = "a name and an address expected" end
      if not one then
        file:close()
        return nil, ("%s: line %d: %s"):format(path, number, err)
      end
      wanted[#wanted + 1] = one
    end
  end
  file:close()
  return wanted
end

---@param opts table
---@param args string[]
---@return boolean? ok
---@return any err
function applet.run(opts, args)
  local wanted, err
  if #args == 0 then
    wanted, err = read_file(opts.config_file or "/etc/mactab")
    if not wanted then return nil, err end
  end
  wanted = wanted or {}
  if #args % 2 == 1 then cli.usage("a name without an address") end
  for i = 1, #args, 2 do
    wanted[#wanted + 1], err = pair(args[i], args[i + 1])
    if err then return nil, err end
  end
  local connection <close>, failure = request.open()
  if not connection then return nil, failure end
  local links
  links, err = connection:dump(link_schema, {})
  if not links then return nil, err end
  for _, one in ipairs(wanted) do
    local found
    for _, link in ipairs(links) do
      -- what stands on a link has its address, too
      local below = not (link.linkinfo and link.link)
      if link.address == one.mac and below then found = found or link end
    end
    for _, link in ipairs(links) do
      if not found and link.address == one.mac then found = link end
    end
    if not found then
      cli.warn(one.name, "interface with MAC " .. one.mac .. " not found")
    elseif found.ifname ~= one.name then
      local ok
      ok, err = connection:call(link_schema, "new", { index = found.index, ifname = one.name })
      if not ok then
        cli.warn(one.name, ("cannot change name of %s: %s%s"):format(found.ifname, tostring(err),
          found.flags & IFF_UP ~= 0 and " (it is up)" or ""))
      end
    end
  end
  return true
end

return applet
