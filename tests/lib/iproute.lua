-- iproute.lua - a machine with Debian's kernel, its modules for networks, and Debian's iproute2
--
-- Layer: test library; used by tests/boot. Test files of the host run there, where nothing of them
-- should be skipped.

local machine = require "machine"
local t = require "test"

package.path = "initramfs/?.lua;" .. package.path
local modules = require "modules"

local S = require "syscall"

local MODULES = [[ virtio_net virtio_rng dummy ifb nlmon veth bridge 8021q vxlan macvlan macvtap
  ipvlan ipvtap bonding vrf ip_gre ip6_gre sit ipip ip6_tunnel ip_vti ip6_vti geneve
  xfrm_interface wireguard tun mpls_router mpls_iptunnel fou fou6 sch_fq sch_htb sch_tbf
  sch_netem sch_ingress sch_prio sch_sfq cls_u32 nf_conntrack tcp_diag udp_diag raw_diag unix_diag
  af_packet_diag netlink_diag ]]

local TOOLS = { "ip", "tc", "bridge", "ss" }

local PATIENCE = 300 -- seconds for one case, more than test.lua lets a command take

local iproute = {}

-- Reads what a test file says until it has ended: -> number of cases | nil, what it said
local function follow(vm)
  local start = vm.at
  local planned
  repeat
    planned = vm.log:match("\n1%.%.(%d+)\n", start)
    io.write("# it goes on\n") -- for who ends a file that says nothing
    io.stdout:flush()
  until planned or not vm:read(S.clock_gettime("monotonic").time + PATIENCE)
  local log = vm.log:sub(start)
  vm.at = #vm.log + 1
  return math.tointeger(tonumber(planned)), log
end

--- Run test files in the machine, each of which must pass.
---@param tests string paths, blanks between them; NETWORK_TESTS has others
function iproute.run(tests)
  tests = os.getenv("NETWORK_TESTS") or tests
  local folder = "build/x86_64/kernel/modules"
  if S.uname().machine ~= "x86_64" or not S.access(folder, "r") then
    t.skip("needs the unpacked kernel for x86-64")
  end
  for _, tool in ipairs(TOOLS) do t.need(tool) end
  folder = folder .. "/"

  local files = {}
  local function add(path, from, mode) files[path] = { data = t.read(from), mode = mode } end

  -- Debian's programs with the libraries they are linked to
  for _, tool in ipairs(TOOLS) do
    add("oracle/" .. tool, t.find(tool), "755")
    local listing = t.execute({ "ldd", t.find(tool) }, { program = t.need("ldd") }).out
    for path in listing:gmatch("(/%S+)") do add(path:sub(2), path, "755") end
  end

  add("etc/protocols", "/etc/protocols", "644")

  -- modules, with what modprobe reads
  local release = S.readlink(folder:sub(1, -2)):match("[^/]+$")
  local function words(text)
    local list = {}
    for word in text:gmatch("%S+") do list[#list + 1] = word end
    return list
  end
  local builtin = {}
  for _, path in ipairs(words(t.read(folder .. "modules.builtin"))) do
    builtin[modules.name(path)] = true
  end
  local wanted = words(MODULES .. t.read("initramfs/modules"):gsub("#[^\n]*", ""))
  local choice = assert(modules.choose(wanted, words(t.read(folder .. "modules.order")), builtin,
    function(path) return t.read(folder .. path) end))
  for _, file in ipairs(choice.files) do
    files["lib/modules/" .. release .. "/" .. file.path] = { data = file.data, mode = "644" }
  end
  files["lib/modules/" .. release .. "/modules.dep"] = { data = choice.dep, mode = "644" }
  files["lib/modules/" .. release .. "/modules.alias"] = { data = choice.alias, mode = "644" }

  add("tests/run.lua", "tests/run.lua", "644")
  for name in S.util.ls("tests/lib") do
    if name:find("%.lua$") then add("tests/lib/" .. name, "tests/lib/" .. name, "644") end
  end
  for path in tests:gmatch("%S+") do add(path, path, "644") end

  local vm <close> = machine.boot {
    files = files, network = "none", memory = "512M",
    append = "rcupdate.rcu_expedited=1", -- a namespace that goes waits for RCU many times
  }
  vm:prompt()
  for word in MODULES:gmatch("%S+") do
    if not builtin[word] then vm:type("modprobe " .. word) end
  end
  vm:type("mkdir -p /tmp /run/netns")
  for path in tests:gmatch("%S+") do
    vm:send(("env PATH=/oracle:/bin KINDS=%s lua /tests/run.lua --file /%s")
      :format(os.getenv("KINDS") or "", path))
    local planned, log = follow(vm)
    local _, failed = log:gsub("\nnot ok", "")
    local _, skipped = log:gsub("\nok %d+ [^\n]*# SKIP", "")
    if not planned or failed > 0 or os.getenv("NETWORK_SHOW") then io.stderr:write(log, "\n") end
    t.ok(planned and failed == 0 and planned > skipped, ("%s in the machine: %s passed, %s skipped")
      :format(path, planned and planned - failed - skipped, skipped))
    if not planned then return end
  end
  t.is(vm:poweroff(), 0, "poweroff")
end

return iproute
