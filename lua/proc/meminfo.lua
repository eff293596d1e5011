-- proc/meminfo.lua - what /proc/meminfo says, and what of it is used
--
-- Layer: library, pure. The names: proc(5); the sums: procps' free(1).

local meminfo = {}

--- Every line by its name.
---@param text string
---@return table<string, integer> kibibytes, but for HugePages_*, which are counts
function meminfo.parse(text)
  local values = {}
  for name, value in text:gmatch("([%w_()]+):%s+(%d+)") do
    values[name] = math.tointeger(tonumber(value))
  end
  return values
end

---@class proc.Memory kibibytes
---@field total integer
---@field used integer neither free nor given back when it is needed
---@field free integer
---@field shared integer
---@field buffers integer
---@field cache integer page cache and slabs that can be reclaimed
---@field available integer what programs can still get
---@field swap_total integer
---@field swap_free integer
---@field swap_used integer
---@field committed integer promised to programs
---@field commit_limit integer

--- The sums that people ask for.
---@param values table<string, integer>
---@return proc.Memory
function meminfo.summary(values)
  local function value(name) return values[name] or 0 end
  local total, free = value("MemTotal"), value("MemFree")
  local cache = value("Cached") + value("SReclaimable")
  -- kernels before 3.14 do not tell; those in containers may say nonsense
  local available = values.MemAvailable or free
  if available > total then available = free end
  return {
    total = total,
    free = free,
    used = total - available,
    shared = value("Shmem"),
    buffers = value("Buffers"),
    cache = cache,
    available = available,
    swap_total = value("SwapTotal"),
    swap_free = value("SwapFree"),
    swap_used = value("SwapTotal") - value("SwapFree"),
    committed = value("Committed_AS"),
    commit_limit = value("CommitLimit"),
  }
end

return meminfo
