-- tests/lua/fs_mode.lua - symbolic and octal modes; expected values are GNU chmod's,
-- with umask 022

local t = require "test"
local mode = require "fs.mode"

-- mode, before, after for a file, after for a directory
local CASES = {
  { "755", "0644", "755", "755" },
  { "0755", "7777", "755", "6755" },
  { "00755", "7777", "755", "755" },
  { "u+x", "0644", "744", "744" },
  { "+w", "0444", "644", "644" },
  { "=r", "0777", "444", "444" },
  { "u=rwx", "4755", "755", "4755" },
  { "g-s", "2755", "755", "755" },
  { "a-s", "7777", "1777", "1777" },
  { "u=s,g=x", "0755", "4015", "4015" },
  { "o+t", "0755", "1755", "1755" },
  { "ug=rwX,o=", "0644", "660", "770" },
  { "go=u", "0750", "777", "777" },
  { "a=X", "0644", "0", "111" },
  { "+X", "0100", "111", "111" },
  { "u=rw,go=r", "0777", "644", "644" },
  { "+10", "0644", "654", "654" },
  { "=755", "7777", "755", "755" },
  { "-0111", "0755", "644", "644" },
  { "o-u", "0777", "770", "770" },
}
for _, case in ipairs(CASES) do
  local change = assert(mode.parse(case[1]))
  local before = tonumber(case[2], 8)
  local got = {}
  for i, is_directory in ipairs { false, true } do
    got[i] = ("%o"):format(mode.apply(change, before, is_directory, 18))
  end
  t.is(got, { case[3], case[4] }, case[1] .. " of " .. case[2])
end

for _, bad in ipairs { "", "8", "77777", "u", "u+q", "x+u", "u+x,", "u=rg", "g+7" } do
  t.is({ mode.parse(bad) }, { nil, "invalid mode" }, "not a mode: " .. bad)
end

t.is(mode.letters("directory", tonumber("1755", 8)), "drwxr-xr-t")
t.is(mode.letters("file", tonumber("6644", 8)), "-rwSr-Sr--")
t.is(mode.letters("link", tonumber("777", 8)), "lrwxrwxrwx")
