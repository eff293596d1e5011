-- race.lua - what boot-race wants besides: three services, one that waits for the network, a report
--
-- dhcp, syslog and console are the default ones.
local list = {
  oneshot { name = "report", run = { "/bin/boot-report", "1", "2", "3", "net" }, ready = "exec",
    after = { "rc" } },
  service { name = "network", run = { "/bin/boot-svc", "net" }, wants = { "dhcp" } },
}
for _, name in ipairs { "1", "2", "3" } do
  table.insert(list, service { name = "service" .. name, run = { "/bin/boot-svc", name },
    after = { "rc" } })
end
return list
