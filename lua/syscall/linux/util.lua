-- syscall/linux/util.lua - S.util, as ljsyscall's module of that name gives it
--
-- Layer: library, behind S.

return { init = function(S) return S.util end }
