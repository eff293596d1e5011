-- rc/services/console.lua - a prompt on the console, without a login
--
-- Layer: policy. Whoever can touch the console of such a machine owns it
-- anyway; a file /etc/luabox/services/console.lua takes the place
-- of this one, to have a getty there.

return service {
  name = "console",
  desc = "prompt on the console",
  -- a Lua state only when somebody types
  run = { "await", "-m", "luabox: Lua or a command; `help` lists the commands\n> ", "0", "--",
    "prompt", "--greeted" },
  console = "own", -- its own session, with the console as its terminal
  after = { "rc" },
  restart = { on = "always", delay = 0.1, max = 5, reset = 5 },
  stop = { signal = "HUP", timeout = 2 }, -- what a terminal that goes away says
}
