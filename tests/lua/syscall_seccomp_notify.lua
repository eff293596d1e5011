-- tests/lua/syscall_seccomp_notify.lua - one process answers another's system calls

local t = require "test"
local S = require "syscall"

-- linux/filter.h, linux/seccomp.h: load the call's number; is it this one? return
local LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
local ALLOW, NOTIFY, ERRNO = 0x7fff0000, 0x7fc00000, 0x00050000

local function filter(nr, action)
  local function op(code, jt, jf, k) return string.pack("=I2BBI4", code, jt, jf, k) end
  return op(LOAD, 0, 0, 0) .. op(EQUAL, 0, 1, nr) .. op(RETURN, 0, 0, action) ..
    op(RETURN, 0, 0, ALLOW)
end

-- before the number is known, the name is set indeed: not the machine's
if S.geteuid() == 0 then assert(S.unshare("newuts")) end

--- The number of a system call on this machine, found by making it under a filter that tells.
local function number_of(call)
  local _, _, r, w = assert(S.pipe())
  local pid = assert(S.fork())
  if pid == 0 then
    S.prctl("set_no_new_privs", true)
    for nr = 0, 500 do -- the one that fails with its own mark
      local child = S.fork()
      if child == 0 then
        S.seccomp("set_mode_filter", nil, filter(nr, ERRNO | 77))
        local _, err = call()
        S._exit(type(err) == "userdata" and err.errno == 77 and 42 or 0)
      end
      local _, _, status = S.waitpid(child)
      if status and status.EXITSTATUS == 42 then
        w:write(tostring(nr))
        break
      end
    end
    S._exit(0)
  end
  w:close()
  local nr = tonumber(r:read())
  S.waitpid(pid)
  return nr
end

local nr = number_of(function() return S.sethostname("x") end)
t.ok(nr, "a filter's errno came back")
t.is({ S.seccomp("get_action_avail", nil, ALLOW) }, { true })
t.is(select(2, S.seccomp("get_action_avail", nil, 0x12340000)).sym, "OPNOTSUPP")
t.raises(function() S.seccomp("set_mode_filter", nil, "abc") end, "bad length")

-- the child installs the filter and hands the listener up through pidfd_getfd
local _, _, r, w = assert(S.pipe())
local pid, _, pidfd = assert(S.clone3 { pidfd = true })
if pid == 0 then
  S.prctl("set_no_new_privs", true)
  local listener, err = S.seccomp("set_mode_filter", "new_listener", filter(nr, NOTIFY))
  w:write(listener and tostring(listener:getfd()) or tostring(err))
  if not listener then S._exit(99) end
  local _, first = S.sethostname("one") -- answered with an error
  local second = S.sethostname("two")   -- with success, and nothing done
  local given = S.sethostname("three")  -- with a descriptor
  local into = S.t.fd(given and 50 or -1)
  S._exit(first and first.BUSY and second and into:write("x") and 0 or 1)
end
local theirs = r:read()
local listener, why
if tonumber(theirs) then listener, why = pidfd:pidfd_getfd(tonumber(theirs)) else why = theirs end
if not listener then
  S.kill(pid, "kill")
  S.waitpid(pid)
  t.skip("no notification here: " .. tostring(why))
end
local request = assert(listener:seccomp_notify_receive())
t.is({ request.pid, request.data.nr, request.data.args[1] }, { pid, nr, 3 }, "a call that waits")
local name = S.t.buffer(3)
t.is(S.process_vm_readv(request.pid, name, { request.data.args[0], 3 }), 3)
t.is(S.mem.string(name, 3), "one", "what it was called with")
t.ok(listener:seccomp_notify_id_valid(request.id), "it still waits")
t.ok(listener:seccomp_notify_respond { id = request.id, error = -S.c.E.BUSY }, "an error")
t.is(select(2, listener:seccomp_notify_id_valid(request.id)).sym, "NOENT")
local _, twice = listener:seccomp_notify_respond { id = request.id }
t.ok(twice.NOENT or twice.INPROGRESS, "answered once")
request = assert(listener:seccomp_notify_receive())
t.ok(listener:seccomp_notify_respond { id = request.id }, "success")
request = assert(listener:seccomp_notify_receive())
local _, _, out, into = assert(S.pipe())
t.is(listener:seccomp_notify_addfd { id = request.id, flags = "setfd", srcfd = into, newfd = 50,
  newfd_flags = "cloexec" }, 50)
t.ok(listener:seccomp_notify_respond { id = request.id }, "with a descriptor of ours")
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "it saw all three")
t.is(out:read(nil, 1), "x", "and wrote to what it was given")
t.ok(S.gethostname() ~= "one" and S.gethostname() ~= "two", "the name is as it was")
t.is(select(2, listener:seccomp_notify_receive()).sym, "NOENT", "nobody left")

-- a child under a filter: the binding reports what the filter says
pid = assert(S.fork())
if pid == 0 then
  S.prctl("set_no_new_privs", true)
  assert(S.seccomp("set_mode_filter", nil, filter(nr, ERRNO | S.c.E.NOSYS)))
  local _, err = S.sethostname("x")
  S._exit(err.NOSYS and S.spawn { "true" } and select(3, S.wait()).EXITSTATUS == 0 and 0 or 1)
end
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "a filtered child, and its children")
pid = assert(S.fork())
if pid == 0 then
  S.seccomp("set_mode_strict")
  S.getppid()
  S._exit(0)
end
t.is(select(3, S.waitpid(pid)).TERMSIG, S.c.SIG.KILL, "strict mode")
