-- applets/prompt.lua - a prompt that takes Lua and commands
--
-- Layer: applet. A line is Lua, an expression (its values are printed) or
-- statements, unless its first word is an applet's name and no variable's:
-- then it is that command. `!` before a line makes it a command in any case.
-- S, t, c, nl and help are there without being required. `exit` or ^D leaves it.

local S = require "syscall"
local vm = require "vm"
local interrupt = require "vm.interrupt"

local COMMANDS = { -- words that are Lua as well
  ["true"] = false, ["false"] = false, ["if"] = false, ["while"] = false,
}

local function is_command(word)
  if COMMANDS[word] == false or rawget(_G, word) ~= nil then return false end
  if vm.has("applets." .. word) or word == "lua" or word == "luabox" then return true end
  for _, name in ipairs(vm.applets()) do
    if name == word then return true end
  end
  return false
end

--- The words of a command line; quotes and backslashes as in a shell, no more.
---@param line string
---@return string[]? words
---@return string? err
local function split(line)
  local words, word, at = {}, nil, 1
  while at <= #line do
    local c = line:sub(at, at)
    if c:find("%s") then
      if word then words[#words + 1] = word end
      word = nil
    elseif c == "'" or c == '"' then
      local stop = line:find(c, at + 1, true)
      if not stop then return nil, "unfinished quote " .. c end
      word = (word or "") .. line:sub(at + 1, stop - 1)
      at = stop
    elseif c == "\\" then
      at = at + 1
      word = (word or "") .. line:sub(at, at)
    else
      word = (word or "") .. c
    end
    at = at + 1
  end
  if word then words[#words + 1] = word end
  return words
end

local function complain(err) io.stderr:write(tostring(err), "\n") end

--- Run a command in the foreground; ^C is its own affair.
local function run(line)
  local words, err = split(line)
  if not words then return complain(err) end
  if #words == 0 then return end
  if is_command(words[1]) then
    words.path = "/proc/self/exe"
    if words[1] ~= "luabox" then table.insert(words, 1, "luabox") end
  end
  local old = S.signal("int", "ign")
  local pid, spawn_err, pidfd = S.spawn(words)
  if pid then
    S.waitpid(pid)
    pidfd:close()
  else
    complain(line:match("%S+") .. ": " .. spawn_err)
  end
  S.signal("int", old)
end

--- The command in a line, if it is one.
local function command_of(line)
  local forced = line:match("^%s*!(.*)")
  if forced then return forced end
  local word, rest = line:match("^%s*([%w_.%-]+)(.*)$")
  if not word or not is_command(word) then return nil end
  if rest:find("^%S") or rest:find("^%s*=") then return nil end
  return line
end

--- Ask for more lines until the text is whole.
local function compile(line)
  local chunk = load("return " .. line:gsub("^%s*=", ""), "=stdin", "t")
  if chunk then return chunk end
  local text = line
  while true do
    local err
    chunk, err = load(text, "=stdin", "t")
    if chunk then return chunk end
    if not err:find("<eof>$") then return nil, err end
    io.write(">> ")
    io.stdout:flush()
    local more = io.read()
    if not more then return nil, err end
    text = text .. "\n" .. more
  end
end

local function show(ok, ...)
  if not ok then return complain((...)) end
  if select("#", ...) > 0 then
    local printed, err = pcall(print, ...)
    if not printed then complain(err) end
  end
end

local function evaluate(line)
  local chunk, err = compile(line)
  if not chunk then return complain(err) end
  show(interrupt.call(chunk))
end

local LAZY = { S = "syscall", nl = "nl" }

--- S, t, c and nl come when they are named; so do the standard libraries.
local function offer_globals()
  local meta = getmetatable(_G)
  local libraries = meta.__index
  function meta.__index(globals, name)
    local value
    if LAZY[name] then
      value = require(LAZY[name])
    elseif name == "t" or name == "c" then
      value = S[name]
    elseif name == "help" then
      return require "help" -- not kept: `help S.open` stays a command
    else
      return libraries(globals, name)
    end
    rawset(globals, name, value)
    return value
  end
end

--- Greet, and sleep without a Lua state until somebody has typed a line: most consoles of most
--- machines never hear one. Comes back only where that cannot be.
local function greet()
  io.write("luabox ", require "version", ": Lua or a command; `help` lists the commands\n", "> ")
  io.stdout:flush()
  if not S.isatty(0) then return end
  S.execve("/proc/self/exe", { "luabox", "await", "0", "--", "prompt", "--greeted" }, S.environ())
end

return {
  summary = "a prompt for Lua and commands",
  usage = "",
  options = {
    { false, "greeted", help = "the first prompt is shown already" },
  },
  operands = { max = 0 },
  run = function(opts)
    if not opts.greeted then greet() end
    offer_globals()
    local first = true
    while true do
      if not first then io.write("> ") end
      first = false
      io.stdout:flush()
      local line = io.read()
      if not line or line:find("^%s*exit%s*$") and rawget(_G, "exit") == nil then break end
      local command = command_of(line)
      if command then
        run(command)
      elseif line:find("%S") then
        evaluate(line)
      end
    end
    io.write("\n")
    return true
  end,
}
