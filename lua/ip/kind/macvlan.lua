-- ip/kind/macvlan.lua - MACVLAN and MACVTAP
--
-- Layer: library of ip (form: ip.kind).

local context = require "ip.context"
local forms = require "ip.kind_forms"
local kind_show = require "ip.kind_show"

local NAMES = { [1] = "private", [2] = "vepa", [4] = "bridge", [8] = "passthru", [16] = "source" }
local SOURCE = 16

local function flag(bit)
  return { "flags", function(_, _, attribute, data) return attribute, data.flags or 0 | bit end }
end

-- "macaddr add|del ADDRESS", "macaddr flush", "macaddr set ADDRESS ..."
local function source_address(_, words, _, data)
  local verb = words:value()
  if verb == "add" or verb == "del" then
    data.macaddr_mode = verb == "add" and 0 or 1
    data.macaddr = context.hardware_address(words:value())
  elseif verb == "flush" then
    data.macaddr_mode = 2
  elseif verb == "set" then
    data.macaddr_mode = 3
    local list = {}
    while (words:peek() or ""):find(":", 1, true) do
      list[#list + 1] = context.hardware_address(words:take())
    end
    data.macaddr_data = { macaddr = list }
  else
    context.invalid(verb, "macaddr is expected to be followed by add, del, flush or set")
  end
end

local macvlan = { word = "option" }

function macvlan.options()
  return {
    mode = { "mode",
      { names = { private = 1, vepa = 2, bridge = 4, passthru = 8, source = 16 } },
      message = 'Error: argument of "mode" must be "private", "vepa", "bridge", "passthru" '
        .. 'or "source", not "%s"' },
    nopromisc = flag(1),
    nodst = flag(2),
    bcqueuelen = { "bc_queue_len", forms.U32 },
    macaddr = { nil, source_address },
  }
end

function macvlan.show()
  return {
    { "mode", nil, nil, kind_show.name_of(NAMES, "mode", "mode %s ") },
    { "flags", nil, nil, function(out, _, value)
      if value & 1 ~= 0 then out:put("nopromisc", "nopromisc ", true) end
      if value & 2 ~= 0 then out:put("nodst", "nodst ", true) end
    end },
    { "bc_queue_len", "bcqueuelen", "bcqueuelen %d " },
    { "bc_queue_len_used", "usedbcqueuelen", "usedbcqueuelen %d " },
    { "macaddr_count", nil, nil, function(out, _, value, _, data)
      if data.mode == SOURCE then out:put("macaddr_count", "remotes (%d) ", value) end
    end },
    { "macaddr_data", nil, nil, function(out, _, value, _, data)
      if data.mode ~= SOURCE then return end
      out:array("macaddr_data")
      for _, address in ipairs(value.macaddr or {}) do out:put(nil, "%s ", address) end
      out:array_end()
    end },
  }
end

function macvlan.kind() return macvlan end

return macvlan
