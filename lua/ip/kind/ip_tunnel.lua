-- ip/kind/ip_tunnel.lua - tunnels over IPv4: ipip, sit
--
-- Layer: library of ip (form: ip.kind).

local context = require "ip.context"
local inet = require "nl.inet"
local kind_show = require "ip.kind_show"
local tunnel = require "ip.kind.tunnel"

local ISATAP = 0x1
local PROTOCOL = {
  ipip = { names = { ipip = 4, ["ip4ip4"] = 4, ipv4 = 4, ["ipv4/ipv4"] = 4, mpls = 137,
    mplsip = 137, any = 0 }, [4] = "ipip", [137] = "mplsip", [0] = "any" },
  sit = { names = { ipv6 = 41, ip6ip = 41, ["ipv6/ipv4"] = 41, ipip = 4, ["ip4ip4"] = 4, ipv4 = 4,
    ["ipv4/ipv4"] = 4, mpls = 137, mplsip = 137, any = 0 },
    [41] = "ip6ip", [4] = "ipip", [137] = "mplsip", [0] = "any" },
}

local function get_flags(data) return data.flags and data.flags.value or 0 end

-- 6rd: a prefix of this family into an attribute for the address and one for the length
local function prefix(family, name)
  return { nil, function(_, words, _, data)
    local found = context.prefix(words:value(), family)
    data[name] = found.bytes
    data[name .. "len"] = found.length
  end }
end

local function prefix_item(name, key, word)
  return { name .. "len", nil, nil, function(out, _, length, _, data)
    local bytes = data[name]
    if length == 0 or not bytes then return end
    out:json(key, inet.text(bytes))
    out:json(key .. "len", length)
    out:text("%s %s/%d ", word, inet.text(bytes), length)
  end }
end

local function make(name)
  local protocol = PROTOCOL[name]
  local kind = { merge = true }

  function kind.options()
    local options = { external = { "collect_metadata", "set", true },
      mode = { "proto", { names = protocol.names }, "Cannot guess tunnel mode." } }
    tunnel.add_ends(options, 2)
    tunnel.add_ipv4(options)
    tunnel.add_encap(options)
    if name == "sit" then
      options.isatap = { "flags", "set", { value = ISATAP, size = 2 } }
      options["6rd-prefix"] = prefix(10, "6rd_prefix")
      options["6rd-relay_prefix"] = prefix(2, "6rd_relay_prefix")
    end
    return options
  end

  function kind.show()
    return kind_show.join({ tunnel.EXTERNAL,
        { "proto", nil, nil, function(out, _, value)
          out:put("proto", "%s ", protocol[value] or "unknown")
        end } },
      tunnel.ENDS, tunnel.show_ipv4(true), {
        { "flags", nil, nil, function(out, _, _, _, data)
          if get_flags(data) & ISATAP ~= 0 then out:put("isatap", "isatap ", true) end
        end },
        prefix_item("6rd_prefix", "prefix", "6rd-prefix"),
        prefix_item("6rd_relay_prefix", "relay_prefix", "6rd-relay_prefix"),
        tunnel.FWMARK, tunnel.ENCAP })
  end

  function kind.complete(data, creating)
    if creating then
      data.proto = data.proto or 0
      if not data.collect_metadata then
        data.ttl = data.ttl or 0 -- the kernel's own choice for sit is 64
        if data.pmtudisc == nil then data.pmtudisc = 1 end
      end
    end
    if data.ttl and data.ttl ~= 0 and data.pmtudisc == 0 then
      context.fail(255, "ttl != 0 and nopmtudisc are incompatible")
    end
  end

  return kind
end

local made = {}

local function kind(name)
  made[name] = made[name] or make(name)
  return made[name]
end

return { kind = kind }
