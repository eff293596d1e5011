---@meta net.device
-- net_device.lua - declarations of the C module net.device: link-layer multicast

---@class net.device
local device = {}

---@param socket S.fd any
---@param name string of the device
---@param address string its bytes
---@return true? ok
---@return S.Error? err
function device.add_multicast(socket, name, address) end

---@param socket S.fd any
---@param name string
---@param address string
---@return true? ok
---@return S.Error? err
function device.drop_multicast(socket, name, address) end

return device
