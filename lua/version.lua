-- version.lua - the version of luabox
return "0.1"
