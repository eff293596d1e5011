-- tests/lua/syscall_fanotify.lua - events of a mount, and opens that wait for an answer

local t = require "test"
local S = require "syscall"

t.need_root()
local probe, err = S.fanotify_init("class_notif")
if not probe then t.skip("no fanotify here: " .. tostring(err)) end
probe:close()

t.isolated("newns", function()
  local dir = t.tmp()
  assert(S.mount("none", dir, "tmpfs"))
  t.cleanup(function() S.umount(dir, "detach") end)

  local group = assert(S.fanotify_init("class_notif, nonblock", "rdonly"))
  t.is(group:fcntl("getfd"), S.c.FD.CLOEXEC)
  t.ok(group:fanotify_mark("add, mount", "open, close_write", "fdcwd", dir), "a mark on the mount")
  t.is(select(2, group:fanotify_read()).sym, "AGAIN")
  t.write(dir .. "/f", "text")
  local events = assert(group:fanotify_read())
  local seen = 0
  for _, event in ipairs(events) do
    seen = seen | event.mask
    t.is(event.pid, S.getpid())
    t.is(S.readlink("/proc/self/fd/" .. event.fd:getfd()), dir .. "/f", "the file, open")
    t.is(event.fd:fcntl("getfd"), S.c.FD.CLOEXEC)
  end
  t.is(seen, S.c.FAN["open, close_write"])
  t.ok(group:fanotify_mark("remove, mount", "open, close_write", "fdcwd", dir), "removed")

  -- with names instead of descriptors
  local names, no = S.fanotify_init("report_dfid_name, nonblock")
  if names and names:fanotify_mark("add, filesystem", "create, delete", "fdcwd", dir) then
    t.write(dir .. "/new", "")
    events = assert(names:fanotify_read())
    t.is({ events[1].directory.name, events[1].mask, events[1].fd }, { "new", S.c.FAN.CREATE })
    S.unlink(dir .. "/new")
    t.is(assert(names:fanotify_read())[1].mask, S.c.FAN.DELETE)
    local root = assert(S.open(dir))
    local parent, why = root:open_by_handle_at(events[1].directory.handle, "rdonly, directory")
    if parent then
      t.is(parent:stat().ino, root:stat().ino, "its handle opens the directory")
    else
      t.skip_one("the directory by its handle", tostring(why))
    end
  else
    t.skip_one("events with names", tostring(no))
  end

  -- permission: an open in a child waits for the answer
  local guard, refused = S.fanotify_init("class_content")
  if not guard then return t.skip_one("permission events", tostring(refused)) end
  local watching
  watching, refused = guard:fanotify_mark("add", "open_perm", "fdcwd", dir .. "/f")
  if not watching then return t.skip_one("permission events", tostring(refused)) end
  for _, answer in ipairs { "allow", "deny" } do
    local pid = assert(S.fork())
    if pid == 0 then
      local fd, denied = S.open(dir .. "/f")
      S._exit(fd and 10 or denied.PERM and 11 or 12)
    end
    S.poll({ { fd = guard, events = "in" } }, 5000)
    local event = assert(guard:fanotify_read())[1]
    t.ok(guard:fanotify_respond(event.fd, answer), "answered " .. answer)
    event.fd:close()
    t.is(select(3, S.waitpid(pid)).EXITSTATUS, answer == "allow" and 10 or 11)
  end
end)
t.is(select(2, S.fanotify_mark(0, "add", "open", "fdcwd", "/")).sym, "INVAL", "not a group")
t.raises(function() S.fanotify_init("no_such") end, "invalid flag no_such")
