-- control.lua - A22, A35, A36: who may ask PID 1, and what it says

local t = require "test"
local S = require "syscall"
local json = require "json"
local supervisor = require "supervisor"

-- A22: others than root
supervisor.with({ ["a.lua"] = [[return service { name = "a", run = { "sleep", "1000" } }]] },
  function(sup)
    t.ok(sup:reach("a", "up"), "A22: a service")
    local pid = assert(S.fork())
    if pid == 0 then
      S.setgroups {}
      S.setresgid(1000, 1000, 1000)
      S.setresuid(1000, 1000, 1000)
      local _, err = sup:connect("ctl")
      local info = sup:connect("info")
      info:send "list\0"
      local list = supervisor.answer(info)
      while not list:find("end=", 1, true) do list = list .. supervisor.answer(info) end
      info:send "stop\0a\0"
      local stop = supervisor.answer(info)
      S._exit((err and err.ACCES and 1 or 0) + (list:find("name=a%z") and 2 or 0) +
        (list:find("end=0", 1, true) and 4 or 0) + (stop:find("end=5", 1, true) and 8 or 0))
    end
    local _, _, status = S.waitpid(pid)
    t.is(status.EXITSTATUS, 15, "A22: ctl is refused, info lists, and refuses to stop")
    t.is(sup:state("a"), "up", "A22: nothing happened")
  end)

-- A35, A36
supervisor.with({ ["a.lua"] = [[return {
  service { name = "one", needs = { "two" }, run = { "sleep", "1000" } },
  service { name = "two", needs = { "three" }, run = { "sleep", "1000" } },
  service { name = "three", needs = { "four" }, run = { "sleep", "1000" } },
  service { name = "four", ready = { fd = 3, timeout = 100 }, run = { "sleep", "1000" } },
  service { name = "base", run = { "sleep", "1000" } },
  service { name = "user", needs = { "base" }, run = { "sleep", "1000" } },
  service { name = "key", critical = true, run = { "sleep", "1000" } },
}]] }, function(sup)
  t.ok(sup:reach("four", "starting"), "A35: the last of a chain never becomes ready")
  local why = sup:svc("why", "one")
  t.ok(why.out:find("^one waiting .*<%- two waiting .*<%- three waiting .*<%- four starting .*"
    .. "%(ready=fd, timeout in %d+s%) pid %d+\n$"), "A35: why names it, and its reason", why.out)
  local links = json.decode(sup:svc("why", "--json", "one").out)
  t.is({ #links, links[4].name, links[4].ready }, { 4, "four", "FD" }, "A35: as JSON, too")

  t.ok(sup:reach("user", "up"), "A36: a service that needs another")
  local got = sup:svc("stop", "base")
  t.is(got.status, 5, "A36: the other is not stopped")
  t.is(got.err, "svc: base: user needs it (--force stops it, too)\n",
    "A36: who needs it is listed")
  t.is({ sup:state("base"), sup:state("user") }, { "up", "up" }, "A36: nothing is stopped")
  t.is(sup:svc("stop", "key").status, 5, "A36: nor is a critical one")
  t.is(sup:svc("stop", "--force", "-w", "base").status, 0, "A36: --force")
  t.is({ sup:state("base"), sup:state("user") }, { "down", "down" }, "A36: stops both")
  t.is(sup:svc("stop", "nobody").status, 4, "no such service")
  t.is(sup:svc("start", "-t", "0.2", "four").status, 3, "a timeout")
  t.is(sup:svc("nonsense").status, 2, "wrong usage")
  t.run({ "svc", "list" }, { status = 6, env = { "LUABOX_RUN=/nowhere", "PATH=/bin" },
    err = "svc: no contact with PID 1: No such file or directory; "
      .. "is luabox init running here? (socket: /nowhere/ctl)\n", name = "no contact" })

  -- events, and followers when PID 1 goes away
  local _, _, r, w = assert(S.pipe2("cloexec"))
  local pid = assert(S.spawn { "luabox", "svc", "events", "-n", "0", path = t.binary,
    fds = { [0] = 0, [1] = w, [2] = w } })
  w:close()
  r:nonblock()
  local text = ""
  local function told(state, times)
    return supervisor.eventually(function()
      text = text .. (r:read(nil, 4096) or "")
      return select(2, text:gsub(" base " .. state, "")) == times
    end)
  end
  t.ok(told("up", 1) and told("down", 1), "events are told that have happened", text)
  sup:svc("start", "-w", "base")
  t.ok(told("up pid %d+", 2), "and others as they happen", text)
  sup:signal("kill")
  t.ok(supervisor.eventually(function()
    local ended = S.waitpid(pid, "nohang")
    return ended and ended ~= 0
  end), "a follower ends when PID 1 is gone")
end)
