-- net/dhcp/script.lua - the environment of a udhcpc script
--
-- Layer: library, pure. Follows busybox's udhcpc: event as first argument; `interface`, `ip`,
-- `subnet`, `mask` (prefix length), `siaddr`, `sname`, `boot_file` and one variable for each
-- option in its name, or optN in hexadecimal where the option has no name here. All values
-- are printable ASCII by construction (net.dhcp.options).

local ipv4 = require "net.ipv4"
local options = require "net.dhcp.options"

local script = {}

local HIDDEN = { [52] = true, [55] = true, [61] = true } -- of the protocol, not of the lease

--- Variables that describe a lease; without one, what a `deconfig` or `leasefail` gets.
---@param link string interface name
---@param lease net.dhcp.Lease?
---@param extra table<string, string>? e.g. `message` of a NAK
---@return table<string, string>
function script.environment(link, lease, extra)
  local env = { interface = link }
  for key, value in pairs(extra or {}) do env[key] = value end
  if not lease then return env end

  local message = lease.message
  for code, bytes in pairs(message.raw) do
    local option = options.get(code)
    local value = option and message.options[option.name]
    if HIDDEN[code] or option and value == nil then
      goto continue -- a value of bad form is no value
    elseif option then
      env[option.name] = option.type.text(value)
    else
      env["opt" .. code] = options.hex(bytes)
    end
    ::continue::
  end
  env.type = nil
  env.ip, env.mask, env.subnet = lease.address, tostring(lease.prefix), ipv4.mask(lease.prefix)
  env.serverid = lease.server
  env.lease = lease.duration and tostring(lease.duration) or "4294967295"
  if message.siaddr ~= "0.0.0.0" then env.siaddr = message.siaddr end
  env.sname, env.boot_file = message.sname, message.file
  return env
end

return script
