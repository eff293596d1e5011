-- tests/net/documentation.lua - the examples of docs/network.md run as they stand

local t = require "test"

local examples = {}
for code in t.read("docs/network.md"):gmatch("```lua\n(.-)```") do
  examples[#examples + 1] = code
end
t.is(#examples, 5, "examples found")
t.run({ "lua", "-e", examples[2] }, { out = t.match("^inet\t127.0.0.1\n"), name = "names" })
t.run({ "lua", "-e", examples[3] }, { out = "tick\ntick\ntick\n", name = "tasks" })

if require("syscall").geteuid() ~= 0 then
  t.skip_one("a lease", "needs root")
else
  t.netns(function()
    local lan = require "lan"
    lan.join("eth0", function(link)
      lan.serve(link, "10.0.0.1", t.tmp() .. "/log",
        lan.grant { yiaddr = "10.0.0.9", options = { dns = { "10.0.0.2" } } })
    end)
    t.run({ "lua", "-e", examples[1] }, { out = "10.0.0.9\t24\t10.0.0.1\t10.0.0.2\n",
      name = "a lease" })
  end)
  t.netns(function()
    t.run({ "lua", "-e", examples[4] }, { name = "netlink", out =
      "link\tchange\naddr\tnew\nnil\tVXLAN ID must be lower than 16777216\tlinkinfo.data.id\n" })
  end)
  t.netns(function()
    local nl = require "nl"
    for _, name in ipairs { "eth0", "eth1" } do
      nl.create_interface { name = name, type = "veth", peer = { name = name .. "p" } }
    end
    t.run({ "lua", "-e", examples[5] }, {
      out = "link add br0 type bridge forward_delay 0\t13\n0\nlink set eth0 mtu 1500\n"
        .. "nil\teth0: unknown field adresses (did you mean addresses?)\n",
      name = "a description" })
    t.ok(nl.interface("br0") == nil and #nl.interface("eth0").inet == 0, "is undone")
  end)
end
