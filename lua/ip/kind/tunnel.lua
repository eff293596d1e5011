-- ip/kind/tunnel.lua - what the tunnels over IP have in common
--
-- Layer: library of ip (form: ip.kind).

local context = require "ip.context"
local inet = require "nl.inet"

local fail = context.fail

local tunnel = {}

-- IP6_TNL_F_: include/uapi/linux/ip6_tunnel.h
tunnel.IGNORE_LIMIT, tunnel.ORIGINAL_CLASS, tunnel.ORIGINAL_LABEL = 0x1, 0x2, 0x4
tunnel.COPY_DSCP, tunnel.ALLOW_LOCAL_REMOTE = 0x10, 0x40

-- GRE_: include/uapi/linux/if_tunnel.h
local KEY = 0x2000
local FLAG = { csum = 0x8000, seq = 0x1000 }

local CLASS_MASK, LABEL_MASK = 0x0ff00000, 0x000fffff

-- ---- words ----

local function take_key(word, text)
  if text:find(".", 1, true) then
    local bytes = inet.bytes(text)
    if bytes and #bytes == 4 then return (string.unpack(">I4", bytes)) end
  end
  local number = context.integer(text)
  if number and number >= 0 and number <= 0xffffffff then return number end
  fail(255, ('invalid value for "%s": "%s"; it should be an unsigned integer'):format(word, text))
end

--- Words for keys; with flags where the kind has those.
function tunnel.add_keys(options, has_flags)
  for word, ways in pairs { key = { "i", "o" }, ikey = { "i" }, okey = { "o" } } do
    local function set(key, data)
      for _, way in ipairs(ways) do
        data[way .. "key"] = key or 0
        if has_flags then
          local flags = data[way .. "flags"] or 0
          data[way .. "flags"] = key and flags | KEY or flags & ~KEY
        end
      end
    end
    options[word] = { nil, function(_, words, _, data)
      set(take_key(word, words:value()), data)
    end }
    options["no" .. word] = { nil, function(_, _, _, data) set(nil, data) end }
  end
end

--- Words for checksums and sequence numbers.
function tunnel.add_flags(options)
  for name, bit in pairs(FLAG) do
    for prefix, ways in pairs { [""] = { "i", "o" }, i = { "i" }, o = { "o" } } do
      local function set(on, data)
        for _, way in ipairs(ways) do
          local flags = data[way .. "flags"] or 0
          data[way .. "flags"] = on and flags | bit or flags & ~bit
        end
      end
      options[prefix .. name] = { nil, function(_, _, _, data) set(true, data) end }
      options["no" .. prefix .. name] = { nil, function(_, _, _, data) set(false, data) end }
    end
  end
end

local ENCAP = { none = 0, fou = 1, gue = 2 }
local ENCAP_FLAG = { ["encap-csum"] = 1, ["encap-csum6"] = 2, ["encap-remcsum"] = 4 }

local function port(_, words, attribute)
  if words:peek() == "auto" then
    words:take()
    return attribute, 0
  end
  return attribute, words:number(0, 0xffff, 'Invalid "' .. attribute .. '" value\n')
end

--- Words for what stands around the tunnel's packets.
function tunnel.add_encap(options)
  options.noencap = { "encap_type", "set", 0 }
  options.encap = { "encap_type", { names = ENCAP }, "Invalid encap type." }
  options["encap-sport"] = { "encap_sport", port }
  options["encap-dport"] = { "encap_dport", port }
  for word, bit in pairs(ENCAP_FLAG) do
    local function set(on)
      return { nil, function(_, _, _, data)
        local flags = data.encap_flags or 0
        data.encap_flags = on and flags | bit or flags & ~bit
      end }
    end
    options[word], options["no" .. word] = set(true), set(false)
  end
end

--- Words for the ends, and the device beneath.
function tunnel.add_ends(options, family)
  local function take(_, words, attribute)
    local text = words:value()
    if text == "any" then return attribute, family == 10 and "::" or "0.0.0.0" end
    return attribute, (context.address(text, family))
  end
  options.remote, options["local"] = { "remote", take }, { "local", take }
  options.dev = { "link", "link" }
  options.fwmark = { "fwmark", { 0, 0xffffffff }, "invalid fwmark\n" }
end

local function number_or_inherit(inherited, largest, why)
  return function(_, words, attribute)
    local text = words:value()
    if text == "inherit" then return attribute, inherited end
    local number = context.integer(text)
    return attribute, number and number >= 0 and number <= largest and number
      or context.invalid(text, why)
  end
end

--- Words for the header of IPv4.
function tunnel.add_ipv4(options)
  options.ttl = { "ttl", number_or_inherit(0, 255, "invalid TTL\n") }
  options.tos = { "tos", function(_, words, attribute)
    local text = words:value()
    local number = text == "inherit" and 1
      or require("ip.names").number("dsfield", text, 255) or context.integer(text)
    return attribute, number or context.invalid(text, "bad TOS value")
  end }
  options.hoplimit, options.hlim, options.dsfield, options.tclass = options.ttl, options.ttl,
    options.tos, options.tos
  options.pmtudisc, options.nopmtudisc = { "pmtudisc", "set", 1 }, { "pmtudisc", "set", 0 }
end

--- Words for the header of IPv6. `get` and `set` reach the flags in the data.
function tunnel.add_ipv6(options, get, set)
  local function flag(data, bit, on)
    local flags = get(data)
    set(data, on and flags | bit or flags & ~bit)
  end
  local function flow(mask, shift, bit, largest, why)
    return { nil, function(_, words, _, data)
      local text = words:value()
      if text == "inherit" then
        flag(data, bit, true)
        return
      end
      local number = context.integer(text)
        or shift > 0 and require("ip.names").number("dsfield", text, 255)
      if not number or number < 0 or number > largest then context.invalid(text, why) end
      flag(data, bit, false)
      data.flowinfo = (data.flowinfo or 0) & ~mask | number << shift
    end }
  end
  options.ttl = { "ttl", number_or_inherit(0, 255, "invalid HLIM\n") }
  options.hoplimit, options.hlim = options.ttl, options.ttl
  options.tclass = flow(CLASS_MASK, 20, tunnel.ORIGINAL_CLASS, 255, "invalid TClass")
  options.tos, options.dsfield, options.tc = options.tclass, options.tclass, options.tclass
  options.flowlabel = flow(LABEL_MASK, 0, tunnel.ORIGINAL_LABEL, LABEL_MASK, "invalid Flowlabel")
  options.fl = options.flowlabel
  options.dscp = { nil, function(_, words, _, data)
    local text = words:value()
    if text ~= "inherit" then context.invalid(text, "not inherit") end
    flag(data, tunnel.COPY_DSCP, true)
  end }
  options.encaplimit = { nil, function(_, words, _, data)
    local text = words:value()
    if text == "none" then
      flag(data, tunnel.IGNORE_LIMIT, true)
      return
    end
    local number = context.integer(text)
    if not number or number < 0 or number > 255 then context.invalid(text, "invalid ELIM") end
    flag(data, tunnel.IGNORE_LIMIT, false)
    data.encap_limit = number
  end }
  options.elim = options.encaplimit
  for word, on in pairs { ["allow-localremote"] = true, ["noallow-localremote"] = false } do
    options[word] = { nil, function(_, _, _, data) flag(data, tunnel.ALLOW_LOCAL_REMOTE, on) end }
  end
end

-- ---- text ----

local function dotted(number) return inet.text(string.pack(">I4", number)) end

local function endpoint(key)
  return { key, nil, nil, always = "any", function(out, _, value)
    if value == "0.0.0.0" or value == "::" then value = "any" end
    out:put(key, key .. " %s ", value)
  end }
end

--- Items for the ends and the device beneath.
tunnel.ENDS = { endpoint "remote", endpoint "local", { "link", "link", "dev %s ", "link" } }

--- Items for the header of IPv4; `is_told`: path MTU discovery is told also when it is on.
function tunnel.show_ipv4(is_told)
  return {
    { "ttl", nil, nil, function(out, _, value)
      if value == 0 and not out.is_json then
        out:text("ttl inherit ")
      else
        out:put("ttl", "ttl %d ", value)
      end
    end },
    { "tos", nil, nil, "tos" },
    { "pmtudisc", nil, nil, function(out, _, value)
      out:json("pmtudisc", value ~= 0)
      if value == 0 then out:text("nopmtudisc ") elseif is_told then out:text("pmtudisc ") end
    end },
  }
end

--- Items for the header of IPv6.
function tunnel.show_ipv6(get)
  local function flagged(name, bit, key, text, rest)
    return { name, nil, nil, always = 0, function(out, _, value, _, data)
      if get(data) & bit ~= 0 then out:put(key, text, true) else rest(out, value) end
    end }
  end
  return {
    { "ttl", nil, nil, function(out, _, value)
      if value == 0 and not out.is_json then
        out:text("hoplimit inherit ")
      else
        out:put("ttl", "hoplimit %d ", value)
      end
    end },
    flagged("encap_limit", tunnel.IGNORE_LIMIT, "ip6_tnl_f_ign_encap_limit", "encaplimit none ",
      function(out, value) out:put("encap_limit", "encaplimit %d ", value) end),
    flagged("flowinfo", tunnel.ORIGINAL_CLASS, "ip6_tnl_f_use_orig_tclass", "tclass inherit ",
      function(out, value)
        out:put("tclass", "tclass %s ", ("0x%02x"):format((value & CLASS_MASK) >> 20))
      end),
    flagged("flowinfo", tunnel.ORIGINAL_LABEL, "ip6_tnl_f_use_orig_flowlabel",
      "flowlabel inherit ", function(out, value)
        out:put("flowlabel", "flowlabel %s ", ("0x%05x"):format(value & LABEL_MASK))
      end),
    flagged("flags", tunnel.COPY_DSCP, "ip6_tnl_f_rcv_dscp_copy", "dscp inherit ",
      function() end),
    flagged("flags", tunnel.ALLOW_LOCAL_REMOTE, "ip6_tnl_f_allow_local_remote",
      "allow-localremote ", function() end),
  }
end

local function key_item(way)
  return { way .. "key", nil, nil, function(out, _, value, _, data)
    local flags = data[way .. "flags"]
    if flags and flags & KEY == 0 or not flags and value == 0 then return end
    out:put(way .. "key", way .. "key %s ", dotted(value))
  end }
end

tunnel.KEYS = { key_item "i", key_item "o" }

local function flag_item(way, name)
  return { way .. "flags", nil, nil, function(out, _, value)
    if value & FLAG[name] ~= 0 then out:put(way .. name, way .. name .. " ", true) end
  end }
end

tunnel.FLAGS = { flag_item("i", "seq"), flag_item("o", "seq"), flag_item("i", "csum"),
  flag_item("o", "csum") }

tunnel.EXTERNAL = { "collect_metadata", "external", "external ", "flag" }

tunnel.FWMARK = { "fwmark", nil, nil, function(out, _, value)
  if value ~= 0 then out:put("fwmark", "fwmark %s ", ("%#x"):format(value)) end
end }

local ENCAP_NAME = { "fou", "gue" }

tunnel.ENCAP = { "encap_type", nil, nil, function(out, _, value, _, data)
  if value == 0 then return end
  out:object("encap")
  out:put("type", "encap %s ", ENCAP_NAME[value] or "unknown")
  for _, way in ipairs { "sport", "dport" } do
    local number = data["encap_" .. way] or 0
    if number == 0 and not out.is_json then
      if way == "sport" then out:text("encap-sport auto ") end
    else
      out:put(way, "encap-" .. way .. " %d ", number)
    end
  end
  for _, name in ipairs { "csum", "csum6", "remcsum" } do
    local on = (data.encap_flags or 0) & ENCAP_FLAG["encap-" .. name] ~= 0
    out:json(name, on)
    out:text("%sencap-%s ", on and "" or "no", name)
  end
  out:object_end()
end }

tunnel.ERSPAN = {
  { "erspan_index", "erspan_index", "erspan_index %d " },
  { "erspan_ver", "erspan_ver", "erspan_ver %d " },
  { "erspan_dir", nil, nil, function(out, _, value)
    out:put("erspan_dir", "erspan_dir %s ", value == 0 and "ingress" or "egress")
  end },
  { "erspan_hwid", "erspan_hwid", "erspan_hwid %s ", "hex" },
}

--- Words of ERSPAN.
function tunnel.add_erspan(options)
  options.erspan = { "erspan_index", { 0, 0xfffff }, "invalid erspan index\n" }
  options.erspan_ver = { "erspan_ver", { 0, 2 }, "erspan version must be 0/1/2\n" }
  options.erspan_dir = { "erspan_dir", { names = { ingress = 0, egress = 1 } },
    "Invalid erspan direction." }
  options.erspan_hwid = { "erspan_hwid", { 0, 0xffff }, "invalid erspan hwid\n" }
end

return tunnel
