-- syscall/linux/cgroup.lua - S.cgroup, as ljsyscall's module of that name gives it
--
-- Layer: library, behind S.

return { init = function(S) return S.cgroup end }
