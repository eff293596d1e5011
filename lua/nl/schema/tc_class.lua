-- nl/schema/tc_class.lua - classes of queueing disciplines: as nl.schema.tc, with messages of
-- their own
--
-- Layer: schema (form: nl.codec).

local class = {}
for key, value in pairs(require "nl.schema.tc") do class[key] = value end
class.name = "class"
class.messages = { new = 40, del = 41, get = 42 }

return class
