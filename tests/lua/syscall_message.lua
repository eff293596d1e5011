-- tests/lua/syscall_message.lua - sendmsg and recvmsg, descriptors and credentials; select, ppoll
-- Layouts are those of struct user_msghdr in the kernel's linux/socket.h.

local t = require "test"
local S = require "syscall"
local mem, types, util = S.mem, S.t, S.util

local function descriptors()
  local n = 0
  for _ in S.util.ls("/proc/self/fd") do n = n + 1 end
  return n
end

local before = descriptors()
local _, _, a, b = assert(S.socketpair("unix", "stream"))

-- ---- plain ----

local word = string.packsize("T")
t.is(mem.sizeof("msghdr"), 7 * word, "seven words")
t.is(mem.sizeof("cmsghdr"), word + 8)

t.is(a:sendmsg(types.msghdr { iov = { "hello ", "you" } }), 9)
local msg = types.msghdr { iov = { 6, 100 } }
t.is(b:recvmsg(msg), 9)
t.is(mem.string(msg.iov[0].base, 6) .. mem.string(msg.iov[1].base, 3), "hello you")
t.is(msg.msg_iovlen, 2)
t.is(a:sendmsg { iov = { "table" } }, 5, "what the constructor takes")
t.is(b:read(), "table")
t.is(a:sendmsg(), 1, "without anything: a byte")
t.is(b:read(), "\0")
t.raises(function() a:sendmsg { bogus = 1 } end, "invalid index bogus")
msg.msg_iovlen = 3
t.raises(function() b:recvmsg(msg) end, "msg_iovlen larger than msg_iov")
msg.msg_iovlen, msg.msg_namelen = 0, 16
t.raises(function() b:recvmsg(msg) end, "a pointer to 0 bytes", "a name without room")

-- ---- addresses ----

local _, _, d1, d2 = assert(S.socketpair("unix", "dgram"))
local u1, u2 = assert(S.socket("inet", "dgram")), assert(S.socket("inet", "dgram"))
assert(u1:bind(types.sockaddr_in(0, "loopback")))
assert(u2:bind(types.sockaddr_in(0, "loopback")))
t.is(u1:sendmsg { name = u2:getsockname(), iov = { "datagram" } }, 8)
msg = types.msghdr { name = types.sockaddr_in(), iov = { 20 } }
t.is(u2:recvmsg(msg), 8)
t.is(msg.name.port, u1:getsockname().port, "where it came from")
t.is(tostring(msg.name.addr), "127.0.0.1")
t.is(msg.msg_namelen, 16)

-- the address and its length, where room is given for them
local server, client = assert(S.socket("inet", "stream")), assert(S.socket("inet", "stream"))
assert(server:bind(types.sockaddr_in(0, "loopback")))
assert(server:listen())
assert(client:connect(server:getsockname()))
local room_in, length = types.sockaddr_in(), types.socklen1(4)
t.raises(function() server:accept(room_in, 16) end, "memory expected")
t.raises(function() server:accept(room_in, types.socklen1(1000)) end, "larger than the buffer")
local peer = assert(server:accept(room_in, length))
t.is({ room_in.port, length[0] }, { client:getsockname().port, 16 }, "accept")
t.is(tostring(room_in.addr), "0.0.0.0", "4 bytes of it were asked for")
room_in = types.sockaddr_in()
t.is(peer:getpeername(room_in).port, client:getsockname().port, "getpeername")
t.is(tostring(room_in.addr), "127.0.0.1")
t.is(select(3, u1:recvfrom(types.buffer(1), 1, "dontwait")), nil)
peer:close()
server:close()
client:close()

-- ---- several ----

local list = types.mmsghdrs { { iov = { "one" } }, { iov = { "two", "three" } } }
t.is(d1:sendmmsg(list), true)
t.is(list.msg[1].len, 8)
local room = types.mmsghdrs { { iov = { 10 } }, { iov = { 10 } }, { iov = { 10 } } }
t.is(d2:recvmmsg(room, "waitforone"), true)
t.is({ room[1].len, room[2].len, room[3].len }, { 3, 8, 0 })
t.is(mem.string(room.msg[1].hdr.msg_iov[0].base, room[2].len), "twothree")
local ok, err = d2:recvmmsg(room, "dontwait")
t.ok(not ok and err.AGAIN)

-- ---- descriptors ----

local _, _, r, w = assert(S.pipe())
t.is(util.sendfds(a, w, r:getfd()), 1)
local got = assert(util.recvcmsg(b))
t.is(#got.fd, 2)
t.is(got.count, 1)
t.is(got.fd[1]:fcntl("getfd"), S.c.FD.CLOEXEC, "close-on-exec from birth")
got.fd[1]:write("over there")
t.is(r:read(), "over there", "the same pipe")
got.fd[1]:close()
got.fd[2]:close()

local piece = types.cmsghdr("socket", "rights", { r, w })
t.is(piece:len(), mem.sizeof("cmsghdr") + 8)
t.is(piece:datalen(), 8)
t.is(mem.string(piece:data(), 8), string.pack("=i4i4", r:getfd(), w:getfd()))
t.is(#types.cmsghdr("socket", "rights", 3):data(), 12, "room for three")
t.is(piece:align(9), word * (9 // word + 1))

msg = types.msghdr { iov = { 1 }, control = types.buffer(100) }
util.sendfds(a, w)
assert(b:recvmsg(msg))
local seen = 0
for control, one in msg:cmsgs() do
  t.is(one:credentials(), nil, "rights are no credentials")
  t.is(one.cmsg_level, S.c.SOL.SOCKET)
  for fd in one:fds() do
    seen = seen + 1
    fd:close()
  end
  for _ in one:fds() do seen = seen + 10 end
  t.is(msg:cmsg_nxthdr(control, one), nil, "the last one")
end
t.is(seen, 1, "each descriptor is handed out once")
msg.msg_controllen = 1000
t.raises(function() b:recvmsg(msg) end, "a pointer to 100 bytes, of which 1000")
msg.msg_controllen = 100
mem.fill(msg.msg_control, 100, 0xff) -- no such length fits
t.is(msg:cmsg_firsthdr(), nil, "a length of nonsense is not followed")

-- ---- credentials ----

assert(b:setsockopt("socket", "passcred", true))
t.is(util.sendcred(a), 1)
got = assert(util.recvcmsg(b))
t.is({ got.pid, got.uid, got.gid }, { S.getpid(), S.getuid(), S.getgid() })
assert(b:setsockopt("socket", "passcred", false))
ok, err = util.sendcred(a, 1 << 30)
t.ok(not ok and (err.SRCH or err.PERM), "no such process to be")

-- ---- select ----

local ready = assert(S.select({ readfds = { a, b }, writefds = { a } }, 0))
t.is({ #ready.readfds, #ready.writefds, ready.count }, { 0, 1, 1 })
a:write("x")
ready = assert(S.pselect({ readfds = { a, b:getfd() } }, 0, "alrm"))
t.is(ready.count, 1)
t.is(ready.readfds[1], b:getfd(), "what was given comes back")
ready = assert(S.select({ readfds = { b } }, types.timeval(0.01)))
t.ok(rawequal(ready.readfds[1], b))
t.is(S.select({}, 0.001).count, 0, "nothing to wait for")
local limit = S.getrlimit("nofile")
S.setrlimit("nofile", { cur = limit.max, max = limit.max })
local many = b:fcntl("dupfd", 1500)
if many then
  ready = assert(S.select({ readfds = { many } }, 0))
  t.is(ready.count, 1, "a descriptor beyond FD_SETSIZE")
  many:close()
  ok, err = S.select({ readfds = { 1500 } }, 0)
  t.ok(not ok and err.BADF)
else
  t.skip_one("a descriptor beyond FD_SETSIZE", "the limit is " .. limit.max)
end
S.setrlimit("nofile", limit)
t.raises(function() S.select({ readfds = { -1 } }, 0) end, "out of range")
t.raises(function() S.select({ readfds = { "x" } }, 0) end, "fd or number expected")

-- ---- ppoll, epoll_pwait ----

local fds = types.pollfds { { fd = b, events = "in" } }
t.is(S.ppoll(fds, 0, "alrm"), 1)
t.ok(fds[1].IN)
b:read()
t.is(S.ppoll(fds, 0.001), 0)
local ep = assert(S.epoll_create())
assert(ep:epoll_ctl("add", b, "in"))
local event = types.epoll_event()
event.data.fd = 7
t.is({ event.fd, event.data.u64 & 0xffffffff }, { 7, 7 }, "epoll_data: one place")
local events = types.epoll_events(4)
t.is(select(3, assert(ep:epoll_pwait(events, 0, "alrm"))), 0)
a:write("y")
for _, ev in ep:epoll_pwait(events, 0, "alrm") do t.is(ev.fd, b:getfd()) end

-- EINTR is reported: a signal that the wait's own mask lets through
local old = assert(S.sigprocmask("block", "usr1"))
S.signal("usr1", function() end)
S.kill(S.getpid(), "usr1")
ok, err = S.ppoll({}, 5, types.sigset())
t.ok(not ok and err.INTR, "ppoll")
S.kill(S.getpid(), "usr1")
ok, err = S.pselect({}, 5, types.sigset())
t.ok(not ok and err.INTR, "pselect")
S.kill(S.getpid(), "usr1")
b:read()
ok, err = ep:epoll_pwait(events, 5000, types.sigset())
t.ok(not ok and err.INTR, "epoll_pwait")
S.signal("usr1", "dfl")
S.sigprocmask("setmask", old)

for _, one in ipairs { a, b, d1, d2, u1, u2, r, w, ep } do one:close() end
t.is(descriptors(), before, "no descriptor is left")
