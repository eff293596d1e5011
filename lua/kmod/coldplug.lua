-- kmod/coldplug.lua - drivers for all devices that are there
--
-- Layer: library; calls S and kmod. Every device tells in its `modalias` what
-- driver it wants; a driver can bring a new bus, so devices are looked for
-- again until no driver is new.

local S = require "syscall"
local kmod = require "kmod"

local coldplug = {}

local BUSES = "/sys/bus"
local LONGEST = 4096 -- bytes of a modalias: sysfs has a page
local ROUNDS = 5 -- buses behind buses; enough for a card in a dock on a hub

local function names_in(folder)
  local fd <close> = S.open(folder, "rdonly, directory")
  local names = fd and require("fs.dir").list(fd) or {}
  table.sort(names)
  return names
end

--- The modalias of every device the kernel has found, each once.
---@return string[]
function coldplug.aliases()
  local result, seen = {}, {}
  for _, bus in ipairs(names_in(BUSES)) do
    local devices = BUSES .. "/" .. bus .. "/devices/"
    for _, device in ipairs(names_in(devices)) do
      local fd <close> = S.open(devices .. device .. "/modalias", "rdonly")
      local alias = fd and (fd:read(nil, LONGEST) or ""):match("^[^\n]+")
      if alias and not seen[alias] then
        seen[alias] = true
        result[#result + 1] = alias
      end
    end
  end
  return result
end

--- Load them.
---@param warn fun(alias: string, err: string) told of each that cannot be loaded
function coldplug.run(warn)
  if not kmod.has_aliases() then return end
  local asked = {}
  for _ = 1, ROUNDS do
    local before = kmod.inserted
    for _, alias in ipairs(coldplug.aliases()) do
      if not asked[alias] then
        asked[alias] = true
        local _, err = kmod.load_alias(alias)
        if err then warn(alias, err) end
      end
    end
    if kmod.inserted == before then break end -- no driver came, so no bus did
  end
end

return coldplug
