-- applets/mkdir.lua - make directories
--
-- Layer: applet; calls S, fs.mode.
-- Follows POSIX mkdir and GNU's options: with -p, directories on the way get u+wx
-- besides what the umask leaves, so that what is below them can be made.

local S = require "syscall"
local cli = require "cli"

local applet = {
  summary = "make directories",
  usage = "[-m MODE] [-pv] DIRECTORY...",
  options = {
    { "m", "mode", arg = "MODE", help = "permissions, as chmod takes them" },
    { "p", "parents", help = "make those on the way, too; no error when it is there" },
    { "v", "verbose", help = "say what was made" },
  },
  operands = { min = 1 },
  examples = { { "mkdir -p a/b/c", "with all parents" } },
}

local function made(opts, path)
  if opts.verbose then io.write("mkdir: created directory '", path, "'\n") end
end

local function make_parents(opts, path, umask)
  local at = 1
  while true do
    local slash = path:find("/+", at)
    if not slash then return true end
    local last = path:find("[^/]", slash)
    if not last then return true end
    at = last
    local parent = path:sub(1, slash - 1)
    if parent ~= "" then
      local ok, err = S.mkdir(parent, 0x1ff)
      if ok then
        made(opts, parent)
        if umask & 0xc0 ~= 0 then S.chmod(parent, 0x1ff & ~umask | 0xc0) end
      elseif not err.EXIST then
        -- an existing directory may also answer with "read-only" or "not permitted"
        local st = S.stat(parent)
        if not st or not st.isdir then return nil, err, parent end
      end
    end
  end
end

---@param opts { mode: string?, parents: boolean?, verbose: boolean? }
---@param args string[]
---@return true? ok
---@return string? err
function applet.run(opts, args)
  local umask, bits = 0, nil
  if opts.mode or opts.parents then
    umask = S.umask(0)
    S.umask(umask)
  end
  if opts.mode then
    local mode = require "fs.mode"
    local change, err = mode.parse(opts.mode)
    if not change then return nil, ("%s: %s"):format(opts.mode, err) end
    bits = mode.apply(change, 0x1ff, true, umask)
  end
  for _, path in ipairs(args) do
    local ok, err, object = true, nil, path
    if opts.parents then ok, err, object = make_parents(opts, path, umask) end
    if ok then
      ok, err = S.mkdir(path, bits and bits & 0x1ff or 0x1ff)
      object = path
      if ok then
        made(opts, path)
        -- the umask does not count for -m
        if bits then ok, err = S.chmod(path, bits) end
      elseif opts.parents and err.EXIST then
        local st = S.stat(path)
        ok = st and st.isdir
      end
    end
    if not ok then cli.warn(object, err) end
  end
  return true
end

return applet
