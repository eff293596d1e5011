-- syscall/types/options.lua - structs that calls take their options in
--
-- Layer: library, behind S.t. A table's strings are parsed by the constants of their field:
-- S.openat2(dir, "f", { flags = "rdonly", resolve = "beneath" }).

local S = require "syscall"
local mem = require "syscall.mem"

local options = {}

---@param name string the struct
---@param tables table<string, string> field to the table of its constants
---@param defaults table?
local function struct(name, tables, defaults)
  options[name] = {
    new = function(fields)
      local m = mem.new(name)
      for key, value in pairs(defaults or {}) do m[key] = value end
      for key, value in pairs(fields or {}) do
        local constants = tables[key]
        if constants and type(value) == "string" then
          local number = S.c[constants][value]
          value = number or error(("%s: invalid flag %s"):format(key, value), 2)
        end
        m[key] = value
      end
      return m
    end,
  }
end

struct("open_how", { flags = "O", mode = "MODE", resolve = "RESOLVE" })
struct("mount_attr", { attr_set = "MOUNT_ATTR", attr_clr = "MOUNT_ATTR", propagation = "MS" })

struct("sched_attr", { sched_policy = "SCHED_POLICY", sched_flags = "SCHED_FLAG" })
struct("landlock_ruleset_attr", { handled_access_fs = "LANDLOCK_ACCESS_FS",
  handled_access_net = "LANDLOCK_ACCESS_NET", scoped = "LANDLOCK_SCOPE" })
struct("landlock_path_beneath_attr", { allowed_access = "LANDLOCK_ACCESS_FS" })
struct("landlock_net_port_attr", { allowed_access = "LANDLOCK_ACCESS_NET" })
struct("seccomp_notif_resp", { flags = "SECCOMP_USER_NOTIF_FLAG" })
struct("seccomp_notif_addfd", { flags = "SECCOMP_ADDFD_FLAG", newfd_flags = "O" })
struct("fanotify_response", { response = "FAN_RESPONSE" })
struct("uffdio_api", { features = "UFFD_FEATURE" }, { api = 0xaa })
struct("uffdio_register", { mode = "UFFDIO_REGISTER_MODE" })

return options
