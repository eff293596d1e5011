-- rc/services/dhcp.lua - an address for every wired link
--
-- Layer: policy. Ready with the first lease: who wants it waits for a network.
-- Without a server it stays `starting` and goes on asking; nobody waits for
-- that but those who want `dhcp`.

return service {
  name = "dhcp",
  desc = "DHCP on every wired link",
  run = { "udhcpc", "-f", "--ready-fd", "3" },
  after = { "rc" }, -- drivers
  ready = { fd = 3, timeout = 0 },
}
