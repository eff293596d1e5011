-- ip/kind_forms.lua - forms of values that the words of several kinds of links have
--
-- Layer: library of ip (form: ip.kind_options).

local context = require "ip.context"

local forms = {}

forms.U8, forms.U16, forms.U32 = { 0, 0xff }, { 0, 0xffff }, { 0, 0xffffffff }

function forms.eth_protocol(_, words, attribute)
  local text = words:value()
  local number = ({ ["802.1q"] = 0x8100, ["802.1ad"] = 0x88a8 })[text:lower()]
  return attribute, number or context.invalid(text, "protocol is invalid")
end

-- "inherit" and "auto" are values of their own
function forms.ttl(_, words, attribute)
  local text = words:value()
  if text == "inherit" then return attribute == "ttl" and "ttl_inherit" or attribute, 1 end
  if text == "auto" then return attribute, 0 end
  local number = context.integer(text)
  return attribute, number and number >= 0 and number <= 255 and number
    or context.invalid(text, ("invalid %s"):format(attribute:upper()))
end

function forms.tos(_, words, attribute)
  local text = words:value()
  local number = text == "inherit" and 1 or context.integer(text)
  return attribute, number and number >= 0 and number <= 255 and number
    or context.invalid(text, "invalid TOS")
end

function forms.targets(_, words, attribute)
  local list = {}
  for address in words:value():gmatch("[^,]+") do list[#list + 1] = context.address(address) end
  return attribute, list
end

function forms.many(options, form, ...)
  for _, name in ipairs { ... } do options[name] = { name, form } end
  return options
end


return forms
