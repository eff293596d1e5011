-- syscall/util/security.lua - capabilities of files, and what seccomp calls this machine
--
-- Layer: library, behind S.util; calls S. See capabilities(7), "File capability extended
-- attribute versioning": little-endian on every machine.

local S = require "syscall"

local security = {}

local ATTRIBUTE = "security.capability"
local VERSION_1, VERSION_2, VERSION_3 = 0x01000000, 0x02000000, 0x03000000
local EFFECTIVE = 1 -- a flag: on exec, all of the permitted ones are

local ARCH = { x64 = "X86_64", x86 = "I386", arm64 = "AARCH64", arm = "ARM", mips = "MIPS",
  mipsel = "MIPSEL", ppc = "PPC", ppc64le = "PPC64LE", riscv64 = "RISCV64", s390x = "S390X" }

--- What struct seccomp_data has in arch for the calls of this program.
---@return integer c.AUDIT_ARCH
function security.auditarch() return S.c.AUDIT_ARCH[ARCH[S.abi.arch]] end

--- A path, or a descriptor: with the function for it.
local function for_file(name, file)
  return S[(type(file) == "string" and "" or "f") .. name]
end

--- The capabilities that a program gets from its file.
---@param file string|S.fd
---@return S.t.capabilities? capabilities effective: all of the permitted, or none
---@return S.Error? err NODATA: it has none
function security.capget(file)
  local bytes, err = for_file("getxattr", file)(file, ATTRIBUTE)
  if not bytes then return nil, err end
  if #bytes < 12 then return nil, S.t.error("INVAL") end
  local magic = string.unpack("<I4", bytes)
  local version = magic & 0xff000000
  local words = { string.unpack("<I4I4I4I4", bytes .. ("\0"):rep(8), 5) }
  if version == VERSION_1 then
    words[3], words[4] = 0, 0
  elseif version ~= VERSION_2 and version ~= VERSION_3 then
    return nil, S.t.error("INVAL")
  end
  local capabilities = S.t.capabilities()
  for i = 0, 1 do
    local permitted, inheritable = words[2 * i + 1], words[2 * i + 2]
    capabilities.permitted.cap[i], capabilities.inheritable.cap[i] = permitted, inheritable
    capabilities.effective.cap[i] = magic & EFFECTIVE ~= 0 and permitted or 0
  end
  return capabilities
end

--- Give a file capabilities.
---@param file string|S.fd
---@param capabilities S.t.capabilities|table {permitted = "net_raw", effective = "net_raw"}
---@param flags string|integer|nil c.XATTR
---@return true? ok
---@return S.Error? err
function security.capset(file, capabilities, flags)
  local caps = S.t.capabilities(capabilities)
  local permitted, inheritable = caps.permitted.cap, caps.inheritable.cap
  local effective = caps.effective.cap[0] | caps.effective.cap[1]
  local magic = VERSION_2 | (effective ~= 0 and EFFECTIVE or 0)
  return for_file("setxattr", file)(file, ATTRIBUTE, string.pack("<I4I4I4I4I4", magic,
    permitted[0], inheritable[0], permitted[1], inheritable[1]), flags)
end

return security
