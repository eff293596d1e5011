-- ethtool/features.lua - offloads: the kernel's features, and ethtool's groups of them
--
-- Layer: library of ethtool, pure functions.

local features = {}

-- In the order of ethtool -k: name, short name for -K, pattern of the kernel's names, whether the
-- members are listed.
features.GROUPS = {
  { "rx-checksumming", "rx", "^rx%-checksum$" },
  { "tx-checksumming", "tx", "^tx%-checksum%-", true },
  { "scatter-gather", "sg", "^tx%-scatter%-gather", true },
  { "tcp-segmentation-offload", "tso", "^tx%-tcp.*%-segmentation$", true },
  { "generic-segmentation-offload", "gso", "^tx%-generic%-segmentation$" },
  { "generic-receive-offload", "gro", "^rx%-gro$" },
  { "large-receive-offload", "lro", "^rx%-lro$" },
  { "rx-vlan-offload", "rxvlan", "^rx%-vlan%-hw%-parse$" },
  { "tx-vlan-offload", "txvlan", "^tx%-vlan%-hw%-insert$" },
  { "ntuple-filters", "ntuple", "^rx%-ntuple%-filter$" },
  { "receive-hashing", "rxhash", "^rx%-hashing$" },
}

local function bits(set)
  local map = {}
  for _, bit in ipairs(set and set.bits and set.bits.bit or {}) do
    if bit.name then map[bit.name] = set.nomask and true or bit.value or false end
  end
  return map
end

--- The features of a message, in the kernel's order.
---@param message table of nl.schema.ethtool's features
---@return { name: string, active: boolean, wanted: boolean, fixed: boolean }[]
function features.list(message)
  local active, wanted = bits(message.active), bits(message.wanted)
  local can, fixed = bits(message.hardware), bits(message.nochange)
  local list, all = {}, {}
  for _, set in ipairs { message.hardware or {}, message.active or {}, message.nochange or {} } do
    for _, bit in ipairs(set.bits and set.bits.bit or {}) do
      if bit.name and bit.name ~= "" and not all[bit.name] then -- some numbers are not in use
        all[bit.name] = bit.index or #list
        list[#list + 1] = { name = bit.name, index = bit.index or #list,
          active = active[bit.name] or false, wanted = wanted[bit.name] or false,
          fixed = not can[bit.name] or fixed[bit.name] or false }
      end
    end
  end
  table.sort(list, function(a, b) return a.index < b.index end)
  return list
end

local function line(name, active, fixed, wanted)
  local note = fixed and " [fixed]" or wanted ~= active
    and (" [requested %s]"):format(wanted and "on" or "off") or ""
  return ("%s: %s%s"):format(name, active and "on" or "off", note)
end

--- What ethtool -k prints, without its title.
---@param list table[] of features.list
---@return string
function features.text(list)
  local lines, grouped = {}, {}
  for _, group in ipairs(features.GROUPS) do
    local active, fixed, wanted, members = false, true, false, {}
    for _, feature in ipairs(list) do
      if feature.name:find(group[3]) then
        grouped[feature.name] = true
        active, wanted = active or feature.active, wanted or feature.wanted
        fixed = fixed and feature.fixed
        members[#members + 1] = feature
      end
    end
    if #members > 0 then
      if group[4] then fixed, wanted = false, active end -- its members tell
      lines[#lines + 1] = line(group[1], active, fixed, wanted)
      for _, feature in ipairs(group[4] and members or {}) do
        lines[#lines + 1] = "\t" .. line(feature.name, feature.active, feature.fixed,
          feature.wanted)
      end
    end
  end
  for _, feature in ipairs(list) do
    if not grouped[feature.name] then
      lines[#lines + 1] = line(feature.name, feature.active, feature.fixed, feature.wanted)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

--- The kernel's features that a word of -K means.
---@param list table[]
---@param word string
---@return string[] names empty: none
function features.named(list, word)
  local names = {}
  for _, group in ipairs(features.GROUPS) do
    if word == group[1] or word == group[2] then
      for _, feature in ipairs(list) do
        local is_member = feature.name:find(group[3])
        if is_member and not feature.fixed then names[#names + 1] = feature.name end
      end
      return names
    end
  end
  for _, feature in ipairs(list) do
    if feature.name == word then return { word } end
  end
  return names
end

return features
