---@meta
-- lua/meta/syscall/memory.lua - mappings
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- Map a file or memory. A fixed address replaces only what S.mmap mapped before: EEXIST for
--- anything else.
--- mmap(2)
---@param address? any
---@param length integer
---@param prot S.c.PROT
---@param flags S.c.MAP
---@param fd? S.fd|integer
---@param offset? integer
---@return S.mem? memory
---@return S.Error? err
function S.mmap(address, length, prot, flags, fd, offset) end

--- Unmap; what still points there raises. BUSY: the kernel works on it.
--- munmap(2)
---@param memory S.mem
---@param length integer
---@return true? ok
---@return S.Error? err
function S.munmap(memory, length) end

--- Change a mapping's length or place.
--- mremap(2)
---@param memory S.mem
---@param old integer
---@param new integer
---@param flags? S.c.MREMAP
---@param address? any
---@return S.mem? memory
---@return S.Error? err
function S.mremap(memory, old, new, flags, address) end

--- Set what may be done there; the rest raises.
--- mprotect(2)
---@param memory S.mem
---@param length integer
---@param prot S.c.PROT
---@return true? ok
---@return S.Error? err
function S.mprotect(memory, length, prot) end

--- Write changes to the file.
--- msync(2)
---@param memory S.mem
---@param length integer
---@param flags S.c.MSYNC
---@return true? ok
---@return S.Error? err
function S.msync(memory, length, flags) end

--- Say how memory will be used.
--- madvise(2)
---@param memory S.mem
---@param length integer
---@param advice S.c.MADV
---@return true? ok
---@return S.Error? err
function S.madvise(memory, length, advice) end

--- Keep pages in memory.
--- mlock(2)
---@param memory S.mem
---@param length integer
---@return true? ok
---@return S.Error? err
function S.mlock(memory, length) end

--- Keep them no more.
--- munlock(2)
---@param memory S.mem
---@param length integer
---@return true? ok
---@return S.Error? err
function S.munlock(memory, length) end

--- Keep all pages of the process in memory.
--- mlockall(2)
---@param flags S.c.MCL
---@return true? ok
---@return S.Error? err
function S.mlockall(flags) end

--- Keep them no more.
--- munlockall(2)
---@return true? ok
---@return S.Error? err
function S.munlockall() end

--- A byte for each page: 1 where it is in memory.
--- mincore(2)
---@param memory S.mem
---@param length integer
---@return S.mem? pages
---@return S.Error? err
function S.mincore(memory, length) end

--- Map other pages of the same file.
--- remap_file_pages(2)
---@param memory S.mem
---@param size integer
---@param prot S.c.PROT
---@param page integer
---@param flags? S.c.MAP
---@return true? ok
---@return S.Error? err
function S.remap_file_pages(memory, size, prot, page, flags) end

--- What follows sees what the kernel wrote before: for rings shared with it.
--- membarrier(2)
function S.memory_barrier() end

--- The size of a page.
--- getpagesize(2)
---@return integer bytes
function S.getpagesize() end

--- Keep pages in memory, with "onfault" once they are used.
--- mlock2(2)
---@param memory S.mem
---@param length integer
---@param flags? S.c.MLOCK
---@return true? ok
---@return S.Error? err
function S.mlock2(memory, length, flags) end

--- A segment of shared memory; key 0: a new one.
--- shmget(2)
---@param key integer
---@param size integer
---@param flags? S.c.IPC
---@param mode? S.c.MODE
---@return integer? identifier
---@return S.Error? err
function S.shmget(key, size, flags, mode) end

--- A segment as memory.
--- shmat(2)
---@param identifier integer
---@param flags? S.c.SHM
---@return S.mem? memory
---@return S.Error? err
function S.shmat(identifier, flags) end

--- Let go of it, all that shmat gave.
--- shmdt(2)
---@param memory S.mem
---@return true? ok
---@return S.Error? err
function S.shmdt(memory) end

--- "rmid"; "set", whose owner and mode; "stat": uid, gid, cuid, cgid, mode, size, nattch, times.
--- shmctl(2)
---@param identifier integer
---@param command S.c.IPC
---@param owner? { uid: integer?, gid: integer?, mode: integer|string|nil }
---@return true|table|nil result
---@return S.Error? err
function S.shmctl(identifier, command, owner) end
