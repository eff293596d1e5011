-- ip/names.lua - names of protocols, tables, scopes, groups and hardware types
--
-- Layer: library of ip. The files are iproute2's: /etc/iproute2 before /usr/share and /usr/lib;
-- the built-in names hold where there are none. Read when a name is first asked for.

local DIRECTORIES = { "/etc/iproute2/", "/usr/share/iproute2/", "/usr/lib/iproute2/" }

local KINDS = {
  protocol = { file = "rt_protos", extra = true, names = {
    [0] = "unspec", [1] = "redirect", [2] = "kernel", [3] = "boot", [4] = "static",
    [8] = "gated", [9] = "ra", [10] = "mrt", [11] = "zebra", [12] = "bird", [13] = "dnrouted",
    [14] = "xorp", [15] = "ntk", [16] = "dhcp", [17] = "mrouted", [18] = "keepalived",
    [42] = "babel", [186] = "bgp", [187] = "isis", [188] = "ospf", [189] = "rip",
    [192] = "eigrp" } },
  table = { file = "rt_tables", extra = true, names = {
    [0] = "unspec", [253] = "default", [254] = "main", [255] = "local" } },
  scope = { file = "rt_scopes", names = {
    [0] = "global", [200] = "site", [253] = "link", [254] = "host", [255] = "nowhere" } },
  group = { file = "group", names = { [0] = "default" } },
  realm = { file = "rt_realms", names = { [0] = "unknown" } },
  dsfield = { file = "rt_dsfield", names = {} },
  address_protocol = { file = "rt_addrprotos", names = {
    [0] = "unspec", [1] = "kernel_lo", [2] = "kernel_ra", [3] = "kernel_ll" } },
}

local names = {}

local function add_file(map, path)
  local file = io.open(path)
  if not file then return false end
  for line in file:lines() do
    local number, name = line:match("^%s*(%w+)%s+([^%s#]+)")
    number = number and math.tointeger(tonumber(number))
    if number then map[number] = name end
  end
  file:close()
  return true
end

local function load(kind)
  local description = KINDS[kind]
  if not description.loaded then
    description.loaded = true
    for _, directory in ipairs(DIRECTORIES) do
      if add_file(description.names, directory .. description.file) then break end
    end
    if description.extra then
      local path = DIRECTORIES[1] .. description.file .. ".d"
      local directory = require("syscall").open(path, "rdonly, directory, cloexec")
      if directory then
        for _, name in ipairs(require("fs.dir").list(directory) or {}) do
          if name:find("^[^.].*%.conf$") then add_file(description.names, path .. "/" .. name) end
        end
        directory:close()
      end
    end
  end
  return description.names
end

--- A number's name, or the number as text.
---@param kind string "protocol", "table", "scope", "group", "realm", "address_protocol"
---@param number integer
---@param numeric boolean? never a name
---@return string
function names.name(kind, number, numeric)
  local name = not numeric and load(kind)[number]
  return name or kind == "dsfield" and ("0x%02x"):format(number) or tostring(number)
end

--- The number of a name, or of a number as text.
---@param kind string
---@param text string
---@param largest integer
---@return integer? number
function names.number(kind, text, largest)
  for number, name in pairs(load(kind)) do
    if name == text then return number end
  end
  local number = math.tointeger(tonumber(text))
  return number and number >= 0 and number <= largest and number or nil
end

-- net/if_arp.h, in iproute2's words
local HARDWARE = { [0] = "netrom", [1] = "ether", [2] = "eether", [4] = "pronet", [5] = "chaos",
  [6] = "ieee802", [7] = "arcnet", [8] = "appletlk", [15] = "dlci", [19] = "atm",
  [24] = "ieee1394", [27] = "eui64", [32] = "infiniband", [256] = "slip", [257] = "cslip",
  [280] = "can", [290] = "mctp", [512] = "ppp", [513] = "hdlc", [516] = "lapb", [519] = "rawip",
  [768] = "ipip", [769] = "tunnel6", [772] = "loopback", [776] = "sit", [778] = "gre",
  [801] = "ieee802.11", [802] = "ieee802.11/prism", [803] = "ieee802.11/radiotap",
  [804] = "ieee802.15.4", [805] = "ieee802.15.4/monitor", [820] = "phonet",
  [821] = "phonet_pipe", [823] = "gre6", [824] = "netlink", [825] = "6lowpan",
  [826] = "vsockmon", [65534] = "none", [65535] = "void" }

--- A hardware type's name.
---@param number integer struct ifinfomsg's type
---@return string
function names.hardware(number)
  return HARDWARE[number] or ("[%d]"):format(number)
end

return names
