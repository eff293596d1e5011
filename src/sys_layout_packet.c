/*
 * sys_layout_packet.c - headers on the wire, and what sockets say beside a
 * message
 *
 * Layer: layouts of S.t. Numbers are as on the wire in the raw fields.
 */

#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <time.h>

#include <linux/errqueue.h>

#include "sys.h"

typedef struct iphdr iphdr_t;
#define IPHDR_BITS(B) B(iphdr_t, ihl) B(iphdr_t, version)
SYS_BIT_FIELDS(iphdr, iphdr_t, IPHDR_BITS);
#define IPHDR_FIELDS(X, T) \
	X(B, T, ihl) X(B, T, version) X(F, T, tos) X(F, T, tot_len) \
	X(F, T, id) X(F, T, frag_off) X(F, T, ttl) X(F, T, protocol) \
	X(F, T, check) X(F, T, saddr) X(F, T, daddr)
SYS_STRUCT(iphdr, "packet", "", iphdr_t, IPHDR_FIELDS);

#define UDPHDR_FIELDS(X, T) \
	X(F, T, source) X(R, T, dest, dest) X(F, T, len) X(F, T, check)
SYS_STRUCT(udphdr, "packet", "", struct udphdr, UDPHDR_FIELDS);

#define ETHHDR_FIELDS(X, T) X(A, T, h_dest) X(A, T, h_source) X(F, T, h_proto)
SYS_STRUCT(ethhdr, "packet", "", struct ethhdr, ETHHDR_FIELDS);

#define SCM_TIMESTAMPING_FIELDS(X, T) X(N, T, ts, timespec)
SYS_STRUCT(scm_timestamping, "", "", struct scm_timestamping,
	   SCM_TIMESTAMPING_FIELDS);
