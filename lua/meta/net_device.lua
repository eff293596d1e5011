---@meta net.device
-- net_device.lua - declarations of the C module net.device: TUN/TAP devices, link-layer multicast

---@class net.device
local device = {}

--- Make the device, or take one that is there (tun(4), TUNSETIFF).
---@param fd S.fd of /dev/net/tun
---@param name string "" lets the kernel choose
---@param flags integer IFF_TUN 1, IFF_TAP 2, IFF_NO_PI 0x1000, ...
---@return string? name
---@return S.Error? err
function device.attach(fd, name, flags) end

---@param fd S.fd
---@param id integer user
---@return true? ok
---@return S.Error? err
function device.owner(fd, id) end

---@param fd S.fd
---@param id integer group
---@return true? ok
---@return S.Error? err
function device.group(fd, id) end

---@param fd S.fd
---@param stays boolean without a process that has it open
---@return true? ok
---@return S.Error? err
function device.persist(fd, stays) end

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
