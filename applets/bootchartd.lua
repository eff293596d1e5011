-- applets/bootchartd.lua - the chart of the boot, under the name that busybox has for it
--
-- Layer: applet; the chart is that of `svc bootchart`. PID 1 notes by itself when each service
-- was started and ready, so there is nothing to begin: `start` does nothing, or runs a program.
-- busybox's samples /proc into an archive for a viewer; this writes one picture.

local S = require "syscall"

local PATH = "/var/log/bootchart.svg"

local function draw(path)
  local out, err = io.open(path, "w")
  if not out then return nil, err end
  local stdout = io.output()
  io.output(out)
  local code = require("init.svc.chart").bootchart { svg = true }
  io.output(stdout)
  local ok
  ok, err = out:close()
  if not ok then return nil, path .. ": " .. err end
  return code == 0 or code
end

return {
  summary = "draw when each service was started and ready",
  usage = "start [PROGRAM [ARGUMENT]...] | stop | init",
  posix = true,
  options = {
    { "o", "output", arg = "FILE", help = "instead of " .. PATH },
  },
  operands = { min = 1 },
  examples = {
    { "bootchartd stop", "the boot so far, for a browser" },
  },
  run = function(opts, args)
    local what = table.remove(args, 1)
    if what == "init" and S.getpid() == 1 then -- as init= on the kernel's command line
      return S.execve("/proc/self/exe", { "luabox", "init" }, S.environ())
    elseif what == "start" and not args[1] then
      return true
    elseif what == "start" then
      local words = table.move(args, 1, #args, 1, {})
      local pid, err = S.spawn(words)
      if not pid then return nil, words[1] .. ": " .. err end
      S.waitpid(pid)
    elseif what ~= "stop" or args[1] then
      require("cli").usage("start, stop or init expected")
    end
    return draw(opts.output or PATH)
  end,
}
