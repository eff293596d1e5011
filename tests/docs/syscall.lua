-- tests/docs/syscall.lua - the examples of docs/syscall.md print what they say
--
-- After "-->" stands what a line prints, blanks counting as one, "..." as anything. A page is read
-- from top to bottom: the examples share a folder.

local t = require "test"
local S = require "syscall"

local UNAVAILABLE = {
  landlock = not S.landlock_create_ruleset(nil, "version") and "not in this kernel",
  io_uring = not S.io_uring_setup(1) and "not allowed here",
}

local function wanted(code)
  local lines = {}
  for line in code:gmatch("%-%->([^\n]*)") do lines[#lines + 1] = line end
  return lines
end

local function plain(text) return (text:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", "")) end

local function agrees(got, want)
  local pattern = plain(want):gsub("%p", "%%%0"):gsub("%%%.%%%.%%%.", ".*")
  return plain(got):find("^" .. pattern .. "$") ~= nil
end

local dir, count = t.tmp(), 0
local text, section = t.read("docs/syscall.md") .. "\n", ""
local block
for line in text:gmatch("([^\n]*)\n") do
  if line:find("^#") and not block then section = line:gsub("[#` ]+", " ") end
  if line == "```lua" then
    block = {}
  elseif line == "```" and block then
    local code = table.concat(block, "\n")
    local reason
    for word, why in pairs(UNAVAILABLE) do
      if why and code:find("S%." .. word) then reason = why end
    end
    count = count + 1
    local name = ("example %d:%s"):format(count, section)
    if reason then
      t.skip_one(name, reason)
    else
      local got = t.execute({ "lua", "-e", code }, { cwd = dir })
      local want = wanted(code)
      t.is(got.err, "", name .. " runs")
      local i = 0
      for output in got.out:gmatch("([^\n]*)\n") do
        i = i + 1
        t.ok(want[i] and agrees(output, want[i]), name .. ", line " .. i,
          ("got:  %s\nwant: %s"):format(output, want[i] or "nothing"))
      end
      t.is(i, #want, name .. " prints so many lines")
    end
    block = nil
  elseif block then
    block[#block + 1] = line
  end
end
t.ok(count >= 12, "examples were found")
