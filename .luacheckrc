-- .luacheckrc - what luacheck checks

std = "lua54"
max_line_length = 100
-- an unused argument documents the interface; `_` and `_name` say that it is meant
unused_args = false

exclude_files = { "build/", "tests/conformance/" }

-- declarations for editors: names are all they hold
files["lua/meta/"] = { unused = false, unused_secondaries = false, ignore = { "1..", "2.." } }

-- a service file is evaluated with `service` (and the loader's other words) in scope
files["rc/"] = { read_globals = { "service", "oneshot", "group", "sh" } }
files["tests/bench/boot-race/"] = files["rc/"]
