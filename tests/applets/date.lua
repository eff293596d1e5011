-- tests/applets/date.lua - date beside GNU's, and forms that only others have

local t = require "test"
local S = require "syscall"
local parse = require "time.parse"

local AT = "@1136214245.123456789" -- 2006-01-02 15:04:05 UTC
local nobody = S.geteuid() == 0 and { uid = 65534, gid = 65534 } or nil

--- Run it as one who cannot set the clock of this machine, whatever goes wrong.
local function date(argv, out, want)
  want = want or {}
  want.spawn = nobody
  want.out = out
  want.env = want.env or { TZ = "UTC0" }
  table.insert(argv, 1, "date")
  t.run(argv, want)
end

date({ "-d", AT }, "Mon Jan  2 15:04:05 UTC 2006\n")
date({ "-R", "-d", AT }, "Mon, 02 Jan 2006 15:04:05 +0000\n")
date({ "-I", "-d", AT }, "2006-01-02\n")
date({ "-Iseconds", "-d", AT }, "2006-01-02T15:04:05+00:00\n")
date({ "-Ins", "-d", AT }, "2006-01-02T15:04:05,123456789+00:00\n")
date({ "--iso-8601=hours", "-d", AT }, "2006-01-02T15+00:00\n")
date({ "--rfc-3339=seconds", "-d", AT }, "2006-01-02 15:04:05+00:00\n")
date({ "-d", AT, "+%H:%M %q%%%3N" }, "15:04 1%123\n")
date({ "-u", "-d", AT, "+%T %Z" }, "15:04:05 UTC\n", { env = { TZ = "EST5" } })
date({ "-d", AT, "+%T %Z %z" }, "10:04:05 EST -0500\n", { env = { TZ = "EST5" } })
date({ "-D", "%d.%m.%Y %H:%M", "-d", "02.01.2006 15:04", "+%s" }, "1136214240\n")
date({ "-D", "%s", "-d", "5", "+%s" }, "5\n")
date({ "-D", "%Y-%j", "-d", "2024-60", "+%F" }, "2024-02-29\n")
date({ "-D", "%b %d %y %I:%M %p", "-d", "Jul 4 76 1:05 pm", "+%F %R" }, "1976-07-04 13:05\n")
date({ "-D", "%Y", "-d", "20x4" }, nil, { status = 1, err = "date: invalid date: 20x4\n" })
date({ "-d", "foo" }, nil, { status = 1, err = "date: invalid date: foo\n" })
date({ "-f", "-", "+%s" }, "0\n86400\n",
  { stdin = "1970-01-01\n@x\n1970-01-02\n", status = 1, err = "date: invalid date: @x\n" })
date({ "-Ix" }, nil, { status = 1, err = t.match "^date: %-I: unknown: x\n" })
date({ "+%s", "+%s" }, nil, { status = 1, err = t.match "^date: more than one format\n" })
local file = t.write(t.tmp() .. "/file", "")
assert(S.utimensat("fdcwd", file, { { 1000000000, 0 }, { 1136214245, 0 } }))
date({ "-r", file, "+%s" }, "1136214245\n")
t.run("date -r /nosuch", { status = 1, err = "date: /nosuch: No such file or directory\n" })
local now = os.time()
local said = tonumber(t.execute({ "date", "+%s" }).out)
t.ok(said >= now and said <= os.time(), "the time is now")

-- POSIX: MMDDhhmm[[CC]YY][.ss]
t.is(parse.posix("0102150406", 0), os.time { year = 2006, month = 1, day = 2, hour = 15, min = 4 })
t.is(parse.posix("010215042006.05", 0), 1136214245 - require("time.format").offset(1136214245))
t.is({ parse.posix("1302150406", 0), parse.posix("010215", 0), parse.posix("02300000", 0) }, {})

-- setting it, where that is refused: a test must not change the machine's clock
date({ "-s", "@0", "-d", AT }, nil,
  { status = 1, err = t.match "^date: only one of %-d, %-f, %-r and %-s\n" })
if nobody then
  date({ "-s", "@86400", "+%s" }, "86400\n", { status = 1,
    err = "date: cannot set the date: Operation not permitted\n" })
end

-- ---- beside GNU date ----

local gnu = t.find("date")
if not gnu or not t.execute({ "date", "--version" }, { program = gnu }).out:find("GNU") then
  t.skip("needs GNU date")
end
local has_zones = S.stat("/usr/share/zoneinfo/Europe/Berlin") ~= nil

local formats = "%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j %k %l %m %M %n %N %p %P " ..
  "%q %r %R %s %S %t %T %u %U %V %w %W %x %X %y %Y %z %:z %::z %:::z " ..
  "%Z %% %-d %_d %05d %^a %#Z %-H %_H " ..
  "%3N %6N %10Y %_5m %^B %-j %-I %_I %010s %+ %10a %Ey %Od"
for _, zone in ipairs(has_zones and { "UTC0", "Europe/Berlin", "Asia/Kolkata" } or { "UTC0" }) do
  for _, at in ipairs { "@0", AT, "2024-02-29 23:59:59", "2021-01-03", "2020-12-31",
    "1999-07-04 12:00" } do
    local argv = { "date", "-d", at, "+" .. formats }
    local env = { TZ = zone, LC_ALL = "C" }
    local theirs = t.execute(argv, { program = gnu, env = env })
    t.run(argv, { out = theirs.out, env = env, spawn = nobody,
      name = "all formats, " .. at .. " in " .. zone })
  end
  for text in ([[@1700000000.5|@-1.5|2024-02-29 12:34:56|2024-02-29T12:34:56+02:00|2024-02-30|
2024-02-29 12:34:56.789 +0530|02/03/04|2/3/2004 5:06|20240131 1234|20240131T123456|Jan 5 2024|
January 5, 2024 3pm|5-Jan-2024 10:20|Fri Jan  5 10:20:30 UTC 2024|Fri, 05 Jan 2024 10:20:30 +0100|
2024-01-31 1 month|2024-01-31 +1 month -1 day|2024-03-10 12:00 yesterday|2024-01-01 2 weeks ago|
2024-01-01 12:00 am|2024-01-01 12:30 pm|2024-07-01 12:00 CEST|25:00|foo|2024-13-01|tomorrow 10:00|
next monday|last friday|monday|yesterday 23:59|1:2|1999-1-2 3:4:5Z|
2024-01-01 00:00:00 UTC + 86400 seconds|today 0:00]])
    :gsub("\n", ""):gmatch("[^|]+") do
    local argv = { "date", "-d", text, "+%F %T %z" }
    local env = { TZ = zone, LC_ALL = "C" }
    local theirs, ours, after
    repeat -- midnight is between two of them at most
      theirs = t.execute(argv, { program = gnu, env = env })
      ours = t.execute(argv, { env = env, spawn = nobody })
      after = t.execute(argv, { program = gnu, env = env })
    until theirs.out == after.out
    t.is({ ours.status, ours.out }, { theirs.status, theirs.out }, ("%q in %s"):format(text, zone))
  end
end
