-- syscall/util/message.lua - descriptors and credentials over unix sockets
--
-- Layer: library, behind S.util; calls S. See unix(7).

local S = require "syscall"

local message = {}

local ROOM = 1024 -- bytes: 253 descriptors, the most that one message carries, and credentials

--- Receive a message and what came with it.
---@param socket S.fd
---@param msg S.t.msghdr? with room for control data; else a byte and room are made
---@param flags string|integer|nil c.MSG
---@return { count: integer, iovec: any, fd: S.fd[], pid: integer?, uid: integer?, gid: integer? }?
---@return S.Error? err
function message.recvcmsg(socket, msg, flags)
  if not msg then
    msg = S.t.msghdr { iov = { 1 }, control = S.t.buffer(ROOM) }
  end
  local count, err = S.recvmsg(socket, msg, flags)
  if not count then return nil, err end
  local result = { count = count, iovec = msg.iov, fd = {} }
  for _, piece in msg:cmsgs() do
    for fd in piece:fds() do result.fd[#result.fd + 1] = fd end
    local pid, uid, gid = piece:credentials()
    if pid then result.pid, result.uid, result.gid = pid, uid, gid end
  end
  return result
end

--- Send descriptors, with one byte.
---@param socket S.fd
---@param ... S.fd|integer
---@return integer? bytes
---@return S.Error? err
function message.sendfds(socket, ...)
  return S.sendmsg(socket, S.t.msghdr { iov = { "\0" },
    control = S.t.cmsghdr("socket", "rights", { ... }) })
end

--- Send credentials, with one byte; others than one's own need privilege.
---@param socket S.fd
---@param pid integer?
---@param uid integer?
---@param gid integer?
---@return integer? bytes
---@return S.Error? err
function message.sendcred(socket, pid, uid, gid)
  local ucred = S.t.ucred { pid = pid or S.getpid(), uid = uid or S.getuid(),
    gid = gid or S.getgid() }
  return S.sendmsg(socket, S.t.msghdr { iov = { "\0" },
    control = S.t.cmsghdr("socket", "credentials", ucred) })
end

return message
