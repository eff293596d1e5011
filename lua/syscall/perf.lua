-- syscall/perf.lua - tracepoints and probes: S.perf_tracepoint, S.perf_probe,
-- S.perf_attach_tracepoint
--
-- Layer: library, behind S. Follows the kernel's trace/kprobetrace.rst and uprobetracer.rst.

local S = require "syscall"

local perf = {}

--- Where tracefs is: by itself, or below debugfs as older programs mount it.
local function tracing()
  for _, directory in ipairs { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" } do
    if S.access(directory .. "/events", "f") then return directory end
  end
  return "/sys/kernel/tracing"
end

--- The number of a tracepoint by its directory.
---@param path string
---@return integer? id
---@return S.Error? err
function perf.perf_tracepoint(path)
  local fd, err = S.open(path .. "/id")
  if not fd then return nil, err end
  local file <close> = fd
  local text
  text, err = file:read(nil, 32)
  if not text then return nil, err end
  return math.tointeger(tonumber(text))
end

--- Make a probe, or with a definition of false take it away.
---@param kind "kprobe"|"uprobe"
---@param name string
---@param definition string|false "do_sys_open", "/bin/sh:0x1234" ...
---@param retval boolean? probe the function's return
---@return integer|true|nil id
---@return S.Error? err
function perf.perf_probe(kind, name, definition, retval)
  if kind ~= "kprobe" and kind ~= "uprobe" then error("kprobe or uprobe expected", 2) end
  local event = kind .. "s/" .. name
  local line = "-:" .. event
  if definition then line = (retval and "r:" or "p:") .. event .. " " .. definition end
  local directory = tracing()
  local fd, err = S.open(directory .. "/" .. kind .. "_events", "wronly, append")
  if not fd then return nil, err end
  local file <close> = fd
  local ok
  ok, err = file:write(line .. "\n")
  if not ok then return nil, err end
  if not definition then return true end
  return perf.perf_tracepoint(directory .. "/events/" .. event)
end

--- Count a tracepoint.
---@param tracepoint integer
---@param pid integer? 0, this process; -1 all
---@param cpu integer? -1, any
---@param group S.fd? -1
---@param attrs table? more of t.perf_event_attr
---@return S.t.perf_reader? reader
---@return S.Error? err
function perf.perf_attach_tracepoint(tracepoint, pid, cpu, group, attrs)
  local attr = S.t.perf_event_attr { type = "tracepoint", config = tracepoint,
    sample_type = "raw", sample_period = 1, wakeup_events = 1, disabled = true }
  for key, value in pairs(attrs or {}) do attr[key] = value end
  local fd, err = S.perf_event_open(attr, pid, cpu, group, "fd_cloexec")
  if not fd then return nil, err end
  return S.t.perf_reader(fd)
end

return perf
