-- tests/applets/files.lua - mkdir rmdir rm cp mv ln chmod touch pwd sync in one small tree
-- POSIX, with GNU's options; what needs other owners is in tests/applets/chown.lua

local t = require "test"
local S = require "syscall"
local dir = require "fs.dir"

local home = t.tmp()
local function run(command, want)
  want = want or {}
  want.cwd = home
  return t.run(command, want)
end
local function status(path, follow) return dir.status(nil, home .. "/" .. path, follow) end
local function exists(path) return status(path) ~= nil end
local function bits(path) return ("%o"):format(status(path).mode) end
local function text(path) return t.read(home .. "/" .. path) end
local function write(path, content) return t.write(home .. "/" .. path, content) end

S.umask(18) -- 022
-- ---- mkdir, rmdir
run("mkdir a")
t.is(bits "a", "755")
run("mkdir a", { status = 1, err = "mkdir: a: File exists\n" })
run("mkdir -p a a/b/c")
run("mkdir x/y", { status = 1, err = "mkdir: x/y: No such file or directory\n" })
run("mkdir -m 1700 m")
t.is(bits "m", "1700")
run("mkdir -m u=rwx,go= n")
t.is(bits "n", "700")
run("mkdir -pv a/v/w",
  { out = "mkdir: created directory 'a/v'\nmkdir: created directory 'a/v/w'\n" })
run("mkdir -m 9 q", { status = 1, err = "mkdir: 9: invalid mode\n" })
run("mkdir", { status = 1, err = t.match "^mkdir: missing operand\nusage: mkdir" })
run("rmdir m n")
run("rmdir a", { status = 1, err = "rmdir: a: Directory not empty\n" })
run("rmdir --ignore-fail-on-non-empty a")
run("rmdir -p a/v/w", { status = 1, err = "rmdir: a: Directory not empty\n" })
t.ok(not exists "a/v", "rmdir -p removed what was empty")

-- ---- touch
run("touch f")
t.is(status("f").size, 0)
run("touch -c none")
t.ok(not exists "none", "touch -c makes nothing")
run { "touch", "-d", "2000-01-30 05:24:08Z", "f" }
t.is({ status("f").mtime, status("f").atime }, { 949209848, 949209848 })
run("touch -m -d @5 f")
t.is({ status("f").mtime, status("f").atime }, { 5, 949209848 })
run("touch -t 202001020304.05 f", { env = { TZ = "UTC0" } })
t.is(status("f").mtime, 1577934245)
run("touch -r f g")
t.is(status("g").mtime, 1577934245)
run("touch -d nonsense f", { status = 1, err = "touch: invalid date: nonsense\n" })
run("touch -t 1 f", { status = 1, err = "touch: invalid date: 1\n" })
run("touch no/f", { status = 1, err = "touch: no/f: No such file or directory\n" })

-- ---- chmod
run("chmod 600 f")
t.is(bits "f", "600")
run("chmod u+x,go=r f")
t.is(bits "f", "744")
run("chmod -w f")
t.is(bits "f", "544")
run("chmod -v 644 f", { out = "mode of 'f' changed from 0544 (r-xr--r--) to 0644 (rw-r--r--)\n" })
run("chmod -c 644 f")
run("chmod --reference=f g")
t.is(bits "g", "644")
run("chmod -R go-rx a")
t.is({ bits "a", bits "a/b", bits "a/b/c" }, { "700", "700", "700" })
run("chmod 644 none", { status = 1, err = "chmod: none: No such file or directory\n" })
run("chmod -f 644 none", { status = 1 })
run("chmod u+q f", { status = 1, err = "chmod: invalid mode: u+q\n" })
S.symlink("f", home .. "/a/link")
run("chmod -R 700 a")
t.is(bits "f", "644", "chmod -R does not follow links")
S.unlink(home .. "/a/link")

-- ---- ln
write("f", "content\n")
run("ln f hard")
t.is(status("hard").ino, status("f").ino)
run("ln -s f soft")
t.is(S.readlink(home .. "/soft"), "f")
run("ln -s f soft", { status = 1, err = "ln: soft: File exists\n" })
run("ln -sf g soft")
t.is(S.readlink(home .. "/soft"), "g")
run("ln -s ../f a")
t.is(S.readlink(home .. "/a/f"), "../f")
run("ln -s a adir")
run("ln -sfn b adir")
t.is(S.readlink(home .. "/adir"), "b")
run("ln -sr a/b/c rel")
t.is(S.readlink(home .. "/rel"), "a/b/c")
run("ln -sr f a/b/rel")
t.is(S.readlink(home .. "/a/b/rel"), "../../f")
run("ln -sv f s2", { out = "'s2' -> 'f'\n" })
run("ln -b f hard")
t.ok(exists "hard~", "ln -b keeps the old one")
run("ln a other", { status = 1, err = "ln: a: hard link not allowed for directory\n" })
run("ln -f f f", { status = 1, err = "ln: f: 'f' and 'f' are the same file\n" })
t.is(text "f", "content\n", "ln -f never removes the file itself")

-- ---- cp
run("cp f copy")
t.is({ text "copy", bits "copy" }, { "content\n", "644" })
run("cp f none/copy", { status = 1, err = "cp: none/copy: No such file or directory\n" })
run("cp none copy", { status = 1, err = "cp: none: No such file or directory\n" })
run("cp f f", { status = 1, err = "cp: f: 'f' and 'f' are the same file\n" })
run("cp a copy2", { status = 1, err = "cp: omitting directory 'a'\n" })
write("new", "new\n")
run("cp -n new copy")
t.is(text "copy", "content\n", "cp -n")
run("cp -i new copy", { stdin = "n\n", err = "cp: overwrite 'copy'? " })
t.is(text "copy", "content\n", "cp -i, no")
run("cp -i new copy", { stdin = "y\n", err = "cp: overwrite 'copy'? " })
t.is(text "copy", "new\n", "cp -i, yes")
run("cp -u f new")
t.is(text "new", "new\n", "cp -u keeps what is newer")
run { "touch", "-d", "@1", "new" }
run("cp -uv f new", { out = "'f' -> 'new'\n" })
run("cp -b f new")
t.ok(exists "new~", "cp -b")
run("cp --backup=numbered f new")
t.ok(exists "new.~1~", "cp --backup=numbered")
run("cp -p g kept")
t.is(status("kept").mtime, 1577934245, "cp -p keeps times")
run("cp a/f f", { status = 1, err = "cp: f: 'a/f' and 'f' are the same file\n" })
run("cp -t a new g")
t.is({ text "a/new", text "a/g" }, { "content\n", "" })
run("cp --parents a/b/rel copies", { status = 1, err = "cp: copies: No such file or directory\n" })
run("mkdir copies")
run("cp -P --parents a/b/rel copies")
t.is(S.readlink(home .. "/copies/a/b/rel"), "../../f")
run("cp -l f linked")
t.is(status("linked").ino, status("f").ino)
run("cp -s f symbolic")
t.is(S.readlink(home .. "/symbolic"), "f")
S.symlink("nowhere", home .. "/dangling")
run("cp f dangling", { status = 1,
  err = "cp: dangling: not writing through dangling symbolic link\n" })
run("cp -P dangling dangling2")
t.is(S.readlink(home .. "/dangling2"), "nowhere")

-- a tree with everything
run("mkdir -p tree/sub")
write("tree/file", ("x"):rep(100000))
t.is(S.link(home .. "/tree/file", home .. "/tree/second"), true)
S.symlink("file", home .. "/tree/link")
S.mkfifo(home .. "/tree/fifo", "0640")
run("chmod 750 tree/sub")
run { "touch", "-d", "@1000", "tree/sub", "tree/file" }
run("cp -a tree copied")
t.is(text "copied/file", text "tree/file", "cp -a: contents")
t.is(status("copied/file").ino, status("copied/second").ino, "hard links stay")
t.is(S.readlink(home .. "/copied/link"), "file", "symbolic links stay")
t.is({ status("copied/fifo").type, bits "copied/fifo" }, { "fifo", "640" })
t.is({ bits "copied/sub", status("copied/sub").mtime }, { "750", 1000 }, "modes and times stay")
run("cp -r tree copied") -- now below it
t.ok(exists "copied/tree/file", "into a directory that is there")
run("cp -rT tree copied")
run("cp -r tree tree/inside", {
  status = 1, err = "cp: tree/inside: cannot copy a directory into itself, 'tree/inside'\n",
})
run("cp -rL tree/link tree/sub followed", { status = 1,
  err = "cp: followed: No such file or directory\n" })
do
  -- a hole stays a hole
  local fd = S.open(home .. "/sparse", "creat, wronly", "0644")
  S.lseek(fd, 1048576, "set")
  fd:write("end")
  fd:close()
  run("cp sparse sparse2")
  t.is({ status("sparse2").size, status("sparse2").blocks < 100 }, { 1048579, true })
  t.is(text "sparse2", text "sparse", "and its contents")
  write("zeros", ("\0"):rep(65536) .. "x")
  run("cp --sparse=always zeros zeros2")
  t.is({ text "zeros2" == text "zeros", status("zeros2").blocks < 100 }, { true, true })
end

-- ---- mv
write("m1", "1")
write("m2", "2")
run("mv m1 m3")
t.ok(not exists "m1" and text "m3" == "1", "renamed")
run("mv -n m2 m3")
t.is(text "m3", "1", "mv -n")
run("mv -i m2 m3", { stdin = "n\n", err = "mv: overwrite 'm3'? " })
run("mv -fv m2 m3", { out = "renamed 'm2' -> 'm3'\n" })
t.is(text "m3", "2")
run("mv m3 a")
t.ok(exists "a/m3", "into a directory")
run("mv a/m3 none/x", { status = 1, err = t.match "No such file or directory\n$" })
run("mv none x", { status = 1, err = "mv: none: No such file or directory\n" })
run("mv a a/b", { status = 1, err = "mv: a: cannot move to a subdirectory of itself, 'a/b/a'\n" })
run("mv -T tree f", { status = 1, err = "mv: f: cannot overwrite non-directory with directory\n" })
run("mv f f", { status = 1, err = "mv: f: 'f' and 'f' are the same file\n" })
if S.stat("/dev/shm") and S.stat("/dev/shm").st_dev ~= S.stat(home).st_dev then
  local other = ("/dev/shm/luabox-test.%d.%06x"):format(S.getpid(), math.random(0, 0xffffff))
  t.cleanup(function() os.execute("rm -rf " .. other) end)
  run { "mv", "copied", other }
  t.ok(not exists "copied", "across file systems: gone here")
  local there = dir.status(nil, other .. "/sub")
  t.is({ there.mode, there.mtime }, { 488, 1000 }, "and there with what belongs to it")
else
  t.skip_one("mv across file systems", "no second file system that can be written")
end

-- ---- rm
write("r1", "")
run("rm r1")
run("rm r1", { status = 1, err = "rm: r1: No such file or directory\n" })
run("rm -f r1")
run("rm -f")
run("rm", { status = 1, err = t.match "^rm: no file given\nusage: rm" })
run("rm a", { status = 1, err = "rm: a: Is a directory\n" })
run("mkdir empty")
run("rm -dv empty", { out = "removed directory 'empty'\n" })
run("rm -i f", { stdin = "n\n", err = "rm: remove regular file 'f'? " })
t.ok(exists "f", "rm -i, no")
run("rm -if f") -- the last one counts
t.ok(not exists "f", "rm -if")
S.symlink("a", home .. "/to_a")
run("rm -r to_a")
t.ok(exists "a/b" and not exists "to_a", "rm -r of a link removes the link")
run("rm -rv a/b/c", { out = "removed directory 'a/b/c'\n" })
run("rm -r a tree")
t.ok(not exists "a" and not exists "tree", "rm -r")
run("mkdir -p d/e")
run("rm -rf d/. d/.. . ..", { status = 1, err = t.match "^rm: d/%.: refusing to remove" })
run("rm -r /", { status = 1,
  err = "rm: /: refusing to remove the root directory (--no-preserve-root)\n" })
t.ok(exists "d/e", "nothing of it was removed")
run("rm -ri d", {
  stdin = "y\nn\n", err = "rm: descend into directory 'd'? rm: remove directory 'd/e'? ",
})
t.ok(exists "d/e", "rm -ri, no")

-- ---- pwd, sync
run("pwd", { out = home .. "\n" })
S.symlink("d", home .. "/logical")
t.run("pwd", { cwd = home .. "/d", env = { PWD = home .. "/logical" }, out = home .. "/logical\n" })
t.run("pwd -P", { cwd = home .. "/d", env = { PWD = home .. "/logical" }, out = home .. "/d\n" })
t.run("pwd", { cwd = home .. "/d", env = { PWD = "/tmp/../wrong" }, out = home .. "/d\n" })
run("sync d")
run("sync -d sparse")
run("sync -f d sparse")
run("sync none", { status = 1, err = "sync: none: No such file or directory\n" })
