-- net.lua - the network's libraries by name: net.apply, net.dhcp, net.dns, loaded when first used
--
-- Layer: library.

return setmetatable({}, {
  __index = function(self, name)
    local found, module = pcall(require, "net." .. tostring(name))
    if not found then
      if module:find("module 'net." .. tostring(name) .. "' not found", 1, true) then return nil end
      error(module, 2)
    end
    rawset(self, name, module)
    return module
  end,
})
