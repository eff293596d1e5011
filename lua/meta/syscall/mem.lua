---@meta
-- lua/meta/syscall/mem.lua - S.mem, memory by hand (src/sys_type.c, src/sys_mem.c)
--
-- Declarations for editors, and the source of help and docs/reference.

---@class S.memory
local mem = {}

--- The bytes of memory as a string: so many, or up to the first zero.
---@param memory S.mem|string
---@param length? integer
---@return string
function mem.string(memory, length) end

--- Copy bytes. A string has its zero with it; length may cut that off.
---@param to S.mem
---@param from string|S.mem
---@param length? integer
---@return S.mem to
function mem.copy(to, from, length) end

--- Set bytes, to zero unless one is given.
---@param memory S.mem
---@param length? integer all
---@param byte? integer
---@return S.mem memory
function mem.fill(memory, length, byte) end

--- The size of a type, by itself or its name, or of a piece of memory.
---@param what any
---@return integer bytes
function mem.sizeof(what) end

--- The fields of a type: {name, offset, size, count}.
---@param type any
---@return table[] fields
function mem.fields(type) end

--- Zeroed memory of a type, without its constructor.
---@param type any
---@param count? integer
---@return S.mem
function mem.new(type, count) end

--- A zeroed list of a type: indexed from 1, nil at its end.
---@param type any
---@param count integer
---@return S.mem
function mem.list(type, count) end

--- See memory as an array of a type; with `one` as a single struct with a tail.
---@param type any
---@param memory S.mem
---@param one? boolean
---@return S.mem view that keeps the memory alive
function mem.cast(type, memory, one) end

--- A view of some bytes.
---@param memory S.mem
---@param offset integer
---@param size integer
---@return S.mem view
function mem.sub(memory, offset, size) end

--- How far in memory a view of it begins.
---@param memory S.mem
---@param view S.mem
---@return integer bytes
function mem.offset(memory, view) end

--- A place as memory of size 0: to be passed on, not to be read.
---@param address integer
---@return S.mem
function mem.pointer(address) end

--- Where memory is, for calls that speak of addresses. Nothing keeps it there.
---@param memory S.mem
---@return integer address
function mem.address(memory) end

--- Is it memory, of any type?
---@param value any
---@return boolean
function mem.ismem(value) end

--- Is it memory of this type?
---@param type any
---@param value any
---@return boolean
function mem.istype(type, value) end

--- Set a raw field, past its friendly setter.
---@param memory S.mem
---@param field string
---@param value any
function mem.set(memory, field, value) end

--- Compare and exchange a 32-bit word atomically.
---@param word S.mem
---@param old integer
---@param new integer
---@return boolean exchanged
---@return integer? is what it was instead
function mem.cas(word, old, new) end

--- Add to a 32-bit word atomically.
---@param word S.mem
---@param n integer
---@return integer old
function mem.fetch_add(word, n) end

return mem
