-- tests/nl/mirror.lua - a mirror of the links while ten thousand events come and nobody reads

local t = require "test"

t.need_root()

local S = require "syscall"
local nl = require "nl"
local link = require "nl.schema.link"

-- name -> mtu and flags, of the mirror and of the kernel
local function of_mirror(mirror)
  local names = {}
  for _, message in pairs(mirror.objects.link) do
    names[message.ifname] = message.mtu .. "/" .. message.flags
  end
  return names
end

local function of_kernel(connection)
  local names = {}
  for _, message in ipairs(assert(connection:dump(link, {}))) do
    names[message.ifname] = message.mtu .. "/" .. message.flags
  end
  return names
end

local function same(a, b)
  for name, text in pairs(a) do if b[name] ~= text then return false end end
  for name in pairs(b) do if not a[name] then return false end end
  return true
end

t.netns(function()
  local connection = assert(nl.connect())
  local mirror = assert(nl.mirror { "link", "addr" })
  t.is(of_mirror(mirror), of_kernel(connection), "it begins with what there is")

  for i = 1, 25 do
    assert(connection:call(link, "new", { ifname = "v" .. i, linkinfo = { kind = "veth",
      data = { peer = { ifname = "w" .. i } } } }, "add"))
  end
  local changes = assert(mirror:read(30000))
  t.ok(#changes >= 50 and changes[1].action == "new", "new links are told: " .. #changes)
  while mirror:read(0) do end
  t.is(of_mirror(mirror), of_kernel(connection), "and are in the mirror")

  -- the flood: a reader that is stopped for a second sees none of it
  local start = S.clock_gettime("monotonic").time
  local done, refused = 0, 0
  local batch = connection:batch(function(_, err)
    done = done + 1
    if err then refused = refused + 1 end
  end)
  local round = 0
  while done < 10000 or S.clock_gettime("monotonic").time < start + 1 do
    round = round + 1
    for i = 1, 25 do
      batch:add(i, link, "new", { ifname = "v" .. i, mtu = 1000 + round % 400 + i })
      batch:add(i, link, "new", { ifname = "w" .. i, flags = round & 1, change = 1 })
    end
    if round == 50 then
      for i = 1, 5 do batch:add(i, link, "del", { ifname = "v" .. i }) end
      batch:add(0, link, "new", { ifname = "late", linkinfo = { kind = "bridge" } }, "add")
    end
    assert(batch:flush())
  end
  t.ok(done >= 10000 and refused < done, ("%d changes, %d of them of links that are gone")
    :format(done, refused))

  local lost, gone, new = false, {}, {}
  local read_events = mirror.monitor.read
  mirror.monitor.read = function(...)
    local events, err = read_events(...)
    for _, event in ipairs(events or {}) do lost = lost or event.action == "lost" end
    return events, err
  end
  for _ = 1, 300 do -- what the kernel has told need not be all that there is
    local list = mirror:read(100)
    if not list and lost and same(of_mirror(mirror), of_kernel(connection)) then break end
    for _, change in ipairs(list or {}) do
      if change.action == "del" then gone[change.message.ifname or ""] = true end
      if change.action == "new" then new[change.message.ifname or ""] = true end
    end
  end
  t.ok(lost, "events were lost")
  t.is(of_mirror(mirror), of_kernel(connection), "the mirror is right afterwards")
  t.ok(gone.v1 and gone.w5 and new.late, "what came and went is told as changes")
  t.is(mirror.objects.link[1].ifname, "lo", "by their index")

  local lo = assert(nl.interface("lo")):up()
  mirror:read(30000)
  while mirror:read(0) do end
  t.ok(next(mirror.objects.addr), "addresses are mirrored with the links")
  lo:deladdress("127.0.0.1/8"):deladdress("::1/128")
  mirror:read(30000)
  while mirror:read(0) do end
  t.is(next(mirror.objects.addr), nil, "and go")
  mirror:close()
  connection:close()
end)
