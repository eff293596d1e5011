-- cpio.lua - the archive writer of the image, read back by cpio(1)

local t = require "test"

package.path = "initramfs/?.lua;" .. package.path
local cpio = require "cpio"

-- By the format's description: 110 bytes of header, name, data, each padded to four.
local hello = { path = "a", type = "file", mode = tonumber("644", 8), data = "hello" }
local one = cpio.archive { hello }
t.is(one:sub(1, 110), "070701" .. "00000001" .. "000081A4" .. "00000000" .. "00000000"
  .. "00000001" .. "00000000" .. "00000005" .. ("00000000"):rep(4) .. "00000002" .. "00000000",
  "header of a file")
t.is(one:sub(111, 120), "a\0hello\0\0\0", "name and data end on multiples of four")
hello.time = 0x12345678
t.is(cpio.archive({ hello }):sub(47, 54), "12345678", "the time, where an entry has one")
t.is(#one % 4, 0, "the archive too: another one may follow")
t.ok(one:find("TRAILER!!!\0", 1, true), "has its trailer")

local entries = {
  { path = "z/b", type = "link", mode = tonumber("777", 8), data = "../a" },
  { path = "dev/null", type = "char", mode = tonumber("666", 8), major = 1, minor = 3 },
  { path = "a", type = "file", mode = tonumber("600", 8), data = "x" },
}
local forward = cpio.archive(entries)
t.is(cpio.archive { entries[3], entries[1], entries[2] }, forward, "order does not matter")

t.raises(function() cpio.archive { hello, hello } end, "twice in the archive", "duplicate")
t.raises(function() cpio.archive { { path = "/a", type = "file", mode = 0 } } end, "bad path",
  "absolute path")
t.raises(function() cpio.archive { { path = "a", type = "door", mode = 0 } } end, "unknown type",
  "unknown type")

-- another program's view of it
t.need("cpio")
local folder = t.tmp()
t.write(folder .. "/archive", forward)
local list <close> = io.popen("LC_ALL=C TZ=UTC0 cpio -itv <" .. folder .. "/archive 2>/dev/null")
local seen = {}
for line in list:lines() do
  local mode, owner, size, name =
    line:match("^(%S+) +%d+ (%S+ +%S+) +(%S+ *%d*) Jan +1 +1970 (.*)$")
  seen[#seen + 1] = ("%s %s %s %s"):format(mode, owner:gsub(" +", " "), size:gsub(" ", ""), name)
end
t.is(table.concat(seen, "\n"), table.concat({
  "-rw------- root root 1 a",
  "drwxr-xr-x root root 0 dev",
  "crw-rw-rw- root root 1,3 dev/null",
  "drwxr-xr-x root root 0 z",
  "lrwxrwxrwx root root 4 z/b -> ../a",
}, "\n"), "cpio lists what was put in, with the folders in between")
