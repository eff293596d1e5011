-- rc/early/root.lua - from an initramfs to the root that root= names
--
-- Layer: policy. On the way to another root this is all that the binary itself
-- brings (beside rc): a console, a log and a network belong to that root. What
-- else is to run before, as a ssh for unlocking disks, is in the initramfs's
-- /etc/luabox/services; if the new root defines it in the same way it goes on.
-- When it fails, somebody at the console can put it right: mount the root on
-- /newroot, say, and leave the prompt.

local TARGET = "/newroot"

local function run()
  local client = require "init.client"
  local root = require "fs.root"
  local wish = root.wanted()
  if not wish then return nil, "root= is gone from the command line" end

  local ok, err = root.mount(wish, TARGET)
  if not ok then
    io.stderr:write("found these devices:\n")
    for _, line in ipairs(root.found()) do io.stderr:write("  ", line, "\n") end
    return nil, err .. "; mount the right one on " .. TARGET .. " and leave the prompt"
  end
  local init
  init, err = root.init(wish, TARGET)
  if not init then return nil, err end
  -- a luabox takes over what runs; for any other program it ends before
  local _, text, code = client.ask("switch-root", "root=" .. TARGET, "path=" .. init)
  if code ~= client.OK and tostring(text):find("no luabox", 1, true) then
    _, text, code = client.ask("switch-root", "root=" .. TARGET, "path=" .. init, "plain=1")
  end
  if code ~= client.OK then return nil, init .. ": " .. tostring(text) end
  return true
end

return oneshot {
  name = "root",
  desc = "the root that root= names",
  run = run,
  after = { "rc" }, -- drivers
  critical = true, -- without it there is nobody else to ask: a prompt
}
