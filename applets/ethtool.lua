-- applets/ethtool.lua - settings, offloads and counters of network hardware
--
-- Layer: applet; calls nl.genl, lua/ethtool. Words and output are those of ethtool(8), version 6.1,
-- for link settings (and -s), -i, -k, -K, -S, rings (-g, -G), channels (-l, -L) and pause frames
-- (-a, -A).

local cli = require "cli"
local features = require "ethtool.features"
local genl = require "nl.genl"
local schemas = require "nl.schema.ethtool"

local LINK_INFO_GET, LINK_MODES_GET, LINK_MODES_SET, LINK_STATE_GET = 2, 4, 5, 6
local FEATURES_GET, FEATURES_SET = 11, 12
local VERSION = 1
local UNKNOWN_SPEED = 0xffffffff
local NO_DATA, NO_DRIVER, NO_STATS = 75, 71, 94 -- ethtool's own exit statuses

local applet = {
  summary = "show and change settings of network hardware",
  usage = "[-i | -k | -S | -g | -l | -a | --show-...] LINK [--json]\n"
    .. "       ethtool -s LINK [speed N] [duplex half|full] [autoneg on|off]\n"
    .. "       ethtool -K LINK FEATURE on|off ...\n"
    .. "       ethtool -G | -L | -A LINK NAME VALUE ...",
  raw = true,
  examples = { { "ethtool -k eth0", "which offloads are on" },
    { "ethtool -K eth0 gro off", "switch one off" } },
}

local function fail(status, form, ...)
  io.stderr:write(form:format(...), "\n")
  return status
end

local function open()
  local connection, family
  local schema
  connection, schema, family = genl.open("ethtool", schemas.features)
  if not connection then return nil, schema end
  return connection, nil, family
end

local function ask(connection, family, schema, command, name)
  return connection:get(genl.bind(schema, family),
    { cmd = command, version = VERSION, device = { dev_name = name } })
end

local function print_json(value)
  io.write(require("json").encode(require("json").array { value }), "\n")
  return true
end

-- ---- link settings ----

local PORTS = { [0] = "Twisted Pair", "AUI", "MII", "FIBRE", "BNC", "Direct Attach Copper",
  [0xef] = "None", [0xff] = "Other" }
local PORT_BITS = { TP = "TP", AUI = "AUI", MII = "MII", FIBRE = "FIBRE", BNC = "BNC",
  Backplane = "Backplane" }
local OTHER_BITS = { Autoneg = true, Pause = true, Asym_Pause = true, None = true, RS = true,
  BASER = true, LLRS = true }
local FEC = { None = "None", RS = "RS", BASER = "BaseR", LLRS = "LLRS" }
local MDIX = { "off", "on", "on (auto)" }

-- What a bitset says: its modes, ports, and single words.
local function read_bits(set, wants)
  local out = { modes = {}, ports = {}, fec = {}, word = {} }
  for _, bit in ipairs(set and set.bits and set.bits.bit or {}) do
    if bit.name and (set.nomask or not wants or bit.value) then
      if PORT_BITS[bit.name] then
        table.insert(out.ports, PORT_BITS[bit.name])
      elseif FEC[bit.name] then
        table.insert(out.fec, FEC[bit.name])
      elseif OTHER_BITS[bit.name] then
        out.word[bit.name] = true
      else
        table.insert(out.modes, bit.name)
      end
    end
  end
  return out
end

local function pause_text(word)
  return word.Pause and (word.Asym_Pause and "Symmetric Receive-only" or "Symmetric")
    or word.Asym_Pause and "Transmit-only" or "No"
end

local function print_modes(prefix, bits, speaks)
  local label = ("\t%s link modes:"):format(prefix)
  local indent = "\n\t" .. (" "):rep(#label - 1 + (24 - #label) + 1)
  local rows = {}
  for i = 1, #bits.modes, 2 do
    rows[#rows + 1] = table.concat({ bits.modes[i], bits.modes[i + 1] }, " ")
  end
  local pad = (" "):rep(math.max(1, 25 - #label))
  io.write(label, pad, #rows > 0 and table.concat(rows, indent) or "Not reported", "\n")
  io.write(("\t%s pause frame use: %s\n"):format(prefix, pause_text(bits.word)))
  io.write(("\t%s auto-negotiation: %s\n"):format(speaks, bits.word.Autoneg and "Yes" or "No"))
  io.write(("\t%s FEC modes: %s\n"):format(prefix,
    #bits.fec > 0 and table.concat(bits.fec, " ") or "Not reported"))
end

local function speed_text(speed)
  if not speed or speed == 0 or speed == UNKNOWN_SPEED then return "Unknown!" end
  return speed .. "Mb/s"
end

local function show_settings(connection, family, name, json)
  local modes, modes_err = ask(connection, family, schemas.link_modes, LINK_MODES_GET, name)
  local info = ask(connection, family, schemas.link_info, LINK_INFO_GET, name)
  local state = ask(connection, family, schemas.link_state, LINK_STATE_GET, name)
  if not modes and not info and not state then
    if modes_err.NODEV then
      return fail(NO_DATA, "netlink error: no device matches name\nnetlink error: %s\n"
        .. "No data available", tostring(require("netlink").error("NODEV")))
    end
    return fail(NO_DATA, "netlink error: %s\nNo data available", tostring(modes_err))
  end
  if json then
    local out = { ifname = name, link = state and state.link == 1 or nil }
    if modes then
      out.speed = modes.speed and modes.speed ~= UNKNOWN_SPEED and modes.speed or nil
      out.duplex = ({ [0] = "half", "full" })[modes.duplex]
      out["auto-negotiation"] = modes.autoneg == 1
      out["supported-link-modes"] = require("json").array(read_bits(modes.ours).modes)
    end
    return print_json(out)
  end
  io.write(("Settings for %s:\n"):format(name))
  if modes then
    local supported, advertised = read_bits(modes.ours), read_bits(modes.ours, true)
    io.write(("\tSupported ports: [ %s ]\n"):format(table.concat(supported.ports, " ")))
    print_modes("Supported", supported, "Supports")
    print_modes("Advertised", advertised, "Advertised")
    io.write(("\tSpeed: %s\n"):format(speed_text(modes.speed)))
    io.write(("\tDuplex: %s\n"):format(({ [0] = "Half", "Full" })[modes.duplex]
      or ("Unknown! (%d)"):format(modes.duplex or 255)))
    io.write(("\tAuto-negotiation: %s\n"):format(modes.autoneg == 1 and "on" or "off"))
  end
  if info then
    io.write(("\tPort: %s\n"):format(PORTS[info.port]
      or ("Unknown! (%d)"):format(info.port or 255)))
    io.write(("\tPHYAD: %d\n"):format(info.phy_address or 0))
    io.write(("\tTransceiver: %s\n"):format(({ [0] = "internal", "external" })[info.transceiver]
      or "Unknown!"))
    if info.port == 0 then
      io.write(("\tMDI-X: %s\n"):format(MDIX[info.mdix] or "Unknown"))
    end
  end
  if state then
    io.write(("\tLink detected: %s\n"):format(state.link == 1 and "yes" or "no"))
  end
  return true
end

local function change_settings(connection, family, name, words)
  local values, i = { cmd = LINK_MODES_SET, version = VERSION, device = { dev_name = name } }, 1
  while words[i] do
    local word, value = words[i], words[i + 1]
    if not value then cli.usage(("%s needs a value"):format(word)) end
    if word == "speed" then
      values.speed = math.tointeger(tonumber(value))
      if not values.speed or values.speed < 0 or values.speed > 0x7fffffff then
        cli.usage(("bad value for speed: %s"):format(value))
      end
    elseif word == "duplex" then
      values.duplex = ({ half = 0, full = 1 })[value]
        or cli.usage(("bad value for duplex: %s"):format(value))
    elseif word == "autoneg" then
      values.autoneg = ({ off = 0, on = 1 })[value]
        or cli.usage(("bad value for autoneg: %s"):format(value))
    else
      cli.usage(("unknown word %s"):format(word))
    end
    i = i + 2
  end
  if i == 1 then cli.usage("say what to set") end
  local ok, err = connection:call(genl.bind(schemas.link_modes, family), "set", values)
  if not ok then return fail(NO_DATA, "netlink error: %s", tostring(err)) end
  return true
end

-- ---- features ----

local function show_features(connection, family, name, json)
  local message, err = ask(connection, family, schemas.features, FEATURES_GET, name)
  if not message then return fail(1, "netlink error: %s", tostring(err)) end
  local list = features.list(message)
  if json then
    local out = { ifname = name }
    for _, feature in ipairs(list) do
      out[feature.name] = { active = feature.active, fixed = feature.fixed,
        requested = feature.wanted }
    end
    return print_json(out)
  end
  io.write(("Features for %s:\n"):format(name), features.text(list))
  return true
end

local function change_features(connection, family, name, words)
  local message, err = ask(connection, family, schemas.features, FEATURES_GET, name)
  if not message then return fail(1, "netlink error: %s", tostring(err)) end
  local list, bit = features.list(message), {}
  if #words == 0 or #words % 2 == 1 then cli.usage("a feature and on or off") end
  for i = 1, #words, 2 do
    local names = features.named(list, words[i])
    local value = words[i + 1]
    if value ~= "on" and value ~= "off" then cli.usage(("bad value: %s"):format(value)) end
    if #names == 0 then return fail(1, "netlink error: bit name not found: %s", words[i]) end
    for _, feature in ipairs(names) do bit[#bit + 1] = { name = feature, value = value == "on" } end
  end
  local ok
  ok, err = connection:call(genl.bind(schemas.features, family), "set", { cmd = FEATURES_SET,
    version = VERSION, device = { dev_name = name }, wanted = { bits = { bit = bit } } })
  if not ok then return fail(1, "netlink error: %s", tostring(err)) end
  message = ask(connection, family, schemas.features, FEATURES_GET, name)
  local now = {}
  for _, feature in ipairs(message and features.list(message) or {}) do
    now[feature.name] = feature.active
  end
  for _, one in ipairs(bit) do
    if now[one.name] ~= one.value then
      return fail(1, "Could not change any device features")
    end
  end
  return true
end

-- ---- the driver ----

local function yes(count) return count and count ~= 0 and "yes" or "no" end

local function show_driver(name, json)
  local driver, err = require("ethtool.ioctl").driver(name)
  if not driver then
    return fail(NO_DRIVER, "Cannot get driver information: %s", tostring(err))
  end
  if json then return print_json(driver) end
  io.write(("driver: %s\nversion: %s\nfirmware-version: %s\nexpansion-rom-version: %s\n"):format(
    driver.driver, driver.version, driver.firmware, driver.rom),
    ("bus-info: %s\nsupports-statistics: %s\nsupports-test: %s\n"):format(driver.bus,
      yes(driver.stats), yes(driver.tests)),
    ("supports-eeprom-access: %s\nsupports-register-dump: %s\nsupports-priv-flags: %s\n"):format(
      yes(driver.eeprom), yes(driver.registers), yes(driver.flags)))
  return true
end

local function show_statistics(name, json)
  local list, err = require("ethtool.ioctl").statistics(name)
  if not list then
    return fail(NO_DATA, "Cannot get stats strings information: %s", tostring(err))
  end
  if #list == 0 then return fail(NO_STATS, "no stats available") end
  if json then
    local out = {}
    for _, counter in ipairs(list) do out[counter.name] = counter.value end
    return print_json(out)
  end
  io.write("NIC statistics:\n")
  for _, counter in ipairs(list) do
    -- without sign: %u is not Lua's
    local value = counter.value >= 0 and ("%d"):format(counter.value)
      or ("%.0f"):format(counter.value + 2.0 ^ 64)
    io.write(("     %s: %s\n"):format(counter.name, value))
  end
  return true
end

local ACTIONS = {
  ["-i"] = "driver", ["--driver"] = "driver",
  ["-S"] = "statistics", ["--statistics"] = "statistics",
  ["-k"] = "features", ["--show-features"] = "features", ["--show-offload"] = "features",
  ["-K"] = "set features", ["--features"] = "set features", ["--offload"] = "set features",
  ["-s"] = "set", ["--change"] = "set",
}
-- of ethtool.parameters: what, and whether it is set
local PARAMETERS = {
  ["-g"] = { "rings" }, ["--show-ring"] = { "rings" },
  ["-G"] = { "rings", true }, ["--set-ring"] = { "rings", true },
  ["-l"] = { "channels" }, ["--show-channels"] = { "channels" },
  ["-L"] = { "channels", true }, ["--set-channels"] = { "channels", true },
  ["-a"] = { "pause" }, ["--show-pause"] = { "pause" },
  ["-A"] = { "pause", true }, ["--pause"] = { "pause", true },
}

local function do_parameters(connection, family, name, what, words, json)
  local parameters = require "ethtool.parameters"
  local kind = what[1]
  if what[2] then return parameters.set(connection, family, name, kind, words) end
  local values = parameters.get(connection, family, name, kind)
  if type(values) ~= "table" then return values end
  if not json then
    io.write(parameters.text(name, kind, values))
    return true
  end
  values.device, values.cmd, values.version, values.reserved = nil, nil, nil, nil
  values.ifname = name
  return print_json(values)
end

---@param args string[]
---@return boolean|integer|nil ok
---@return any err
function applet.run(_, args)
  local words, json = {}, false
  for _, word in ipairs(args) do
    if word == "--json" then json = true else words[#words + 1] = word end
  end
  local action = "settings"
  if words[1] and words[1]:sub(1, 1) == "-" then
    action = ACTIONS[words[1]] or PARAMETERS[words[1]]
      or cli.usage(("unknown option %s"):format(words[1]))
    table.remove(words, 1)
  end
  local name = table.remove(words, 1) or cli.usage("bad command line argument(s)")
  if #name > 15 then cli.usage(("name of link is too long: %s"):format(name)) end
  local sets = action == "set" or action == "set features"
    or type(action) == "table" and action[2]
  if words[1] and not sets then
    cli.usage(("unexpected parameter '%s'"):format(words[1]))
  end
  if action == "driver" then return show_driver(name, json) end
  if action == "statistics" then return show_statistics(name, json) end
  local opened, err, family = open()
  if not opened then return nil, err end
  local connection <close> = opened
  if type(action) == "table" then
    return do_parameters(connection, family, name, action, words, json)
  end
  if action == "features" then return show_features(connection, family, name, json) end
  if action == "set features" then return change_features(connection, family, name, words) end
  if action == "set" then return change_settings(connection, family, name, words) end
  return show_settings(connection, family, name, json)
end

return applet
