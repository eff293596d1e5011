-- syscall/types/tls.lua - keys of kernel TLS
--
-- Layer: library, behind S.t. Follows Linux's Documentation/networking/tls.rst. The cipher
-- follows from the type; version is "1.2" (unless said) or "1.3".

local S = require "syscall"
local mem = require "syscall.mem"

local tls = {}

local VERSIONS = { ["1.2"] = 0x303, ["1.3"] = 0x304 }

for _, cipher in ipairs { "AES_GCM_128", "AES_GCM_256", "AES_CCM_128", "CHACHA20_POLY1305" } do
  local name = "tls12_crypto_info_" .. cipher:lower()
  tls[name] = {
    --- {version, key, iv, salt, rec_seq}: byte strings of the cipher's lengths.
    new = function(fields)
      local m = mem.new(name)
      fields = fields or {}
      local version = fields.version or "1.2"
      m.info.version = VERSIONS[version] or
        error("version: 1.2 or 1.3 expected, got " .. tostring(version), 2)
      m.info.cipher_type = S.c.TLS_CIPHER[cipher]
      for key, value in pairs(fields) do
        if key ~= "version" then
          if type(value) ~= "string" or #value ~= mem.sizeof(m[key]) then
            error(("%s: %d bytes expected"):format(key, mem.sizeof(m[key])), 2)
          end
          m[key] = value
        end
      end
      return m
    end,
  }
end

return tls
