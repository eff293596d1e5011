-- lua/fs/backup.lua - keep a file that is about to be replaced: name~, name.~1~
--
-- Layer: library; calls S and fs.dir.
-- Follows GNU's "Backup options" (coreutils manual, section 2.2).

local S = require "syscall"

local backup = {}

local KINDS = {
  none = "none", off = "none", simple = "simple", never = "simple",
  existing = "existing", ["nil"] = "existing", numbered = "numbered", t = "numbered",
}

--- How -b, --backup[=HOW] and -S ask for it.
---@param opts { b: boolean?, backup: string|boolean|nil, suffix: string? }
---@return { kind: string, suffix: string }? plan nil: no backups
---@return string? err
function backup.plan(opts)
  if not (opts.b or opts.backup or opts.suffix) then return nil end
  local how = type(opts.backup) == "string" and opts.backup or os.getenv("VERSION_CONTROL")
  local kind = KINDS[how or "existing"]
  if not kind then return nil, ("invalid backup type %s"):format(how) end
  if kind == "none" then return nil end
  return { kind = kind, suffix = opts.suffix or os.getenv("SIMPLE_BACKUP_SUFFIX") or "~" }
end

local function highest_number(path)
  local directory, name = path:match("^(.*/)([^/]+)$")
  local fd = S.open(directory or ".", "rdonly, directory")
  if not fd then return 0 end
  local names = require("fs.dir").list(fd) or {}
  fd:close()
  local highest, start = 0, (name or path) .. ".~"
  for _, found in ipairs(names) do
    local digits = found:sub(1, #start) == start and found:match("^(%d+)~$", #start + 1)
    if digits then highest = math.max(highest, math.tointeger(tonumber(digits)) or 0) end
  end
  return highest
end

--- Rename path out of the way.
---@param path string
---@param plan { kind: string, suffix: string }
---@return string? name of the backup
---@return any err
function backup.make(path, plan)
  local name = path .. plan.suffix
  if plan.kind ~= "simple" then
    local highest = highest_number(path)
    if plan.kind == "numbered" or highest > 0 then name = ("%s.~%d~"):format(path, highest + 1) end
  end
  local ok, err = S.rename(path, name)
  if not ok then return nil, err end
  return name
end

return backup
