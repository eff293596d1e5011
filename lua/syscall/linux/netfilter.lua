-- syscall/linux/netfilter.lua - what iptables' tables in the kernel can do
--
-- Layer: library, behind S; calls S. See linux/netfilter_ipv4/ip_tables.h.

local S = require "syscall"

local netfilter = {}

local REVISION_MATCH, REVISION_MATCH6 = 66, 68 -- IPT_SO_GET_REVISION_MATCH, IP6T_...
local NAME_SIZE = 29 -- XT_EXTENSION_MAXNAMELEN

--- A socket for getsockopt on the tables.
---@param family string|integer|nil c.AF: "inet"
---@return S.fd? fd
---@return S.Error? err PERM without CAP_NET_RAW
function netfilter.socket(family)
  return S.socket(family or "inet", "raw", "raw")
end

--- The newest revision of a match that the kernel knows.
---@param family string|integer|nil c.AF: "inet"
---@param match string? "tcp"
---@return integer? revision
---@return S.Error? err NOPROTOOPT or PROTONOSUPPORT: the kernel has no such thing
function netfilter.version(family, match)
  local fd, err = netfilter.socket(family)
  if not fd then return nil, err end
  local socket <close> = fd
  local buffer = S.t.buffer(NAME_SIZE + 1) -- struct xt_get_revision: name, revision
  S.mem.copy(buffer, match or "tcp")
  local is_v6 = S.c.AF[family or "inet"] == S.c.AF.INET6
  local level = is_v6 and S.c.IPPROTO.IPV6 or S.c.IPPROTO.IP
  for revision = 0, 255 do
    buffer[NAME_SIZE] = revision
    local ok
    ok, err = socket:getsockopt(level, is_v6 and REVISION_MATCH6 or REVISION_MATCH, buffer)
    if not ok then return revision > 0 and revision - 1 or nil, err end
  end
  return 255
end

return netfilter
