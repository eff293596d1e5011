---@meta
-- lua/meta/syscall/sched.lua - scheduling, affinity, priorities of input and output
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- A process's policy: c.SCHED.
--- sched_getscheduler(2)
---@param pid? integer
---@return integer? policy
---@return S.Error? err
function S.sched_getscheduler(pid) end

--- Set a policy, and its priority.
--- sched_setscheduler(2)
---@param pid? integer
---@param policy S.c.SCHED
---@param param? any
---@return true? ok
---@return S.Error? err
function S.sched_setscheduler(pid, policy, param) end

--- The priority for real time.
--- sched_getparam(2)
---@param pid? integer
---@param param? S.mem
---@return integer? priority
---@return S.Error? err
function S.sched_getparam(pid, param) end

--- Set the priority for real time.
--- sched_setparam(2)
---@param pid? integer
---@param param any
---@return true? ok
---@return S.Error? err
function S.sched_setparam(pid, param) end

--- Let others run.
--- sched_yield(2)
---@return true? ok
---@return S.Error? err
function S.sched_yield() end

--- The processors that a process may run on.
--- sched_getaffinity(2)
---@param pid? integer
---@param set? S.t.cpu_set
---@param size? integer
---@return S.t.cpu_set? set
---@return S.Error? err
function S.sched_getaffinity(pid, set, size) end

--- Set the processors: t.cpu_set or {0, 1}.
--- sched_setaffinity(2)
---@param pid? integer
---@param set any
---@param size? integer
---@return true? ok
---@return S.Error? err
function S.sched_setaffinity(pid, set, size) end

--- A policy's highest priority.
--- sched_get_priority_max(2)
---@param policy S.c.SCHED
---@return integer? priority
---@return S.Error? err
function S.sched_get_priority_max(policy) end

--- A policy's lowest priority.
--- sched_get_priority_min(2)
---@param policy S.c.SCHED
---@return integer? priority
---@return S.Error? err
function S.sched_get_priority_min(policy) end

--- The length of a turn under "rr".
--- sched_rr_get_interval(2)
---@param pid? integer
---@param ts? S.t.timespec
---@return S.t.timespec? ts
---@return S.Error? err
function S.sched_rr_get_interval(pid, ts) end

--- All of a process's scheduling.
--- sched_getattr(2)
---@param pid? integer
---@return S.t.sched_attr? attr
---@return S.Error? err
function S.sched_getattr(pid) end

--- Set all of it: {sched_policy, sched_flags, sched_nice, sched_runtime ...}.
--- sched_setattr(2)
---@param pid? integer
---@param attr table
---@param flags? integer
---@return true? ok
---@return S.Error? err
function S.sched_setattr(pid, attr, flags) end

--- Where we run: {cpu, node}.
--- getcpu(2)
---@return table? where
---@return S.Error? err
function S.getcpu() end

--- Priority of input and output.
--- ioprio_get(2)
---@param which? S.c.IOPRIO_WHO
---@param who? integer
---@return integer? class
---@return S.Error? err
---@return integer? level
function S.ioprio_get(which, who) end

--- Set it; level 0 is the most urgent.
--- ioprio_set(2)
---@param which S.c.IOPRIO_WHO
---@param who integer
---@param class S.c.IOPRIO_CLASS
---@param level? integer
---@return true? ok
---@return S.Error? err
function S.ioprio_set(which, who, class, level) end

--- Which nodes memory comes from.
--- set_mempolicy(2)
---@param mode S.c.MPOL
---@param nodes? integer
---@return true? ok
---@return S.Error? err
function S.set_mempolicy(mode, nodes) end

--- Which nodes a range of memory is to be on: bits, one a node.
--- mbind(2)
---@param memory S.mem of mmap, shmat
---@param mode S.c.MPOL
---@param nodes? integer
---@param flags? S.c.MPOL_MF
---@return true? ok
---@return S.Error? err
function S.mbind(memory, mode, nodes, flags) end

--- The policy of this process, or with "addr" that of memory; with "node, addr" the node it is on.
--- get_mempolicy(2)
---@param flags? S.c.MPOL_F
---@param memory? S.mem
---@return integer? mode c.MPOL
---@return S.Error? err
---@return integer? nodes bits, one a node
function S.get_mempolicy(flags, memory) end

--- Of the nodes that mbind gave, the one to begin with.
--- set_mempolicy_home_node(2)
---@param memory S.mem of mmap, shmat
---@param node integer
---@return true? ok
---@return S.Error? err
function S.set_mempolicy_home_node(memory, node) end

--- Move a process's pages from some nodes to others: bits, one a node.
--- migrate_pages(2)
---@param pid? integer
---@param from integer
---@param to integer
---@return integer? stayed number of pages
---@return S.Error? err
function S.migrate_pages(pid, from, to) end

--- Where pages are, or where they are to go: for each a node, or less than 0, an errno.
--- move_pages(2)
---@param pid? integer
---@param addresses (S.mem|integer)[]
---@param nodes? integer[]
---@param flags? S.c.MPOL_MF
---@return integer[]? status
---@return S.Error? err
function S.move_pages(pid, addresses, nodes, flags) end
