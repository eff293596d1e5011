/*
 * strerror.c - what an errno means, in the words that people know
 *
 * Layer: libc's, whose own this replaces: musl words a third of them in its own
 * way ("Resource busy") and has none for forty. These are glibc's, which
 * manuals, scripts and search engines use.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MESSAGES(M)                                                       \
	M(EPERM, "Operation not permitted")                               \
	M(ENOENT, "No such file or directory")                            \
	M(ESRCH, "No such process")                                       \
	M(EINTR, "Interrupted system call")                               \
	M(EIO, "Input/output error")                                      \
	M(ENXIO, "No such device or address")                             \
	M(E2BIG, "Argument list too long")                                \
	M(ENOEXEC, "Exec format error")                                   \
	M(EBADF, "Bad file descriptor")                                   \
	M(ECHILD, "No child processes")                                   \
	M(EAGAIN, "Resource temporarily unavailable")                     \
	M(ENOMEM, "Cannot allocate memory")                               \
	M(EACCES, "Permission denied")                                    \
	M(EFAULT, "Bad address")                                          \
	M(ENOTBLK, "Block device required")                               \
	M(EBUSY, "Device or resource busy")                               \
	M(EEXIST, "File exists")                                          \
	M(EXDEV, "Invalid cross-device link")                             \
	M(ENODEV, "No such device")                                       \
	M(ENOTDIR, "Not a directory")                                     \
	M(EISDIR, "Is a directory")                                       \
	M(EINVAL, "Invalid argument")                                     \
	M(ENFILE, "Too many open files in system")                        \
	M(EMFILE, "Too many open files")                                  \
	M(ENOTTY, "Inappropriate ioctl for device")                       \
	M(ETXTBSY, "Text file busy")                                      \
	M(EFBIG, "File too large")                                        \
	M(ENOSPC, "No space left on device")                              \
	M(ESPIPE, "Illegal seek")                                         \
	M(EROFS, "Read-only file system")                                 \
	M(EMLINK, "Too many links")                                       \
	M(EPIPE, "Broken pipe")                                           \
	M(EDOM, "Numerical argument out of domain")                       \
	M(ERANGE, "Numerical result out of range")                        \
	M(EDEADLK, "Resource deadlock avoided")                           \
	M(ENAMETOOLONG, "File name too long")                             \
	M(ENOLCK, "No locks available")                                   \
	M(ENOSYS, "Function not implemented")                             \
	M(ENOTEMPTY, "Directory not empty")                               \
	M(ELOOP, "Too many levels of symbolic links")                     \
	M(ENOMSG, "No message of desired type")                           \
	M(EIDRM, "Identifier removed")                                    \
	M(ECHRNG, "Channel number out of range")                          \
	M(EL2NSYNC, "Level 2 not synchronized")                           \
	M(EL3HLT, "Level 3 halted")                                       \
	M(EL3RST, "Level 3 reset")                                        \
	M(ELNRNG, "Link number out of range")                             \
	M(EUNATCH, "Protocol driver not attached")                        \
	M(ENOCSI, "No CSI structure available")                           \
	M(EL2HLT, "Level 2 halted")                                       \
	M(EBADE, "Invalid exchange")                                      \
	M(EBADR, "Invalid request descriptor")                            \
	M(EXFULL, "Exchange full")                                        \
	M(ENOANO, "No anode")                                             \
	M(EBADRQC, "Invalid request code")                                \
	M(EBADSLT, "Invalid slot")                                        \
	M(EBFONT, "Bad font file format")                                 \
	M(ENOSTR, "Device not a stream")                                  \
	M(ENODATA, "No data available")                                   \
	M(ETIME, "Timer expired")                                         \
	M(ENOSR, "Out of streams resources")                              \
	M(ENONET, "Machine is not on the network")                        \
	M(ENOPKG, "Package not installed")                                \
	M(EREMOTE, "Object is remote")                                    \
	M(ENOLINK, "Link has been severed")                               \
	M(EADV, "Advertise error")                                        \
	M(ESRMNT, "Srmount error")                                        \
	M(ECOMM, "Communication error on send")                           \
	M(EPROTO, "Protocol error")                                       \
	M(EMULTIHOP, "Multihop attempted")                                \
	M(EDOTDOT, "RFS specific error")                                  \
	M(EBADMSG, "Bad message")                                         \
	M(EOVERFLOW, "Value too large for defined data type")             \
	M(ENOTUNIQ, "Name not unique on network")                         \
	M(EBADFD, "File descriptor in bad state")                         \
	M(EREMCHG, "Remote address changed")                              \
	M(ELIBACC, "Can not access a needed shared library")              \
	M(ELIBBAD, "Accessing a corrupted shared library")                \
	M(ELIBSCN, ".lib section in a.out corrupted")                     \
	M(ELIBMAX, "Attempting to link in too many shared libraries")     \
	M(ELIBEXEC, "Cannot exec a shared library directly")              \
	M(EILSEQ, "Invalid or incomplete multibyte or wide character")    \
	M(ERESTART, "Interrupted system call should be restarted")        \
	M(ESTRPIPE, "Streams pipe error")                                 \
	M(EUSERS, "Too many users")                                       \
	M(ENOTSOCK, "Socket operation on non-socket")                     \
	M(EDESTADDRREQ, "Destination address required")                   \
	M(EMSGSIZE, "Message too long")                                   \
	M(EPROTOTYPE, "Protocol wrong type for socket")                   \
	M(ENOPROTOOPT, "Protocol not available")                          \
	M(EPROTONOSUPPORT, "Protocol not supported")                      \
	M(ESOCKTNOSUPPORT, "Socket type not supported")                   \
	M(EOPNOTSUPP, "Operation not supported")                          \
	M(EPFNOSUPPORT, "Protocol family not supported")                  \
	M(EAFNOSUPPORT, "Address family not supported by protocol")       \
	M(EADDRINUSE, "Address already in use")                           \
	M(EADDRNOTAVAIL, "Cannot assign requested address")               \
	M(ENETDOWN, "Network is down")                                    \
	M(ENETUNREACH, "Network is unreachable")                          \
	M(ENETRESET, "Network dropped connection on reset")               \
	M(ECONNABORTED, "Software caused connection abort")               \
	M(ECONNRESET, "Connection reset by peer")                         \
	M(ENOBUFS, "No buffer space available")                           \
	M(EISCONN, "Transport endpoint is already connected")             \
	M(ENOTCONN, "Transport endpoint is not connected")                \
	M(ESHUTDOWN, "Cannot send after transport endpoint shutdown")     \
	M(ETOOMANYREFS, "Too many references: cannot splice")             \
	M(ETIMEDOUT, "Connection timed out")                              \
	M(ECONNREFUSED, "Connection refused")                             \
	M(EHOSTDOWN, "Host is down")                                      \
	M(EHOSTUNREACH, "No route to host")                               \
	M(EALREADY, "Operation already in progress")                      \
	M(EINPROGRESS, "Operation now in progress")                       \
	M(ESTALE, "Stale file handle")                                    \
	M(EUCLEAN, "Structure needs cleaning")                            \
	M(ENOTNAM, "Not a XENIX named type file")                         \
	M(ENAVAIL, "No XENIX semaphores available")                       \
	M(EISNAM, "Is a named type file")                                 \
	M(EREMOTEIO, "Remote I/O error")                                  \
	M(EDQUOT, "Disk quota exceeded")                                  \
	M(ENOMEDIUM, "No medium found")                                   \
	M(EMEDIUMTYPE, "Wrong medium type")                               \
	M(ECANCELED, "Operation canceled")                                \
	M(ENOKEY, "Required key not available")                           \
	M(EKEYEXPIRED, "Key has expired")                                 \
	M(EKEYREVOKED, "Key has been revoked")                            \
	M(EKEYREJECTED, "Key was rejected by service")                    \
	M(EOWNERDEAD, "Owner died")                                       \
	M(ENOTRECOVERABLE, "State not recoverable")                       \
	M(ERFKILL, "Operation not possible due to RF-kill")               \
	M(EHWPOISON, "Memory page has hardware error")

#define NUMBER(number, text) number,
#define TEXT(number, text) text "\0"

static const short numbers[] = {MESSAGES(NUMBER)};
static const char texts[] = MESSAGES(TEXT);

char *strerror(int number)
{
	static char unknown[32];
	const char *text = texts;
	size_t i;

	if (number == 0)
		return (char *)"Success";
	for (i = 0; i < sizeof numbers / sizeof *numbers;
	     i++, text += strlen(text) + 1)
		if (numbers[i] == number)
			return (char *)text;
	snprintf(unknown, sizeof unknown, "Unknown error %d", number);
	return unknown;
}
