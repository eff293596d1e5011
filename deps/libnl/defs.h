/*
 * defs.h - libnl's configuration, in place of a configure run
 *
 * Layer: third-party build. No threads, no debug output; strerror(), not
 * strerror_l(), for there is one locale. libnl's headers include it by name.
 */

#ifndef DEPS_LIBNL_DEFS_H
#define DEPS_LIBNL_DEFS_H

#define DISABLE_PTHREADS 1
#define PACKAGE_STRING "libnl 3.7.0"

#endif
