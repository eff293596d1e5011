-- tests/applets/du.lua - sizes of a tree that is known, and df's shape

local t = require "test"
local S = require "syscall"

local home = t.tmp()
S.mkdir(home .. "/t", "0755")
S.mkdir(home .. "/t/sub", "0755")
t.write(home .. "/t/a", ("x"):rep(5000))
t.write(home .. "/t/sub/b", ("x"):rep(100))
S.link(home .. "/t/a", home .. "/t/sub/same")

for _, name in ipairs { "a", "sub/b", "sub", "." } do -- then it has the blocks that it will have
  local fd <close> = assert(S.open(home .. "/t/" .. name, "rdonly"))
  fd:fsync()
end

local function blocks(...)
  local sum = 0
  for _, name in ipairs { ... } do sum = sum + S.lstat(home .. "/t" .. name).blocks end
  return sum // 2
end
local function run(command, want)
  want.cwd = home
  return t.run(command, want)
end
local sub, all = blocks("/sub", "/sub/b"), blocks("", "/a", "/sub", "/sub/b")

run("du -s t", { out = all .. "\tt\n" })
run("du -S t", { out = t.match "^%d+\tt/sub\n%d+\tt\n$" })
run("du -sc t", { out = all .. "\tt\n" .. all .. "\ttotal\n" })
run("du -d0 t", { out = all .. "\tt\n" })
run("du --apparent-size -b -s t/sub/b", { out = "100\tt/sub/b\n" })
run("du -b t/a t/sub/same", { out = "5000\tt/a\n" })
run("du -bl t/a t/sub/same", { out = "5000\tt/a\n5000\tt/sub/same\n" })
run("du --inodes -s t", { out = "4\tt\n" })
run("du -a --exclude=same t/sub", {
  out = ("%d\tt/sub/b\n%d\tt/sub\n"):format(blocks "/sub/b", sub),
})
run("du -s0 t/sub/b", { out = blocks("/sub/b") .. "\tt/sub/b\0" })
run("du --json -bs t/sub/b", { out = t.match '"path":"t/sub/b"' })
run("du none", { status = 1, err = "du: none: No such file or directory\n" })
run("du -sa t", { status = 1, err = t.match "^du: %-s and %-a do not go together\n" })

-- df: the kernel's numbers for the file system we are on
local st = S.statfs(home)
local total = st.f_blocks * st.f_frsize // 1024
run("df -P .", {
  out = t.match("^Filesystem +1024%-blocks +Used Available Capacity Mounted on\n" ..
    "%S+ +" .. total .. " "),
})
run("df --output .", { status = 1, err = t.match "^df: unknown option" })
run("df -T /proc", { out = t.match "\nproc +proc +0 +0 +0 +%- /proc\n$" })
run("df --json .", { out = t.match('"total":' .. st.f_blocks * st.f_frsize) })
run("df none", {
  status = 1, err = "df: none: No such file or directory\ndf: no file systems processed\n",
})

local mounts = require "fs.mounts"
local list = mounts.parse("22 1 0:20 / / rw,relatime - ext4 /dev/sda1 rw\n" ..
  "30 22 0:25 /x /mnt/a\\040b rw shared:5 master:1 - tmpfs none rw,size=1k\nnonsense\n")
t.is(#list, 2, "mountinfo: malformed lines are passed over")
t.is({ list[2].target, list[2].fstype, list[2].propagation[2] }, { "/mnt/a b", "tmpfs",
  "master:1" })
t.is(mounts.of(list, "/mnt/a b/c").id, 30)
t.is(mounts.of(list, "/mnt/a bc").id, 22)
