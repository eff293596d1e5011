-- syscall/linux/nr.lua - the numbers of the system calls, as ljsyscall's module gives them
--
-- Layer: library, behind S.

local S = require "syscall"

-- Where 64 bit arguments start at an even register, others are padded: see syscall(2).
local PADDED = { arm = true, mips = true, mipsel = true, ppc = true }

return { SYS = S.c.SYS, zeropad = PADDED[S.abi.arch] or false }
