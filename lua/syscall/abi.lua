-- syscall/abi.lua - what kind of machine this is, in ljsyscall's words: S.abi
--
-- Layer: library, behind S.

local S = require "syscall"

local ARCH = { x86_64 = "x64", aarch64 = "arm64", i386 = "x86", i686 = "x86", armv7l = "arm",
  armv6l = "arm", mips64 = "mips", ppc64 = "ppc" }

local machine = S.uname().machine
local is_le = string.pack("=I2", 1) == "\1\0"
local is_64 = S.mem.sizeof("intptr") == 8
local arch = ARCH[machine] or machine
if not is_64 then arch = ({ x64 = "x86", arm64 = "arm" })[arch] or arch end

return {
  arch = arch,
  abi32 = not is_64,
  abi64 = is_64,
  le = is_le,
  be = not is_le,
  os = "linux",
  host = "linux",
  types = "netbsd", -- means nothing on Linux
}
