-- syscall/linux/types.lua - S.types, as ljsyscall's module of that name gives it
--
-- Layer: library, behind S.

return { init = function(S) return S.types end }
