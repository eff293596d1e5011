/*
 * sys_tls.c - kernel TLS: keys of a connection that setsockopt gives the kernel
 *
 * Layer: system call binding; no policy. Follows Linux's
 * Documentation/networking/tls.rst:
 *	fd:setsockopt("tcp", "ulp", "tls")
 *	fd:setsockopt("tls", "tx", t.tls12_crypto_info_aes_gcm_128{...})
 */

#include <linux/tls.h>

#include "sys.h"

#define TLS_LIST(P, V)                                                 \
	P(TLS, TX) P(TLS, RX) P(TLS, TX_ZEROCOPY_RO)                   \
	P(TLS, RX_EXPECT_NO_PAD)
SYS_CONSTS(TLS, SYS_STRFLAG, TLS_LIST);

#define TLS_CIPHER_LIST(P, V)                                          \
	P(TLS_CIPHER, AES_GCM_128) P(TLS_CIPHER, AES_GCM_256)          \
	P(TLS_CIPHER, AES_CCM_128) P(TLS_CIPHER, CHACHA20_POLY1305)
SYS_CONSTS(TLS_CIPHER, SYS_STRFLAG, TLS_CIPHER_LIST);

/* control messages, and the record types of RFC 8446 that they carry */
#define TLS_RECORD_TYPE_LIST(P, V)                                     \
	V(SET, TLS_SET_RECORD_TYPE) V(GET, TLS_GET_RECORD_TYPE)        \
	V(CHANGE_CIPHER_SPEC, 20) V(ALERT, 21) V(HANDSHAKE, 22)        \
	V(APPLICATION_DATA, 23)
SYS_CONSTS(TLS_RECORD_TYPE, SYS_STRFLAG, TLS_RECORD_TYPE_LIST);

#define CRYPTO_INFO(X, T) X(F, T, version) X(F, T, cipher_type)
SYS_STRUCT(tls_crypto_info, "", "", struct tls_crypto_info, CRYPTO_INFO);

#define KEYS(X, T)                                                     \
	X(S, T, info, tls_crypto_info) X(A, T, iv) X(A, T, key)        \
	X(A, T, salt) X(A, T, rec_seq)
SYS_STRUCT(tls12_crypto_info_aes_gcm_128, "tls", "",
	   struct tls12_crypto_info_aes_gcm_128, KEYS);
SYS_STRUCT(tls12_crypto_info_aes_gcm_256, "tls", "",
	   struct tls12_crypto_info_aes_gcm_256, KEYS);
SYS_STRUCT(tls12_crypto_info_aes_ccm_128, "tls", "",
	   struct tls12_crypto_info_aes_ccm_128, KEYS);

/* its salt has no bytes: not a field */
#define SALTLESS_KEYS(X, T)                                            \
	X(S, T, info, tls_crypto_info) X(A, T, iv) X(A, T, key)        \
	X(A, T, rec_seq)
SYS_STRUCT(tls12_crypto_info_chacha20_poly1305, "tls", "",
	   struct tls12_crypto_info_chacha20_poly1305, SALTLESS_KEYS);
