-- lua/fs/target.lua - SOURCE... DESTINATION of cp, mv and ln
--
-- Layer: library; calls S and cli.

local S = require "syscall"
local cli = require "cli"

local target = {}

--- The last part of a path without slashes at its end.
---@param path string
---@return string
function target.base_name(path)
  return path:match("([^/]+)/*$") or "/"
end

---@param directory string
---@param name string
---@return string
function target.join(directory, name)
  return directory:sub(-1) == "/" and directory .. name or directory .. "/" .. name
end

--- Work out what goes where. -t DIRECTORY: all operands go there; -T: the last
--- operand is no directory even if it is one; else it is where one is there.
---@param args string[]
---@param opts { target_directory: string?, no_target_directory: boolean?, parents: boolean? }
---@param no_follow? boolean a link to a directory is no directory (ln -n)
---@return { [1]: string, [2]: string }[]? pairs source and destination
---@return string? object
---@return any err
function target.pairs(args, opts, no_follow)
  local directory = opts.target_directory
  if directory and opts.no_target_directory then cli.usage("-t and -T do not go together") end
  if not args[1] then cli.usage("no file given") end
  if directory then
    local st, err = S.stat(directory)
    if not st then return nil, directory, err end
    if not st.isdir then return nil, directory, "Not a directory" end
  elseif opts.no_target_directory then
    if #args < 2 then cli.usage("no destination after " .. args[1]) end
    if #args > 2 then cli.usage("too many operands: " .. args[3]) end
  elseif #args > 1 then
    local last = args[#args]
    local st = S.stat(last)
    local is_directory = st and st.isdir
    if is_directory and no_follow and last:sub(-1) ~= "/" and S.lstat(last).islnk then
      is_directory = false
    end
    if is_directory then
      directory = table.remove(args)
    elseif #args > 2 or opts.parents then
      return nil, last, st and "Not a directory" or "No such file or directory"
    end
  end
  local list = {}
  if not directory then
    if not args[2] then return nil, args[1], "no destination" end
    return { { args[1], args[2] } }
  end
  for i, source in ipairs(args) do
    local name = opts.parents and source:gsub("/+$", "") or target.base_name(source)
    list[i] = { source, target.join(directory, name) }
  end
  return list, nil, nil, directory
end

--- Ask on the terminal; anything that begins with y is yes.
---@param question string
---@return boolean
function target.ask(question)
  io.stdout:flush()
  io.stderr:write(question)
  local answer = io.read("l")
  return answer ~= nil and answer:find("^[yY]") ~= nil
end

return target
