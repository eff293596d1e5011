---@meta netlink
-- netlink.lua - declarations of the C module netlink (src/netlink.c)

local netlink = {}

---@class netlink.Socket
local Socket = {}

--- A socket of a netlink protocol, bound; in another network namespace when an fd of it is given.
---@param protocol integer 0: route
---@param namespace S.fd|integer|nil
---@return netlink.Socket? socket
---@return S.Error? err
function netlink.socket(protocol, namespace) end

--- The shared error object of an errno, or of its name: "TIMEDOUT".
---@param errno integer|string
---@return S.Error
function netlink.error(errno) end

---@return true
function Socket:close() end

---@return integer fd -1 once closed
function Socket:getfd() end

---@return integer port our address, which replies carry as pid
function Socket:port() end

---@param level integer
---@param option integer
---@param value integer
---@return true? ok
---@return S.Error? err
function Socket:setsockopt(level, option, value) end

--- Size of the receive buffer; beyond the system's limit where that is allowed.
---@param bytes integer
---@return true? ok
---@return S.Error? err
function Socket:set_receive_buffer(bytes) end

--- Join a multicast group, by its number.
---@param group integer
---@return true? ok
---@return S.Error? err
function Socket:add_membership(group) end

---@param group integer
---@return true? ok
---@return S.Error? err
function Socket:drop_membership(group) end

--- Send one datagram to the kernel: one message or several.
---@param bytes string
---@return true? ok
---@return S.Error? err
function Socket:send(bytes) end

--- Send one message to the kernel.
---@param type integer
---@param flags integer NLM_F_
---@param seq integer
---@param payload string
---@return true? ok
---@return S.Error? err
function Socket:request(type, flags, seq, payload) end

--- Send one message and take the first datagram of the answer.
---@param type integer
---@param flags integer NLM_F_
---@param seq integer
---@param payload string
---@param timeout_ms integer?
---@return boolean? done true: acknowledged without a remark; false: `next` hands out the answer
---@return S.Error? err
function Socket:call(type, flags, seq, payload, timeout_ms) end

--- Take one datagram from the kernel; `next` hands out its messages.
---@param timeout_ms integer? 0: does not wait; nil: waits for ever
---@return true? ok
---@return S.Error? err AGAIN: nothing came; MSGSIZE: it was too large and is lost, call again;
--- NOBUFS: events were lost
---@return integer? namespace id of the sender's, with NETLINK_LISTEN_ALL_NSID
function Socket:recv(timeout_ms) end

--- The datagram's next message; nothing when there is none.
---@return integer? type
---@return integer? flags
---@return integer? seq
---@return integer? pid
---@return string? payload
function Socket:next() end

return netlink
