---@meta
-- lua/meta/crypto.lua - crypto.x25519 (src/crypto_x25519.c): declaration, not embedded

--- The Diffie-Hellman function X25519 of RFC 7748.
---@param scalar string 32 bytes: a private key
---@param point string? 32 bytes: the other side's public key; the base point, which gives one's own
---@return string bytes 32
local function x25519(scalar, point) end

return x25519
