-- variant.lua - an applet under another name, with some of its options given
--
-- Layer: library. A command that has several names is a module in lua/, and each of the names a
-- line in applets/.

--- The applet, with options as if they had been given.
---@param applet cli.Applet
---@param given table<string, any> options by long name
---@return cli.Applet
return function(applet, given)
  local variant = {}
  for key, value in pairs(applet) do variant[key] = value end
  function variant.run(opts, args)
    for name, value in pairs(given) do
      if opts[name] == nil then opts[name] = value end
    end
    return applet.run(opts, args)
  end
  return variant
end
