-- applets/vconfig.lua - links of VLANs, IEEE 802.1Q
--
-- Layer: applet; calls nl. Words are those of vlan's vconfig(8); names are made as it does
-- (eth0.5, eth0.0005, vlan5, vlan0005).

local cli = require "cli"
local request = require "nl.request"
local link_schema = require "nl.schema.link"

local MAX_ID, MAX_NAME = 4094, 15

local applet = {
  summary = "make and change links of VLANs",
  usage = "add LINK ID | rem VLAN | set_flag VLAN FLAG 0|1\n"
    .. "       vconfig set_egress_map | set_ingress_map VLAN PRIORITY QOS\n"
    .. "       vconfig set_name_type NAME-TYPE add LINK ID",
  raw = true,
  examples = { { "vconfig add eth0 5", "eth0.5" } },
}

local NAMES = {
  VLAN_PLUS_VID = "vlan%04d", VLAN_PLUS_VID_NO_PAD = "vlan%d",
  DEV_PLUS_VID = "%s.%04d", DEV_PLUS_VID_NO_PAD = "%s.%d",
}

local function number(what, text, largest)
  local value = text and text:find("^%d+$") and math.tointeger(tonumber(text))
  if not value or value > largest then
    cli.usage(("%s is a number from 0 to %d: %s"):format(what, largest, text or ""))
  end
  return value
end

local function get(connection, name)
  local link, err = connection:get(link_schema, { ifname = name })
  if not link then return nil, ("%s: %s"):format(name, tostring(err)) end
  return link
end

local function get_vlan(connection, name)
  local link, err = get(connection, name)
  if not link then return nil, err end
  if not link.linkinfo or link.linkinfo.kind ~= "vlan" then
    return nil, ("%s: is no VLAN"):format(name)
  end
  return link
end

local VERBS = {}

function VERBS.add(connection, words, form)
  local id = number("a VLAN's id", words[2], MAX_ID)
  local link, err = get(connection, words[1])
  if not link then return nil, err end
  local name = form:find("%s", 1, true) and form:format(words[1], id) or form:format(id)
  if #name > MAX_NAME then return nil, ("%s: the name is too long"):format(name) end
  local ok
  ok, err = connection:call(link_schema, "new", { ifname = name, link = link.index,
    linkinfo = { kind = "vlan", data = { id = id } } }, "add")
  if not ok then return nil, ("%s: %s"):format(name, tostring(err)) end
  return true
end

function VERBS.rem(connection, words)
  local link, err = get_vlan(connection, words[1])
  if not link then return nil, err end
  local ok
  ok, err = connection:call(link_schema, "del", { index = link.index })
  return ok, not ok and ("%s: %s"):format(words[1], tostring(err)) or nil
end

local function change(connection, name, data)
  local link, err = get_vlan(connection, name)
  if not link then return nil, err end
  data.id = link.linkinfo.data.id
  local ok
  ok, err = connection:call(link_schema, "new", { index = link.index,
    linkinfo = { kind = "vlan", data = data } })
  return ok, not ok and ("%s: %s"):format(name, tostring(err)) or nil
end

function VERBS.set_flag(connection, words)
  local bit = 1 << number("a flag", words[2], 31)
  local value = number("its value", words[3], 1)
  return change(connection, words[1], { flags = { flags = value * bit, mask = bit } })
end

local function set_map(field)
  return function(connection, words)
    local from = number("a priority", words[2], 0xffffffff)
    local to = number("a QOS", words[3], 7)
    if field == "ingress_qos" then from, to = number("a QOS", words[3], 7), from end
    return change(connection, words[1], { [field] = { mapping = { { from = from, to = to } } } })
  end
end
VERBS.set_egress_map, VERBS.set_ingress_map = set_map("egress_qos"), set_map("ingress_qos")

local WORDS = { add = 2, rem = 1, set_flag = 3, set_egress_map = 3, set_ingress_map = 3 }

---@param args string[]
---@return boolean? ok
---@return any err
function applet.run(_, args)
  local form, first = NAMES.DEV_PLUS_VID_NO_PAD, 1
  if args[1] == "set_name_type" then
    form = NAMES[args[2]] or cli.usage(("unknown name type %s"):format(args[2] or ""))
    if not args[3] then return true end -- the kernel keeps none: it counts for this call
    first = 3
  end
  local verb = args[first]
  if not verb then cli.usage("no command") end
  if not VERBS[verb] then cli.usage(("unknown command %s"):format(verb)) end
  local words = table.move(args, first + 1, #args, 1, {})
  if #words ~= WORDS[verb] then
    cli.usage(("%s wants %d words"):format(verb, WORDS[verb]))
  end
  local connection <close>, err = request.open()
  if not connection then return nil, err end
  return VERBS[verb](connection, words, form)
end

return applet
