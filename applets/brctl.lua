-- applets/brctl.lua - bridges
--
-- Layer: applet; calls nl. Words, output and messages are those of bridge-utils' brctl(8).

local cli = require "cli"
local request = require "nl.request"
local link_schema = require "nl.schema.link"

local AF_BRIDGE = 7
local NTF_MASTER = 0x4
local NUD_PERMANENT = 0x80

local applet = {
  summary = "make, change and show bridges",
  usage = "addbr | delbr BRIDGE\n       brctl addif | delif BRIDGE LINK...\n"
    .. "       brctl show [BRIDGE]... | showmacs | showstp BRIDGE\n"
    .. "       brctl stp BRIDGE on | off\n"
    .. "       brctl setageing | setfd | sethello | setmaxage BRIDGE SECONDS\n"
    .. "       brctl setbridgeprio BRIDGE PRIORITY\n"
    .. "       brctl setpathcost | setportprio BRIDGE PORT NUMBER | hairpin BRIDGE PORT on | off",
  raw = true,
  examples = { { "brctl addbr br0", "a bridge" }, { "brctl addif br0 eth0", "with a port" } },
}

-- The message as it stands, exit status 1.
local function fail(form, ...)
  io.stderr:write(form:format(...), "\n")
  return 1
end

local function get(connection, name)
  local link = connection:get(link_schema, { ifname = name })
  return link
end

local function kind(link) return link and link.linkinfo and link.linkinfo.kind end

local function get_bridge(connection, name)
  local link = get(connection, name)
  if kind(link) ~= "bridge" then return nil end
  return link
end

local function no_bridge(name) return fail("bridge %s does not exist!", name) end

local function change(connection, link, values)
  values.index = link.index
  return connection:call(link_schema, "new", values)
end

-- ---- show ----

local function id_text(bytes)
  bytes = bytes or ("\0"):rep(8)
  return ("%02x%02x.%s"):format(bytes:byte(1), bytes:byte(2),
    (bytes:sub(3, 8):gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
end

local function links_of(connection)
  local list, err = connection:dump(link_schema, {})
  if not list then return nil, err end
  table.sort(list, function(a, b) return a.ifname < b.ifname end)
  return list
end

local function ports_of(list, bridge)
  local ports = {}
  for _, link in ipairs(list) do
    if link.master == bridge.index then ports[#ports + 1] = link end
  end
  return ports
end

local function show(connection, names)
  local list, err = links_of(connection)
  if not list then return nil, err end
  local json
  if names[1] == "--json" then
    json = require "json"
    table.remove(names, 1)
  end
  local wanted, by_name = {}, {}
  for _, link in ipairs(list) do by_name[link.ifname] = link end
  for _, name in ipairs(names) do
    if kind(by_name[name]) ~= "bridge" then return no_bridge(name) end
    wanted[#wanted + 1] = by_name[name]
  end
  if #names == 0 then
    for _, link in ipairs(list) do
      if kind(link) == "bridge" then wanted[#wanted + 1] = link end
    end
  end
  local out = json and json.array()
  if not out then io.write("bridge name\tbridge id\t\tSTP enabled\tinterfaces\n") end
  for _, bridge in ipairs(wanted) do
    local data, ports = bridge.linkinfo.data or {}, {}
    for i, port in ipairs(ports_of(list, bridge)) do ports[i] = port.ifname end
    if out then
      out[#out + 1] = { name = bridge.ifname, id = id_text(data.bridge_id),
        stp = data.stp_state ~= 0, interfaces = json.array(ports) }
    else
      io.write(bridge.ifname, "\t\t", id_text(data.bridge_id), "\t",
        data.stp_state ~= 0 and "yes" or "no", "\t\t", table.concat(ports, "\n\t\t\t\t\t\t\t"),
        "\n")
    end
  end
  if out then io.write(json.encode(out), "\n") end
  return true
end

-- 1/100 s, as brctl has it
local function seconds(value)
  value = value or 0
  return ("%4d.%02d"):format(value // 100, value % 100)
end

local STATES = { [0] = "disabled", "listening", "learning", "forwarding", "blocking" }

local function show_stp(connection, words)
  local bridge = get_bridge(connection, words[1])
  if not bridge then return no_bridge(words[1]) end
  local list, err = links_of(connection)
  if not list then return nil, err end
  local d = bridge.linkinfo.data
  local function line(form, ...) io.write(form:format(...), "\n") end
  line("%s", bridge.ifname)
  line(" bridge id\t\t%s", id_text(d.bridge_id))
  line(" designated root\t%s", id_text(d.root_id))
  line(" root port\t\t%4d\t\t\tpath cost\t\t%4d", d.root_port, d.root_path_cost)
  -- the values in force are the root's; netlink tells only our own
  local sys = "/sys/class/net/" .. bridge.ifname .. "/bridge/"
  local file = require "proc.file"
  local function in_force(name, own)
    return tonumber(file.line(sys .. name) or "") or own
  end
  line(" max age\t\t%s\t\t\tbridge max age\t\t%s", seconds(in_force("max_age", d.max_age)),
    seconds(d.max_age))
  line(" hello time\t\t%s\t\t\tbridge hello time\t%s", seconds(in_force("hello_time",
    d.hello_time)), seconds(d.hello_time))
  line(" forward delay\t\t%s\t\t\tbridge forward delay\t%s", seconds(in_force("forward_delay",
    d.forward_delay)), seconds(d.forward_delay))
  line(" ageing time\t\t%s", seconds(d.ageing_time))
  line(" hello timer\t\t%s\t\t\ttcn timer\t\t%s", seconds(d.hello_timer), seconds(d.tcn_timer))
  line(" topology change timer\t%s\t\t\tgc timer\t\t%s", seconds(d.topology_change_timer),
    seconds(d.gc_timer))
  line(" flags\t\t\t%s%s", d.topology_change ~= 0 and "TOPOLOGY_CHANGE " or "",
    d.topology_change_detected ~= 0 and "TOPOLOGY_CHANGE_DETECTED " or "")
  line("\n")
  for _, port in ipairs(ports_of(list, bridge)) do
    local p = port.linkinfo and port.linkinfo.slave_data or {}
    line("%s (%d)", port.ifname, p.no or 0)
    line(" port id\t\t%04x\t\t\tstate\t\t%15s", p.id or 0, STATES[p.state] or "invalid")
    line(" designated root\t%s\tpath cost\t\t%4d", id_text(p.root_id), p.cost or 0)
    line(" designated bridge\t%s\tmessage age timer\t%s", id_text(p.bridge_id),
      seconds(p.message_age_timer))
    line(" designated port\t%04x\t\t\tforward delay timer\t%s", p.designated_port or 0,
      seconds(p.forward_delay_timer))
    line(" designated cost\t%4d\t\t\thold timer\t\t%s", p.designated_cost or 0,
      seconds(p.hold_timer))
    line(" flags\t\t\t%s%s", p.config_pending ~= 0 and "CONFIG_PENDING " or "",
      p.topology_change_ack ~= 0 and "TOPOLOGY_CHANGE_ACK " or "")
    line("")
  end
  return true
end

-- The kernel's clock ticks in struct nda_cacheinfo: USER_HZ
local TICKS = 100

local function show_macs(connection, words)
  local bridge = get_bridge(connection, words[1])
  if not bridge then return no_bridge(words[1]) end
  local list, err = links_of(connection)
  if not list then return nil, err end
  local number = {}
  for _, link in ipairs(list) do
    local data = link.linkinfo and link.linkinfo.slave_data
    if link.master == bridge.index then number[link.index] = data and data.no or 0 end
  end
  local entries, seen = {}, {}
  local found
  found, err = connection:dump(require "nl.schema.neigh", { family = AF_BRIDGE })
  if not found then return nil, err end
  for _, entry in ipairs(found) do
    local port = number[entry.index]
    local mine = entry.master == bridge.index or entry.flags & NTF_MASTER ~= 0
    local key = port and entry.lladdr and port .. entry.lladdr
    if key and mine and not seen[key] then
      seen[key] = true
      local age = entry.state & NUD_PERMANENT == 0 and entry.cacheinfo
        and entry.cacheinfo.updated * 100 // TICKS or 0
      entries[#entries + 1] = { port = port, mac = entry.lladdr, age = age,
        is_local = entry.state & NUD_PERMANENT ~= 0 }
    end
  end
  table.sort(entries, function(a, b) return a.mac < b.mac end)
  io.write("port no\tmac addr\t\tis local?\tageing timer\n")
  for _, entry in ipairs(entries) do
    io.write(("%3d\t%s\t%s\t\t%s\n"):format(entry.port, entry.mac, entry.is_local and "yes" or "no",
      seconds(entry.age)))
  end
  return true
end

-- ---- change ----

local function add_bridge(connection, words)
  local ok, err = connection:call(link_schema, "new", { ifname = words[1],
    linkinfo = { kind = "bridge" } }, "add")
  if ok then return true end
  if err.EXIST then
    return fail("device %s already exists; can't create bridge with the same name", words[1])
  end
  return fail("add bridge failed: %s", tostring(err))
end

local function delete_bridge(connection, words)
  local bridge = get(connection, words[1])
  if not bridge then return fail("bridge %s doesn't exist; can't delete it", words[1]) end
  if kind(bridge) ~= "bridge" then
    return fail("can't delete bridge %s: Invalid argument", words[1])
  end
  if bridge.flags & 1 ~= 0 then
    return fail("bridge %s is still up; can't delete it", words[1])
  end
  local ok, err = connection:call(link_schema, "del", { index = bridge.index })
  if not ok then return fail("can't delete bridge %s: %s", words[1], tostring(err)) end
  return true
end

local function port_change(is_add)
  return function(connection, words)
    local name = words[1]
    for i = 2, #words do
      local port = get(connection, words[i])
      local bridge = get_bridge(connection, name)
      if not port then return fail("interface %s does not exist!", words[i]) end
      if not bridge then return no_bridge(name) end
      if is_add and port.master then
        return fail("device %s is already a member of a bridge; can't enslave it to bridge %s.",
          words[i], name)
      elseif not is_add and port.master ~= bridge.index then
        return fail("device %s is not a port of %s", words[i], name)
      end
      local ok, err = change(connection, port, { master = is_add and bridge.index or 0 })
      if not ok and is_add then
        return fail("can't add %s to bridge %s: %s", words[i], name, tostring(err))
      elseif not ok then
        return fail("can't delete %s from %s: %s", words[i], name, tostring(err))
      end
    end
    return true
  end
end

local function number(text) return text and tonumber(text:match("^%s*(%d+%.?%d*)$")) end

local function set_bridge(field, factor)
  return function(connection, words)
    local value = number(words[2])
    if not value then return fail("bad %s value", factor > 1 and "time" or "priority") end
    local bridge = get_bridge(connection, words[1])
    if not bridge then return no_bridge(words[1]) end
    local ok, err = change(connection, bridge, { linkinfo = { kind = "bridge",
      data = { [field] = math.floor(value * factor + 0.5) } } })
    if not ok then return fail("set %s failed: %s", field:gsub("_", " "), tostring(err)) end
    return true
  end
end

local ON_OFF = { on = 1, yes = 1, ["1"] = 1, off = 0, no = 0, ["0"] = 0 }

local function stp(connection, words)
  local value = ON_OFF[words[2]]
  if not value then return fail("expect on/off for argument") end
  local bridge = get_bridge(connection, words[1])
  if not bridge then return no_bridge(words[1]) end
  local ok, err = change(connection, bridge,
    { linkinfo = { kind = "bridge", data = { stp_state = value } } })
  if not ok then return fail("set stp status failed: %s", tostring(err)) end
  return true
end

local function set_port(field, convert, wrong)
  return function(connection, words)
    local value = convert(words[3])
    if not value then return fail("%s", wrong) end
    local port = get(connection, words[2])
    local bridge = get_bridge(connection, words[1])
    if not bridge then return no_bridge(words[1]) end
    if not port then return fail("interface %s does not exist!", words[2]) end
    if port.master ~= bridge.index then
      return fail("can't set %s on %s: not a port of %s", field, words[2], words[1])
    end
    local ok, err = connection:call(link_schema, "set", { family = AF_BRIDGE, index = port.index,
      protinfo = { [field] = value } })
    if not ok then return fail("can't set %s on %s: %s", field, words[2], tostring(err)) end
    return true
  end
end

local function whole(text) return math.tointeger(number(text) or 0.5) end

-- function, words it wants at the least and at the most
local VERBS = {
  addbr = { add_bridge, 1, 1 }, delbr = { delete_bridge, 1, 1 },
  addif = { port_change(true), 2, math.huge }, delif = { port_change(false), 2, math.huge },
  show = { show, 0, math.huge }, showmacs = { show_macs, 1, 1 }, showstp = { show_stp, 1, 1 },
  stp = { stp, 2, 2 }, setageing = { set_bridge("ageing_time", 100), 2, 2 },
  setfd = { set_bridge("forward_delay", 100), 2, 2 },
  sethello = { set_bridge("hello_time", 100), 2, 2 },
  setmaxage = { set_bridge("max_age", 100), 2, 2 },
  setbridgeprio = { set_bridge("priority", 1), 2, 2 },
  setpathcost = { set_port("cost", whole, "bad path cost value"), 3, 3 },
  setportprio = { set_port("priority", whole, "bad path priority value"), 3, 3 },
  hairpin = { set_port("hairpin", function(text) return ON_OFF[text] end,
    "expect on/off for argument"), 3, 3 },
}

---@param args string[]
---@return boolean|integer|nil ok
---@return any err
function applet.run(_, args)
  local verb = args[1] and VERBS[args[1]]
  if not args[1] then cli.usage("no command") end
  if not verb then cli.usage(("never heard of command [%s]"):format(args[1])) end
  local words = table.move(args, 2, #args, 1, {})
  if #words < verb[2] or #words > verb[3] then
    cli.usage("Incorrect number of arguments for command")
  end
  for _, name in ipairs(words) do
    if #name > 15 and verb[1] == add_bridge then
      return fail("add bridge failed: %s", "Numerical result out of range")
    end
  end
  local connection <close>, err = request.open()
  if not connection then return nil, err end
  return verb[1](connection, words)
end

return applet
