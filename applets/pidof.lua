-- applets/pidof.lua - find the numbers of a program's processes
--
-- Layer: applet; the rule is proc.process' runs.
-- Follows sysvinit's pidof: newest first, exit status 1 when there is none.

local cli = require "cli"
local S = require "syscall"
local process = require "proc.process"

local applet = {
  summary = "print the numbers of the processes that run a program",
  usage = "[-csxq] [-o PID,...] [-S SEPARATOR] PROGRAM...",
  options = {
    { "s", "single-shot", help = "only one" },
    { "x", "scripts", help = "also shells that run a script of this name" },
    { "o", "omit-pid", arg = "PID", many = true, help = "not these; %PPID is pidof's parent" },
    { "c", "check-root", help = "only those with the same root folder" },
    { "S", "separator", arg = "TEXT", help = "between the numbers instead of a blank" },
    { "d", false, arg = "TEXT", help = "the same" },
    { "q", "quiet", help = "only the exit status" },
    { "z", "zombies", help = "ignored: zombies are found by their name" },
  },
  operands = { min = 1 },
}

local function omitted(lists)
  local pids = { [S.getpid()] = true }
  for _, list in ipairs(lists or {}) do
    for word in list:gmatch("[^,%s]+") do
      local pid = word == "%PPID" and S.getppid() or math.tointeger(tonumber(word))
      if not pid then cli.usage("-o: not a process number: " .. word) end
      pids[pid] = true
    end
  end
  return pids
end

---@return integer|nil status
---@return any err
function applet.run(opts, args)
  local omit = omitted(opts.omit_pid)
  local list, err = process.list()
  if not list then return nil, err end
  local root = opts.check_root and S.readlink("/proc/self/root")
  local found = {}
  for _, name in ipairs(args) do
    for i = #list, 1, -1 do
      local p = list[i]
      if not omit[p.pid] and process.runs(p, name, opts.scripts) and
        not (root and S.readlink(p.dir .. "/root") ~= root) then
        found[#found + 1] = p.pid
        omit[p.pid] = true
        if opts.single_shot then break end
      end
    end
  end
  if #found == 0 then return 1 end
  if not opts.quiet then
    io.write(table.concat(found, opts.separator or opts.d or " "), "\n")
  end
  return 0
end

return applet
