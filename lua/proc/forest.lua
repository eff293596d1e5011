-- proc/forest.lua - processes in the order of their families
--
-- Layer: library, pure.

local forest = {}

--- Parents before their children; the order among siblings stays.
---@param list proc.Process[]
---@param art boolean? lines as " \_ " instead of two blanks a step
---@return proc.Process[] ordered
---@return table<proc.Process, string> prefix what goes before the command
function forest.order(list, art)
  local by_pid, children, roots = {}, {}, {}
  for _, p in ipairs(list) do by_pid[p.pid] = by_pid[p.pid] or p end
  for _, p in ipairs(list) do
    local parent = by_pid[p.ppid]
    if parent and parent ~= p and p.ppid ~= p.pid then
      children[p.ppid] = children[p.ppid] or {}
      table.insert(children[p.ppid], p)
    else
      roots[#roots + 1] = p
    end
  end

  local ordered, prefix, seen = {}, {}, {}
  local function walk(p, lead, last, depth)
    if seen[p] then return end
    seen[p] = true
    ordered[#ordered + 1] = p
    prefix[p] = depth == 0 and "" or art and lead .. " \\_ " or ("  "):rep(depth)
    local below = depth == 0 and "" or lead .. (last and "    " or " |  ")
    local list_below = by_pid[p.pid] == p and children[p.pid] or {}
    for i, child in ipairs(list_below) do walk(child, below, i == #list_below, depth + 1) end
  end
  for _, p in ipairs(roots) do walk(p, "", true, 0) end
  return ordered, prefix
end

return forest
