-- syscall/landlock.lua - S.landlock{...}: keep these rights, drop all others for good
--
-- Layer: library, behind S. Follows landlock(7). Best effort by design: what this kernel's
-- version cannot restrict stays open, and the version that did is returned, so that a
-- caller who must have more can refuse to go on.

local S = require "syscall"

local READ = "execute, read_file, read_dir"

--- What each key of the table grants below its paths.
local RIGHTS = {
  read = "read_file, read_dir",
  execute = READ,
  write = "read_file, read_dir, write_file, truncate, remove_dir, remove_file, make_dir, " ..
    "make_reg, make_sock, make_fifo, make_sym, refer",
  all = READ .. ", write_file, truncate, remove_dir, remove_file, make_char, make_dir, " ..
    "make_reg, make_sock, make_fifo, make_block, make_sym, refer, ioctl_dev",
}

local OF_FILES = "execute, write_file, read_file, truncate, ioctl_dev" -- the rest: of directories
local PORTS = { bind = "bind_tcp", connect = "connect_tcp" }

--- Rights known to each version, as far as they came one after the other.
local function known(version)
  local fs = (1 << 13) - 1
  if version >= 2 then fs = fs | S.c.LANDLOCK_ACCESS_FS.REFER end
  if version >= 3 then fs = fs | S.c.LANDLOCK_ACCESS_FS.TRUNCATE end
  if version >= 5 then fs = fs | S.c.LANDLOCK_ACCESS_FS.IOCTL_DEV end
  return { fs = fs, net = version >= 4 and 3 or 0, scope = version >= 6 and 3 or 0 }
end

local function add_path(ruleset, path, access)
  local fd, err = S.open(path, "path")
  if not fd then return nil, err end
  local parent <close> = fd
  local st
  st, err = S.fstat(parent)
  if not st then return nil, err end
  if not st.isdir then access = access & S.c.LANDLOCK_ACCESS_FS[OF_FILES] end
  if access == 0 then return true end
  return ruleset:landlock_add_rule("path_beneath",
    { allowed_access = access, parent_fd = parent })
end

local function add_rules(ruleset, rules, can)
  for key, rights in pairs(RIGHTS) do
    local access = S.c.LANDLOCK_ACCESS_FS[rights] & can.fs
    for _, path in ipairs(rules[key] or {}) do
      local ok, err = add_path(ruleset, path, access)
      if not ok then return nil, err, path end
    end
  end
  for key, right in pairs(PORTS) do
    for _, port in ipairs(can.net ~= 0 and rules[key] or {}) do
      local ok, err = ruleset:landlock_add_rule("net_port",
        { allowed_access = right, port = port })
      if not ok then return nil, err, port end
    end
  end
  return true
end

local KEYS = { read = true, execute = true, write = true, all = true, bind = true,
  connect = true, scoped = true }

--- Restrict this process and its children to come, for ever.
--- read, execute, write, all: paths, with everything below them; write includes read.
--- bind, connect: TCP ports; absent, the network is left as it is; {} forbids all of TCP.
--- scoped: "signal, abstract_unix_socket": only to processes as restricted as this one.
--- Sets no_new_privs, without which an ordinary user may not do this.
---@class S.landlock.Rules
---@field read string[]?
---@field execute string[]?
---@field write string[]?
---@field all string[]?
---@field bind integer[]?
---@field connect integer[]?
---@field scoped string?

---@param rules S.landlock.Rules
---@return integer? version of Landlock that was at work; nil where there is none
---@return S.Error? err
---@return string|integer|nil culprit the path or port that could not be granted
return function(rules)
  for key, list in pairs(rules) do
    if not KEYS[key] then error("landlock: unknown key " .. tostring(key), 2) end
    if key ~= "scoped" and type(list) ~= "table" then
      error("landlock: " .. key .. ": array expected", 2)
    end
  end
  local version, err = S.landlock_create_ruleset(nil, "version")
  if not version then return nil, err end
  local can = known(version)
  local net = 0
  for key, right in pairs(PORTS) do
    if rules[key] then net = net | S.c.LANDLOCK_ACCESS_NET[right] end
  end
  local fd
  fd, err = S.landlock_create_ruleset {
    handled_access_fs = can.fs,
    handled_access_net = net & can.net,
    scoped = S.c.LANDLOCK_SCOPE[rules.scoped] & can.scope,
  }
  if not fd then return nil, err end
  local ruleset <close> = fd
  local ok, why, culprit = add_rules(ruleset, rules, can)
  if not ok then return nil, why, culprit end
  ok, err = S.prctl("set_no_new_privs", true)
  if ok then ok, err = ruleset:landlock_restrict_self() end
  if not ok then return nil, err end
  return version
end
