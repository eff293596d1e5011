---@meta
-- lua/meta/syscall/modules.lua - small modules in C around S: directories, names, ^C

---@class syscall.dir
local dir = {}

--- Go through a whole directory: `for name, entry in dir.entries(fd) do`. The descriptor is closed
--- at the end, and by a break; an error on the way raises. An entry is made only where it is taken.
--- getdents(2)
---@param fd S.fd
---@param buffer? S.mem
---@param size? integer 4096, of the buffer that is made
---@return fun(): string?, S.t.dirent? next
---@return nil
---@return nil
---@return S.fd fd to be closed
function dir.entries(fd, buffer, size) end

---@class syscall.names
local names = {}

--- The functions of S that are in C.
---@return string[]
function names.functions() end

--- The tables of S.c.
---@return string[]
function names.constants() end

--- The structs and scalars of S.t.
---@return string[]
function names.types() end

---@class vm.interrupt
local interrupt = {}

--- Call a function that ^C stops with an error; a second ^C ends the process.
---@param f function
---@param ... any
---@return boolean ok
---@return any ... results, or the traceback
function interrupt.call(f, ...) end
