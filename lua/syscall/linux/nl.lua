-- syscall/linux/nl.lua - S.nl, as ljsyscall's module of that name gives it
--
-- Layer: library, behind S.

return { init = function(S) return S.nl end }
