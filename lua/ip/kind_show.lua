-- ip/kind_show.lua - how `ip -d link` tells the data of a kind of link
--
-- Layer: library of ip. Form and keys are iproute2 6.1's. A kind (ip/kind/NAME.lua) is a list of
-- items in the order of printing: { field, JSON key, text form, how }; how names one of HOW or is
-- a function, nil prints the value.

local kind_show = {}

local function eth_protocol(number)
  local known = { [0x8100] = "802.1Q", [0x88a8] = "802.1ad", [0x0800] = "ip", [0x86dd] = "ipv6" }
  return known[number] or ("[%d]"):format(number)
end

local function bridge_id(bytes)
  return #bytes == 8 and ("%.2x%.2x.%x:%x:%x:%x:%x:%x"):format(bytes:byte(1, 8)) or ""
end

local DF = { [0] = "unset", "set", "inherit" }

local HOW = {
  on_off = function(out, item, value) out:on_off(item[2], item[3], value ~= 0) end,
  -- a word, when it is set
  flag = function(out, item, value)
    if value ~= 0 and value ~= false then out:put(item[2], item[3], true) end
  end,
  nonzero = function(out, item, value)
    if value ~= 0 then out:put(item[2], item[3], value) end
  end,
  hex = function(out, item, value) out:put(item[2], item[3], ("%#x"):format(value)) end,
  bridge_id = function(out, item, value) out:put(item[2], item[3], bridge_id(value)) end,
  timer = function(out, item, value)
    out:number(item[2], item[2] .. " %7.2f ", "%.2f", value / 100)
  end,
  eth_protocol = function(out, item, value) out:put(item[2], item[3], eth_protocol(value)) end,
  link = function(out, item, value, ip)
    if value ~= 0 then out:name(item[2], item[3], ip:name(value)) end
  end,
  -- an address that is not all zeros; in JSON the key has the family's number
  address = function(out, item, value)
    if value ~= "0.0.0.0" and value ~= "::" then out:put(item[2], item[3], value) end
  end,
  -- "ttl auto" for 0
  ttl = function(out, item, value)
    if out.is_json or value ~= 0 then
      out:put(item[2], item[3], value)
    else
      out:text("ttl auto ")
    end
  end,
  ttl_inherit = function(out, _, value)
    if value ~= 0 then out:text("ttl inherit ") end
  end,
  tos = function(out, _, value)
    if value == 1 and not out.is_json then
      out:text("tos inherit ")
    elseif value ~= 0 then
      out:put("tos", "tos %s ", ("%#x"):format(value))
    end
  end,
  df = function(out, _, value)
    local name = DF[value]
    if value == 0 then out:json("df", name) elseif name then out:put("df", "df %s ", name) end
  end,
  flowlabel = function(out, _, value)
    if value ~= 0 then out:put("label", "flowlabel %s ", ("%#x"):format(value)) end
  end,
  -- the word, or "no" and the word
  no_word = function(out, item, value)
    if out.is_json then
      out:json(item[2], value ~= 0)
    else
      out:text("%s", (value == 0 and "no" or "") .. item[3])
    end
  end,
}

-- the same, unless the packet's is inherited, which tells itself
function HOW.own_ttl(out, item, value, _, data)
  if data.ttl_inherit == nil or data.ttl_inherit == 0 then HOW.ttl(out, item, value) end
end

--- How to print a number by its name.
---@param map table<integer, string>
---@param key string
---@param form string
function kind_show.name_of(map, key, form)
  return function(out, _, value) out:put(key, form, map[value] or "unknown") end
end

--- Items for numbers whose words are their keys.
function kind_show.plain(...)
  local items = {}
  for i, name in ipairs { ... } do items[i] = { name, name, name .. " %d " } end
  return table.unpack(items)
end

--- The same for switches: "on" and "off".
function kind_show.switches(...)
  local items = {}
  for i, name in ipairs { ... } do items[i] = { name, name, name .. " %s ", "on_off" } end
  return items
end

--- Lists of items as one.
function kind_show.join(...)
  local all = {}
  for _, list in ipairs { ... } do table.move(list, 1, #list, #all + 1, all) end
  return all
end

kind_show.how = HOW

--- Print a kind's data.
---@param ip ip.Context
---@param kind string "bond", "bond_slave"
---@param data table?
function kind_show.print(ip, kind, data)
  local room = require("ip.kind").find(kind)
  if not room or not room.show then return end
  local out = ip.out
  out:object(kind:find("_slave$") and "info_slave_data" or "info_data")
  for _, item in ipairs(room.show()) do
    local value = data and data[item[1]]
    if value == nil and item.always then value = item.always end
    if value ~= nil and data then
      local how = item[4]
      if how == nil then
        out:put(item[2], item[3], value)
      else
        (HOW[how] or how)(out, item, value, ip, data)
      end
    end
  end
  out:object_end()
end

return kind_show
