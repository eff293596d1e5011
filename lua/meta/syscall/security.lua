---@meta
-- lua/meta/syscall/security.lua - filters, sandboxes, message queues, bpf and perf
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- Filter our system calls; with "new_listener", a descriptor that asks.
--- seccomp(2)
---@param operation S.c.SECCOMP
---@param flags? S.c.SECCOMP_FILTER_FLAG
---@param argument? any
---@return any? value
---@return S.Error? err
function S.seccomp(operation, flags, argument) end

--- Take a call that waits for an answer.
--- seccomp_unotify(2)
---@param listener S.fd|integer
---@return S.t.seccomp_notif? call
---@return S.Error? err
function S.seccomp_notify_receive(listener) end

--- Answer: {id, val, error, flags}; error is the negative errno, "continue" runs the call.
--- seccomp_unotify(2)
---@param listener S.fd|integer
---@param response table
---@return true? ok
---@return S.Error? err
function S.seccomp_notify_respond(listener, response) end

--- Does the caller still wait?
--- seccomp_unotify(2)
---@param listener S.fd|integer
---@param id integer
---@return true? ok
---@return S.Error? err
function S.seccomp_notify_id_valid(listener, id) end

--- Give the caller a descriptor: {id, flags, srcfd, newfd, newfd_flags}.
--- seccomp_unotify(2)
---@param listener S.fd|integer
---@param spec table
---@return integer? number
---@return S.Error? err
function S.seccomp_notify_addfd(listener, spec) end

--- A sandbox to be: {handled_access_fs, handled_access_net, scoped}; (nil, "version") gives the
--- ABI's number. S.landlock is easier.
--- landlock(7)
---@param spec? table
---@param flags? S.c.LANDLOCK_CREATE_RULESET
---@return S.fd? fd
---@return S.Error? err
function S.landlock_create_ruleset(spec, flags) end

--- Allow something below a path, or a port.
--- landlock(7)
---@param ruleset S.fd|integer
---@param type S.c.LANDLOCK_RULE
---@param rule table
---@return true? ok
---@return S.Error? err
function S.landlock_add_rule(ruleset, type, rule) end

--- Obey the rules from now on.
--- landlock(7)
---@param ruleset S.fd|integer
---@param flags? integer
---@return true? ok
---@return S.Error? err
function S.landlock_restrict_self(ruleset, flags) end

--- Open a message queue; the name has no leading slash.
--- mq_open(3)
---@param name string
---@param flags? S.c.O
---@param mode? S.c.MODE
---@param attr? any
---@return S.mqd? queue
---@return S.Error? err
function S.mq_open(name, flags, mode, attr) end

--- Remove a message queue.
--- mq_unlink(3)
---@param name string
---@return true? ok
---@return S.Error? err
function S.mq_unlink(name) end

--- Ask and set its attributes.
--- mq_getattr(3)
---@param queue S.mqd
---@param new? any
---@param old? any
---@return true? ok
---@return S.Error? err
function S.mq_getsetattr(queue, new, old) end

--- Send a message, waiting until a time.
--- mq_send(3)
---@param queue S.mqd
---@param message string|S.mem
---@param length? integer
---@param priority? integer
---@param deadline? S.Time
---@return true? ok
---@return S.Error? err
function S.mq_timedsend(queue, message, length, priority, deadline) end

--- Receive a message as a string, or into a buffer.
--- mq_receive(3)
---@param queue S.mqd
---@param buffer? S.mem
---@param length integer
---@param priority? S.mem
---@param deadline? S.Time
---@return (string|true)? message
---@return S.Error? err
function S.mq_timedreceive(queue, buffer, length, priority, deadline) end

--- The call itself: a number, or a descriptor's.
--- bpf(2)
---@param command S.c.BPF_CMD
---@param attr S.t.bpf_attr
---@return integer? n
---@return S.Error? err
function S.bpf(command, attr) end

--- A map shared with the kernel.
--- bpf(2)
---@param type S.c.BPF_MAP
---@param key_size integer
---@param value_size integer
---@param max_entries integer
---@return S.fd? fd
---@return S.Error? err
function S.bpf_map_create(type, key_size, value_size, max_entries) end

--- Look up, update or delete.
--- bpf(2)
---@param operation S.c.BPF_CMD
---@param map S.fd|integer
---@param key S.mem
---@param value? S.mem
---@param flags? S.c.BPF
---@return integer? n
---@return S.Error? err
function S.bpf_map_op(operation, map, key, value, flags) end

--- Load a program; the verifier's log comes with it, also on failure.
--- bpf(2)
---@param type S.c.BPF_PROG
---@param program any
---@param length integer
---@param license? string
---@param version? integer
---@param level? integer
---@return S.fd? fd
---@return string|S.Error log err after nil, and the log behind it
function S.bpf_prog_load(type, program, length, license, version, level) end

--- Count or sample events.
--- perf_event_open(2)
---@param attr S.t.perf_event_attr
---@param pid? integer
---@param cpu? integer
---@param group? S.fd|integer
---@param flags? S.c.PERF_FLAG
---@return S.fd? fd
---@return S.Error? err
function S.perf_event_open(attr, pid, cpu, group, flags) end

--- A tracepoint's number.
--- perf_event_open(2)
---@param path string
---@return integer? id
---@return S.Error? err
function S.perf_tracepoint(path) end

--- Make a "kprobe" or "uprobe"; false removes it.
--- perf_event_open(2)
---@param kind string
---@param name string
---@param definition any
---@param retval? boolean
---@return integer? id
---@return S.Error? err
function S.perf_probe(kind, name, definition, retval) end

--- A reader of a tracepoint's events.
--- perf_event_open(2)
---@param id integer
---@param pid? integer
---@param cpu? integer
---@param group? S.fd|integer
---@param attrs? table
---@return S.perf_reader? reader
---@return S.Error? err
function S.perf_attach_tracepoint(id, pid, cpu, group, attrs) end

--- Be told, once, when a message comes to an empty queue; without an event no more.
--- mq_notify(3)
---@param queue S.mqd
---@param event? S.t.sigevent
---@return true? ok
---@return S.Error? err
function S.mq_notify(queue, event) end

--- Set the id that files are opened with.
--- setfsuid(2)
---@param id? integer
---@return integer before
function S.setfsuid(id) end

--- Set the group that files are opened with.
--- setfsgid(2)
---@param id? integer
---@return integer before
function S.setfsgid(id) end
