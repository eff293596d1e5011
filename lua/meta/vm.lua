---@meta vm
-- lua/meta/vm.lua - the virtual machine (src/vm_self.c): declarations, not embedded

---@class vm
local vm = {}

--- Cap this Lua state from now on; 0 is no cap. Beyond it the state ends with an error.
---@param bytes integer
---@param instructions integer
function vm.limit(bytes, instructions) end

--- The embedded modules' names, sorted.
---@param prefix? string
---@return string[] names
function vm.modules(prefix) end

--- The applets that are in C.
---@return string[] names
function vm.applets() end

--- Is there such a module, embedded or overriding?
---@param name string
---@return boolean
function vm.has(name) end

--- Write standard output out.
---@return true? ok
---@return string? err
function vm.flush() end

--- The folder whose Lua takes precedence, where one is in force.
---@return string? path
function vm.override() end

--- Make tables of functions read-only: for programs that stay.
function vm.protect() end

return vm
