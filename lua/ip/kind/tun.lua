-- ip/kind/tun.lua - a TUN or TAP device: it is made by ip.tuntap
--
-- Layer: library of ip (form: ip.kind).

local kind_show = require "ip.kind_show"

local name_of = kind_show.name_of

local tun = {}

function tun.show()
  return {
    { "type", nil, nil, name_of({ "tun", "tap" }, "type", "type %s ") },
    { "pi", "pi", "pi %s ", "on_off" },
    { "vnet_hdr", "vnet_hdr", "vnet_hdr %s ", "on_off" },
    { "multi_queue", nil, nil, function(out, _, value, _, data)
      -- in text only when it is on
      if value == 0 then
        out:json("multi_queue", false)
      else
        out:on_off("multi_queue", "multi_queue %s ", true)
        out:put("numqueues", "numqueues %d ", data.num_queues or 0)
        out:put("numdisabled", "numdisabled %d ", data.num_disabled_queues or 0)
      end
    end },
    { "persist", "persist", "persist %s ", "on_off" },
    { "owner", "user", "user %s " },
    { "group", "group", "group %s " },
  }
end

function tun.kind() return tun end

return tun
