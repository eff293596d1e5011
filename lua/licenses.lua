-- licenses.lua - what is linked into the binary, under which licence
--
-- Layer: data; printed by `luabox --licenses`. The pins in deps/pins name the same sources.

return [[
luabox is under the MIT licence, Copyright (c) 2026 The luabox authors.
It is one static program; linked into it are:

Lua 5.4.4 (lua.org), with two security fixes as in Debian 5.4.4-3+deb12u1
    MIT. Copyright (C) 1994-2022 Lua.org, PUC-Rio.

musl 1.2.3 (the C library), from Debian's package musl-dev
    MIT. Copyright (C) 2005-2020 Rich Felker, et al.

libnl 3.7.0 (libnl-3: netlink sockets, messages, attributes), from Debian's source libnl3
    GNU Lesser General Public License 2.1.
    Copyright (C) 2003-2013 Thomas Graf and contributors.
    Its source is not changed. To link luabox with another version of it: take luabox's
    source, put the other version in build/deps/libnl3 and run make; every object file
    is made again from source, and nothing stands in the way of running the result.

GCC's run-time library (libgcc), where the target needs parts of it
    GNU General Public License 3 with the GCC Runtime Library Exception 3.1.

MIT licence, for luabox, Lua and musl:

    Permission is hereby granted, free of charge, to any person obtaining a copy of this
    software and associated documentation files (the "Software"), to deal in the Software
    without restriction, including without limitation the rights to use, copy, modify,
    merge, publish, distribute, sublicense, and/or sell copies of the Software, and to
    permit persons to whom the Software is furnished to do so, subject to the following
    conditions:

    The above copyright notice and this permission notice shall be included in all copies
    or substantial portions of the Software.

    THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED,
    INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
    PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT
    HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF
    CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE
    OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.

The text of the GNU Lesser General Public License 2.1 comes with libnl's source (COPYING)
and is installed by `make install` as share/doc/luabox/libnl-LGPL-2.1.
]]
