-- tests/lua/syscall_futex.lua - a word that two processes wait on

local t = require "test"
local S = require "syscall"
local mem = S.mem

local page = assert(S.mmap(nil, S.getpagesize(), "read, write", "shared, anonymous"))
local words = mem.cast("uint32", page)
local word = words + 1

t.is(mem.fetch_add(word, 5), 0)
t.is(mem.fetch_add(word, -2), 5)
t.ok(mem.cas(word, 3, 9), "cas")
t.is({ mem.cas(word, 3, 4) }, { false, 9 })
t.is(words[1], 9)
t.is(select(2, S.futex_wait(word, 3)).sym, "AGAIN")
t.is(select(2, S.futex_wait(word, 9, 0.01)).sym, "TIMEDOUT")
local now = S.clock_gettime("monotonic").time
t.is(select(2, S.futex_wait_until(word, 9, now + 0.01)).sym, "TIMEDOUT")
t.is(S.futex_wake(word), 0, "nobody waits")

local pid = assert(S.fork())
if pid == 0 then
  local ok, err = S.futex_wait(word, 9, 100)
  S._exit((ok or err.AGAIN) and words[1] == 10 and 0 or 1)
end
S.nanosleep(0.01) -- mostly it waits by now; the word tells it, if not
words[1] = 10
S.futex_wake(word, 1)
t.is(select(3, S.waitpid(pid)).EXITSTATUS, 0, "woken in another process")

-- ten thousand increments each, by three processes, and none is lost
local children = {}
for i = 1, 3 do
  children[i] = assert(S.fork())
  if children[i] == 0 then
    for _ = 1, 10000 do mem.fetch_add(words + 2, 1) end
    S._exit(0)
  end
end
for _, child in ipairs(children) do S.waitpid(child) end
t.is(words[2], 30000)

t.raises(function() mem.cas(S.t.buffer(3), 0, 0) end, "aligned bytes")
t.raises(function() S.futex_wake(page + 1) end, "aligned bytes")
assert(S.munmap(page, S.getpagesize()))
t.raises(function() mem.fetch_add(word, 1) end, "not mapped")

-- ---- one of several ----

local pair = S.t.buffer(8)
now = S.clock_gettime("monotonic").time
local first, second = S.mem.cast("uint32", pair), S.mem.cast("uint32", pair + 4)
local got, why = S.futex_waitv({ { first, 0 }, { second, 0, "private" } }, now + 0.02)
if not got and why.NOSYS then
  t.skip_one("futex_waitv", "a kernel before 5.16")
else
  t.ok(not got and why.TIMEDOUT, "the time is over")
  got, why = S.futex_waitv { { first, 0 }, { second, 1 } }
  t.ok(not got and why.AGAIN, "the second is another by now")
  local shared = assert(S.mmap(nil, S.getpagesize(), "read, write", "shared, anonymous"))
  local a, b = S.mem.cast("uint32", shared), S.mem.cast("uint32", shared + 4)
  local waker = assert(S.fork())
  if waker == 0 then
    for _ = 1, 6000 do
      if S.futex_wake(b) == 1 then S._exit(0) end
      S.nanosleep(0.01)
    end
    S._exit(1)
  end
  t.is(S.futex_waitv({ { a, 0 }, { b, 0 } }, S.clock_gettime("monotonic").time + 60), 2,
    "the second was woken")
  t.is(select(3, S.waitpid(waker)).EXITSTATUS, 0)
end
t.raises(function() S.futex_waitv {} end, "1 to 128 words")
