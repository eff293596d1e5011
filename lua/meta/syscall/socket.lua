---@meta
-- lua/meta/syscall/socket.lua - sockets of all families
--
-- Declarations for editors, and the source of help and docs/reference: one function, one
-- paragraph and its man page. Where nothing else is said a failing call gives nil and an error.

---@class S
local S = {}

--- A socket: "inet", "stream, nonblock".
--- socket(2)
---@param family S.c.AF
---@param type S.c.SOCK
---@param protocol? S.c.IPPROTO
---@return S.fd? fd
---@return S.Error? err
function S.socket(family, type, protocol) end

--- Two sockets that are connected.
--- socketpair(2)
---@param family S.c.AF
---@param type S.c.SOCK
---@param protocol? S.c.IPPROTO
---@return true? ok
---@return S.Error? err
---@return S.fd? a
---@return S.fd? b
function S.socketpair(family, type, protocol) end

--- Give a socket its address.
--- bind(2)
---@param fd S.fd|integer
---@param address S.t.sockaddr
---@param length? integer
---@return true? ok
---@return S.Error? err
function S.bind(fd, address, length) end

--- Connect to an address. INPROGRESS where it does not block.
--- connect(2)
---@param fd S.fd|integer
---@param address S.t.sockaddr
---@param length? integer
---@return true? ok
---@return S.Error? err
function S.connect(fd, address, length) end

--- Take connections; 128 may wait.
--- listen(2)
---@param fd S.fd|integer
---@param backlog? integer
---@return true? ok
---@return S.Error? err
function S.listen(fd, backlog) end

--- Take a connection; the address is filled in.
--- accept(2)
---@param fd S.fd|integer
---@param address? S.t.sockaddr
---@param length? S.mem
---@return S.fd? fd
---@return S.Error? err
function S.accept(fd, address, length) end

--- accept, with "nonblock".
--- accept4(2)
---@param fd S.fd|integer
---@param address? S.t.sockaddr
---@param length? S.mem
---@param flags? S.c.SOCK
---@return S.fd? fd
---@return S.Error? err
function S.accept4(fd, address, length, flags) end

--- End one direction of a connection, or both.
--- shutdown(2)
---@param fd S.fd|integer
---@param how S.c.SHUT
---@return true? ok
---@return S.Error? err
function S.shutdown(fd, how) end

--- The socket's address.
--- getsockname(2)
---@param fd S.fd|integer
---@param address? S.t.sockaddr
---@param length? S.mem
---@return S.t.sockaddr? address
---@return S.Error? err
function S.getsockname(fd, address, length) end

--- The other side's address.
--- getpeername(2)
---@param fd S.fd|integer
---@param address? S.t.sockaddr
---@param length? S.mem
---@return S.t.sockaddr? address
---@return S.Error? err
function S.getpeername(fd, address, length) end

--- Send.
--- send(2)
---@param fd S.fd|integer
---@param bytes string|S.mem
---@param count? integer
---@param flags? S.c.MSG
---@return integer? n
---@return S.Error? err
function S.send(fd, bytes, count, flags) end

--- Send to an address.
--- sendto(2)
---@param fd S.fd|integer
---@param bytes string|S.mem
---@param count? integer
---@param flags? S.c.MSG
---@param address? S.t.sockaddr
---@param length? integer
---@return integer? n
---@return S.Error? err
function S.sendto(fd, bytes, count, flags, address, length) end

--- Receive.
--- recv(2)
---@param fd S.fd|integer
---@param buffer S.mem
---@param count? integer
---@param flags? S.c.MSG
---@return integer? n
---@return S.Error? err
function S.recv(fd, buffer, count, flags) end

--- Receive, and tell from where; false for the address: do not.
--- recvfrom(2)
---@param fd S.fd|integer
---@param buffer S.mem
---@param count? integer
---@param flags? S.c.MSG
---@param address? any
---@param length? S.mem
---@return integer? n
---@return S.Error? err
---@return S.t.sockaddr? address
function S.recvfrom(fd, buffer, count, flags, address, length) end

--- Send several buffers, with descriptors or credentials beside them.
--- sendmsg(2)
---@param fd S.fd|integer
---@param message? S.t.msghdr
---@param flags? S.c.MSG
---@return integer? n
---@return S.Error? err
function S.sendmsg(fd, message, flags) end

--- Receive into several buffers, with what comes beside.
--- recvmsg(2)
---@param fd S.fd|integer
---@param message S.t.msghdr
---@param flags? S.c.MSG
---@return integer? n
---@return S.Error? err
function S.recvmsg(fd, message, flags) end

--- Several messages in one call; msg_len tells of each.
--- sendmmsg(2)
---@param fd S.fd|integer
---@param messages any
---@param flags? S.c.MSG
---@return true? ok
---@return S.Error? err
function S.sendmmsg(fd, messages, flags) end

--- Several messages in one call.
--- recvmmsg(2)
---@param fd S.fd|integer
---@param messages any
---@param flags? S.c.MSG
---@param timeout? S.Time
---@return true? ok
---@return S.Error? err
function S.recvmmsg(fd, messages, flags, timeout) end

--- A datagram as a string, with its sender and an array of {level, type, data}. Not for sockets
--- that carry descriptors.
--- recvmsg(2)
---@param fd S.fd|integer
---@param size? integer
---@param flags? S.c.MSG
---@return string? bytes
---@return S.Error? err
---@return S.t.sockaddr? address
---@return table? control
---@return integer? flags
function S.receive(fd, size, flags) end

--- Let only those packets in that a classic BPF program accepts: struct sock_filter as bytes.
--- socket(7)
---@param fd S.fd|integer
---@param program string
---@return true? ok
---@return S.Error? err
function S.attach_filter(fd, program) end

--- Set an option: a number, boolean, string or struct. Levels and names outside SOL and SO are
--- numbers.
--- setsockopt(2)
---@param fd S.fd|integer
---@param level S.c.SOL
---@param name S.c.SO
---@param value any
---@param length? integer
---@return true? ok
---@return S.Error? err
function S.setsockopt(fd, level, name, value, length) end

--- Ask an option: a number, or the buffer filled.
--- getsockopt(2)
---@param fd S.fd|integer
---@param level S.c.SOL
---@param name S.c.SO
---@param buffer? S.mem
---@return any? value
---@return S.Error? err
function S.getsockopt(fd, level, name, buffer) end
