---@meta
-- lua/meta/syscall/constants.lua - the tables of S.c: what their strings may say
--
-- The names are written by make declare; the comments by hand.

--- Axes of input devices. linux/input-event-codes.h
---@alias S.c.ABS integer|string
---|"BRAKE"|"DISTANCE"|"GAS"|"HAT0X"|"HAT0Y"|"HAT1X"|"HAT1Y"|"HAT2X"|"HAT2Y"|"HAT3X"|"HAT3Y"|"MAX"
---|"MISC"|"MT_BLOB_ID"|"MT_DISTANCE"|"MT_ORIENTATION"|"MT_POSITION_X"|"MT_POSITION_Y"
---|"MT_PRESSURE"|"MT_SLOT"|"MT_TOOL_TYPE"|"MT_TOUCH_MAJOR"|"MT_TOUCH_MINOR"|"MT_TRACKING_ID"
---|"MT_WIDTH_MAJOR"|"MT_WIDTH_MINOR"|"PRESSURE"|"RUDDER"|"RX"|"RY"|"RZ"|"THROTTLE"|"TILT_X"
---|"TILT_Y"|"TOOL_WIDTH"|"VOLUME"|"WHEEL"|"X"|"Y"|"Z"

--- What adjtimex(2) shall change.
---@alias S.c.ADJ integer|string
---|"ESTERROR"|"FREQUENCY"|"MAXERROR"|"MICRO"|"NANO"|"OFFSET"|"OFFSET_SINGLESHOT"|"OFFSET_SS_READ"
---|"SETOFFSET"|"STATUS"|"TAI"|"TICK"|"TIMECONST"

--- Families of addresses: socket(2).
---@alias S.c.AF integer|string
---|"ALG"|"APPLETALK"|"ASH"|"ATMPVC"|"ATMSVC"|"AX25"|"BLUETOOTH"|"BRIDGE"|"CAIF"|"CAN"|"DECNET"
---|"ECONET"|"FILE"|"IEEE802154"|"INET"|"INET6"|"IPX"|"IRDA"|"ISDN"|"IUCV"|"KEY"|"LLC"|"LOCAL"
---|"NETBEUI"|"NETLINK"|"NETROM"|"NFC"|"PACKET"|"PHONET"|"PPPOX"|"RDS"|"ROSE"|"ROUTE"|"RXRPC"
---|"SECURITY"|"SNA"|"TIPC"|"UNIX"|"UNSPEC"|"VSOCK"|"WANPIPE"|"X25"|"XDP"

--- Kinds of hardware addresses: netdevice(7).
---@alias S.c.ARPHRD integer|string
---|"ADAPT"|"APPLETLK"|"ARCNET"|"ASH"|"ATM"|"AX25"|"BIF"|"CAIF"|"CAN"|"CHAOS"|"CISCO"|"CSLIP"
---|"CSLIP6"|"DDCMP"|"DLCI"|"ECONET"|"EETHER"|"ETHER"|"EUI64"|"FCAL"|"FCFABRIC"|"FCPL"|"FCPP"
---|"FDDI"|"FRAD"|"HDLC"|"HIPPI"|"HWX25"|"IEEE1394"|"IEEE802"|"IEEE80211"|"IEEE80211_PRISM"
---|"IEEE80211_RADIOTAP"|"IEEE802154"|"IEEE802_TR"|"INFINIBAND"|"IPDDP"|"IPGRE"|"IRDA"|"LAPB"
---|"LOCALTLK"|"LOOPBACK"|"METRICOM"|"NETROM"|"NONE"|"PHONET"|"PHONET_PIPE"|"PIMREG"|"PPP"
---|"PRONET"|"RAWHDLC"|"ROSE"|"RSRVD"|"SIT"|"SKIP"|"SLIP"|"SLIP6"|"TUNNEL"|"TUNNEL6"|"VOID"|"X25"

--- Flags of the calls that begin at a directory: openat(2).
---@alias S.c.AT integer|string
---|"EACCESS"|"EMPTY_PATH"|"NO_AUTOMOUNT"|"RECURSIVE"|"REMOVEDIR"|"SYMLINK_FOLLOW"
---|"SYMLINK_NOFOLLOW"

--- A directory: "fdcwd" is the working one, or a descriptor.
---@alias S.c.AT_FDCWD integer|string
---|"FDCWD"

--- Flags of statx(2), how fresh the answer is to be.
---@alias S.c.AT_STATX integer|string
---|"DONT_SYNC"|"EMPTY_PATH"|"FORCE_SYNC"|"NO_AUTOMOUNT"|"SYMLINK_NOFOLLOW"|"SYNC_AS_STAT"

--- Machines, as seccomp(2) filters see them.
---@alias S.c.AUDIT_ARCH integer|string
---|"AARCH64"|"ALPHA"|"ARM"|"ARMEB"|"CRIS"|"FRV"|"H8300"|"I386"|"IA64"|"LOONGARCH64"|"M32R"|"M68K"
---|"MIPS"|"MIPS64"|"MIPSEL"|"MIPSEL64"|"PARISC"|"PARISC64"|"PPC"|"PPC64"|"PPC64LE"|"RISCV32"
---|"RISCV64"|"S390"|"S390X"|"SH"|"SH64"|"SHEL"|"SHEL64"|"SPARC"|"SPARC64"|"X86_64"

--- Baud rates, by the number: termios(3).
---@alias S.c.B integer|string
---|"0"|"1000000"|"110"|"115200"|"1152000"|"1200"|"134"|"150"|"1500000"|"1800"|"19200"|"200"
---|"2000000"|"230400"|"2400"|"2500000"|"300"|"3000000"|"3500000"|"38400"|"4000000"|"460800"
---|"4800"|"50"|"500000"|"57600"|"576000"|"600"|"75"|"921600"|"9600"

--- Opcodes of BPF programs, of both kinds, and flags of an update: bpf(2).
---@alias S.c.BPF integer|string
---|"A"|"ABS"|"ADD"|"ALU"|"ALU64"|"AND"|"ANY"|"ARSH"|"B"|"CALL"|"DIV"|"DW"|"END"|"EXIST"|"EXIT"
---|"H"|"IMM"|"IND"|"JA"|"JEQ"|"JGE"|"JGT"|"JMP"|"JNE"|"JSET"|"JSGE"|"JSGT"|"K"|"LD"|"LDX"|"LEN"
---|"LSH"|"MEM"|"MISC"|"MOD"|"MOV"|"MSH"|"MUL"|"NEG"|"NOEXIST"|"OR"|"RET"|"RSH"|"ST"|"STX"|"SUB"
---|"TAX"|"TO_BE"|"TO_LE"|"TXA"|"W"|"X"|"XADD"|"XOR"

--- Where a BPF program is attached: bpf(2).
---@alias S.c.BPF_ATTACH_TYPE integer|string
---|"CGROUP_DEVICE"|"CGROUP_INET4_BIND"|"CGROUP_INET4_CONNECT"|"CGROUP_INET4_POST_BIND"
---|"CGROUP_INET6_BIND"|"CGROUP_INET6_CONNECT"|"CGROUP_INET6_POST_BIND"|"CGROUP_INET_EGRESS"
---|"CGROUP_INET_INGRESS"|"CGROUP_INET_SOCK_CREATE"|"CGROUP_SOCK_OPS"|"SK_MSG_VERDICT"
---|"SK_SKB_STREAM_PARSER"|"SK_SKB_STREAM_VERDICT"

--- Commands of bpf(2).
---@alias S.c.BPF_CMD integer|string
---|"BTF_GET_FD_BY_ID"|"BTF_GET_NEXT_ID"|"BTF_LOAD"|"ENABLE_STATS"|"ITER_CREATE"|"LINK_CREATE"
---|"LINK_DETACH"|"LINK_GET_FD_BY_ID"|"LINK_GET_NEXT_ID"|"LINK_UPDATE"|"MAP_CREATE"
---|"MAP_DELETE_BATCH"|"MAP_DELETE_ELEM"|"MAP_FREEZE"|"MAP_GET_FD_BY_ID"|"MAP_GET_NEXT_ID"
---|"MAP_GET_NEXT_KEY"|"MAP_LOOKUP_AND_DELETE_BATCH"|"MAP_LOOKUP_AND_DELETE_ELEM"
---|"MAP_LOOKUP_BATCH"|"MAP_LOOKUP_ELEM"|"MAP_UPDATE_BATCH"|"MAP_UPDATE_ELEM"|"OBJ_GET"
---|"OBJ_GET_INFO_BY_FD"|"OBJ_PIN"|"PROG_ATTACH"|"PROG_BIND_MAP"|"PROG_DETACH"|"PROG_GET_FD_BY_ID"
---|"PROG_GET_NEXT_ID"|"PROG_LOAD"|"PROG_QUERY"|"PROG_TEST_RUN"|"RAW_TRACEPOINT_OPEN"
---|"TASK_FD_QUERY"

--- Kinds of BPF maps: bpf(2).
---@alias S.c.BPF_MAP integer|string
---|"ARRAY"|"ARRAY_OF_MAPS"|"BLOOM_FILTER"|"CGROUP_ARRAY"|"CGROUP_STORAGE"|"CPUMAP"|"DEVMAP"
---|"DEVMAP_HASH"|"HASH"|"HASH_OF_MAPS"|"INODE_STORAGE"|"LPM_TRIE"|"LRU_HASH"|"LRU_PERCPU_HASH"
---|"PERCPU_ARRAY"|"PERCPU_HASH"|"PERF_EVENT_ARRAY"|"PROG_ARRAY"|"QUEUE"|"REUSEPORT_SOCKARRAY"
---|"RINGBUF"|"SK_STORAGE"|"SOCKHASH"|"SOCKMAP"|"STACK"|"STACK_TRACE"|"STRUCT_OPS"|"TASK_STORAGE"
---|"UNSPEC"|"XSKMAP"

--- Kinds of BPF programs: bpf(2).
---@alias S.c.BPF_PROG integer|string
---|"CGROUP_DEVICE"|"CGROUP_SKB"|"CGROUP_SOCK"|"CGROUP_SOCKOPT"|"CGROUP_SOCK_ADDR"|"CGROUP_SYSCTL"
---|"EXT"|"FLOW_DISSECTOR"|"KPROBE"|"LIRC_MODE2"|"LSM"|"LWT_IN"|"LWT_OUT"|"LWT_SEG6LOCAL"
---|"LWT_XMIT"|"PERF_EVENT"|"RAW_TRACEPOINT"|"RAW_TRACEPOINT_WRITABLE"|"SCHED_ACT"|"SCHED_CLS"
---|"SK_LOOKUP"|"SK_MSG"|"SK_REUSEPORT"|"SK_SKB"|"SOCKET_FILTER"|"SOCK_OPS"|"STRUCT_OPS"|"SYSCALL"
---|"TRACEPOINT"|"TRACING"|"UNSPEC"|"XDP"

--- Buttons of input devices. linux/input-event-codes.h
---@alias S.c.BTN integer|string
---|"0"|"1"|"2"|"3"|"4"|"5"|"6"|"7"|"8"|"9"|"A"|"B"|"BACK"|"BASE"|"BASE2"|"BASE3"|"BASE4"|"BASE5"
---|"BASE6"|"C"|"DEAD"|"DIGI"|"DPAD_DOWN"|"DPAD_LEFT"|"DPAD_RIGHT"|"DPAD_UP"|"EAST"|"EXTRA"
---|"FORWARD"|"GAMEPAD"|"GEAR_DOWN"|"GEAR_UP"|"JOYSTICK"|"LEFT"|"MIDDLE"|"MISC"|"MODE"|"MOUSE"
---|"NORTH"|"PINKIE"|"RIGHT"|"SELECT"|"SIDE"|"SOUTH"|"START"|"STYLUS"|"STYLUS2"|"STYLUS3"|"TASK"
---|"THUMB"|"THUMB2"|"THUMBL"|"THUMBR"|"TL"|"TL2"|"TOOL_AIRBRUSH"|"TOOL_BRUSH"|"TOOL_DOUBLETAP"
---|"TOOL_FINGER"|"TOOL_LENS"|"TOOL_MOUSE"|"TOOL_PEN"|"TOOL_PENCIL"|"TOOL_QUADTAP"|"TOOL_QUINTTAP"
---|"TOOL_RUBBER"|"TOOL_TRIPLETAP"|"TOP"|"TOP2"|"TOUCH"|"TR"|"TR2"|"TRIGGER"|"TRIGGER_HAPPY"
---|"TRIGGER_HAPPY1"|"TRIGGER_HAPPY10"|"TRIGGER_HAPPY11"|"TRIGGER_HAPPY12"|"TRIGGER_HAPPY13"
---|"TRIGGER_HAPPY14"|"TRIGGER_HAPPY15"|"TRIGGER_HAPPY16"|"TRIGGER_HAPPY17"|"TRIGGER_HAPPY18"
---|"TRIGGER_HAPPY19"|"TRIGGER_HAPPY2"|"TRIGGER_HAPPY20"|"TRIGGER_HAPPY21"|"TRIGGER_HAPPY22"
---|"TRIGGER_HAPPY23"|"TRIGGER_HAPPY24"|"TRIGGER_HAPPY25"|"TRIGGER_HAPPY26"|"TRIGGER_HAPPY27"
---|"TRIGGER_HAPPY28"|"TRIGGER_HAPPY29"|"TRIGGER_HAPPY3"|"TRIGGER_HAPPY30"|"TRIGGER_HAPPY31"
---|"TRIGGER_HAPPY32"|"TRIGGER_HAPPY33"|"TRIGGER_HAPPY34"|"TRIGGER_HAPPY35"|"TRIGGER_HAPPY36"
---|"TRIGGER_HAPPY37"|"TRIGGER_HAPPY38"|"TRIGGER_HAPPY39"|"TRIGGER_HAPPY4"|"TRIGGER_HAPPY40"
---|"TRIGGER_HAPPY5"|"TRIGGER_HAPPY6"|"TRIGGER_HAPPY7"|"TRIGGER_HAPPY8"|"TRIGGER_HAPPY9"|"WEST"
---|"WHEEL"|"X"|"Y"|"Z"

--- Buses of input devices. linux/input.h
---@alias S.c.BUS integer|string
---|"ADB"|"AMIGA"|"ATARI"|"BLUETOOTH"|"GAMEPORT"|"GSC"|"HIL"|"HOST"|"I2C"|"I8042"|"ISA"|"ISAPNP"
---|"PARPORT"|"PCI"|"RS232"|"SPI"|"USB"|"VIRTUAL"|"XTKBD"

--- Capabilities: capabilities(7).
---@alias S.c.CAP integer|string
---|"AUDIT_CONTROL"|"AUDIT_READ"|"AUDIT_WRITE"|"BLOCK_SUSPEND"|"BPF"|"CHECKPOINT_RESTORE"|"CHOWN"
---|"DAC_OVERRIDE"|"DAC_READ_SEARCH"|"FOWNER"|"FSETID"|"IPC_LOCK"|"IPC_OWNER"|"KILL"|"LEASE"
---|"LINUX_IMMUTABLE"|"MAC_ADMIN"|"MAC_OVERRIDE"|"MKNOD"|"NET_ADMIN"|"NET_BIND_SERVICE"
---|"NET_BROADCAST"|"NET_RAW"|"PERFMON"|"SETFCAP"|"SETGID"|"SETPCAP"|"SETUID"|"SYSLOG"|"SYS_ADMIN"
---|"SYS_BOOT"|"SYS_CHROOT"|"SYS_MODULE"|"SYS_NICE"|"SYS_PACCT"|"SYS_PTRACE"|"SYS_RAWIO"
---|"SYS_RESOURCE"|"SYS_TIME"|"SYS_TTY_CONFIG"|"WAKE_ALARM"

--- Control characters of a terminal, indexes of c_cc: termios(3).
---@alias S.c.CC integer|string
---|"VDISCARD"|"VEOF"|"VEOL"|"VEOL2"|"VERASE"|"VINTR"|"VKILL"|"VLNEXT"|"VMIN"|"VQUIT"|"VREPRINT"
---|"VSTART"|"VSTOP"|"VSUSP"|"VSWTC"|"VTIME"|"VWERASE"

--- Control modes of a terminal: termios(3).
---@alias S.c.CFLAG integer|string
---|"CLOCAL"|"CREAD"|"CS5"|"CS6"|"CS7"|"CS8"|"CSIZE"|"CSTOPB"|"HUPCL"|"PARENB"|"PARODD"

--- Masks within c_cflag: termios(3).
---@alias S.c.CFLAG_MASK integer|string
---|"CBAUD"|"CBAUDEX"|"CIBAUD"|"CMSPAR"|"CRTSCTS"

--- Clocks: clock_gettime(2).
---@alias S.c.CLOCK integer|string
---|"BOOTTIME"|"BOOTTIME_ALARM"|"MONOTONIC"|"MONOTONIC_COARSE"|"MONOTONIC_RAW"
---|"PROCESS_CPUTIME_ID"|"REALTIME"|"REALTIME_ALARM"|"REALTIME_COARSE"|"TAI"|"THREAD_CPUTIME_ID"

--- Flags of clone(2), unshare(2) and setns(2); namespaces are "newns", "newnet" ...
---@alias S.c.CLONE integer|string
---|"CHILD_CLEARTID"|"CHILD_SETTID"|"DETACHED"|"FILES"|"FS"|"IO"|"NEWCGROUP"|"NEWIPC"|"NEWNET"
---|"NEWNS"|"NEWPID"|"NEWTIME"|"NEWUSER"|"NEWUTS"|"PARENT"|"PARENT_SETTID"|"PTRACE"|"SETTLS"
---|"SIGHAND"|"SYSVSEM"|"THREAD"|"UNTRACED"|"VFORK"|"VM"

--- Flags of close_range(2).
---@alias S.c.CLOSE_RANGE integer|string
---|"CLOEXEC"|"UNSHARE"

--- Types of directory entries: readdir(3).
---@alias S.c.DT integer|string
---|"BLK"|"CHR"|"DIR"|"FIFO"|"LNK"|"REG"|"SOCK"|"UNKNOWN"|"WHT"

--- Error numbers, without their E: errno(3).
---@alias S.c.E integer|string
---|"2BIG"|"ACCES"|"ADDRINUSE"|"ADDRNOTAVAIL"|"ADV"|"AFNOSUPPORT"|"AGAIN"|"ALREADY"|"BADE"|"BADF"
---|"BADFD"|"BADMSG"|"BADR"|"BADRQC"|"BADSLT"|"BFONT"|"BUSY"|"CANCELED"|"CHILD"|"CHRNG"|"COMM"
---|"CONNABORTED"|"CONNREFUSED"|"CONNRESET"|"DEADLK"|"DEADLOCK"|"DESTADDRREQ"|"DOM"|"DOTDOT"
---|"DQUOT"|"EXIST"|"FAULT"|"FBIG"|"HOSTDOWN"|"HOSTUNREACH"|"HWPOISON"|"IDRM"|"ILSEQ"|"INPROGRESS"
---|"INTR"|"INVAL"|"IO"|"ISCONN"|"ISDIR"|"ISNAM"|"KEYEXPIRED"|"KEYREJECTED"|"KEYREVOKED"|"L2HLT"
---|"L2NSYNC"|"L3HLT"|"L3RST"|"LIBACC"|"LIBBAD"|"LIBEXEC"|"LIBMAX"|"LIBSCN"|"LNRNG"|"LOOP"
---|"MEDIUMTYPE"|"MFILE"|"MLINK"|"MSGSIZE"|"MULTIHOP"|"NAMETOOLONG"|"NAVAIL"|"NETDOWN"|"NETRESET"
---|"NETUNREACH"|"NFILE"|"NOANO"|"NOATTR"|"NOBUFS"|"NOCSI"|"NODATA"|"NODEV"|"NOENT"|"NOEXEC"
---|"NOKEY"|"NOLCK"|"NOLINK"|"NOMEDIUM"|"NOMEM"|"NOMSG"|"NONET"|"NOPKG"|"NOPROTOOPT"|"NOSPC"
---|"NOSR"|"NOSTR"|"NOSYS"|"NOTBLK"|"NOTCONN"|"NOTDIR"|"NOTEMPTY"|"NOTNAM"|"NOTRECOVERABLE"
---|"NOTSOCK"|"NOTSUP"|"NOTTY"|"NOTUNIQ"|"NXIO"|"OPNOTSUPP"|"OVERFLOW"|"OWNERDEAD"|"PERM"
---|"PFNOSUPPORT"|"PIPE"|"PROTO"|"PROTONOSUPPORT"|"PROTOTYPE"|"RANGE"|"REMCHG"|"REMOTE"|"REMOTEIO"
---|"RESTART"|"RFKILL"|"ROFS"|"SHUTDOWN"|"SOCKTNOSUPPORT"|"SPIPE"|"SRCH"|"SRMNT"|"STALE"|"STRPIPE"
---|"TIME"|"TIMEDOUT"|"TOOMANYREFS"|"TXTBSY"|"UCLEAN"|"UNATCH"|"USERS"|"WOULDBLOCK"|"XDEV"|"XFULL"

--- Flags of eventfd(2).
---@alias S.c.EFD integer|string
---|"CLOEXEC"|"NONBLOCK"|"SEMAPHORE"

--- Machines of ELF files: elf(5).
---@alias S.c.EM integer|string
---|"386"|"68K"|"860"|"88K"|"AARCH64"|"ALPHA"|"ARM"|"AVR32"|"BLACKFIN"|"CRIS"|"CYGNUS_M32R"
---|"CYGNUS_MN10300"|"CYGNUS_V850"|"FRV"|"H8_300"|"IA_64"|"LOONGARCH"|"M32"|"M32R"|"MIPS"
---|"MIPS_RS3_LE"|"MIPS_RS4_BE"|"MN10300"|"NONE"|"PARISC"|"PPC"|"PPC64"|"RISCV"|"S390"|"S390_OLD"
---|"SH"|"SPARC"|"SPARC32PLUS"|"SPARCV9"|"SPU"|"TI_C6000"|"V850"|"X86_64"

--- Events of epoll_ctl(2).
---@alias S.c.EPOLL integer|string
---|"ERR"|"ET"|"EXCLUSIVE"|"HUP"|"IN"|"MSG"|"ONESHOT"|"OUT"|"PRI"|"RDBAND"|"RDHUP"|"RDNORM"
---|"WAKEUP"|"WRBAND"|"WRNORM"

--- Flags of epoll_create1(2).
---@alias S.c.EPOLLCREATE integer|string
---|"CLOEXEC"|"NONBLOCK"

--- Operations of epoll_ctl(2).
---@alias S.c.EPOLL_CTL integer|string
---|"ADD"|"DEL"|"MOD"

--- Protocols in Ethernet frames.
---@alias S.c.ETHERTYPE integer|string
---|"AARP"|"ARP"|"AT"|"IP"|"IPV6"|"IPX"|"LOOPBACK"|"PUP"|"REVARP"|"SPRITE"|"TRAIL"|"VLAN"

--- Protocols in Ethernet frames: packet(7).
---@alias S.c.ETH_P integer|string
---|"1588"|"8021AD"|"8021AH"|"8021Q"|"802_2"|"802_3"|"802_EX1"|"AARP"|"AF_IUCV"|"ALL"|"AOE"
---|"ARCNET"|"ARP"|"ATALK"|"ATMFATE"|"ATMMPOA"|"AX25"|"BPQ"|"CAIF"|"CAN"|"CONTROL"|"CUST"|"DDCMP"
---|"DEC"|"DIAG"|"DNA_DL"|"DNA_RC"|"DNA_RT"|"DSA"|"ECONET"|"EDSA"|"FCOE"|"FIP"|"HDLC"|"IEEE802154"
---|"IEEEPUP"|"IEEEPUPAT"|"IP"|"IPV6"|"IPX"|"IRDA"|"LAT"|"LINK_CTL"|"LLDP"|"LOCALTALK"|"LOOP"
---|"MACSEC"|"MOBITEX"|"MPLS_MC"|"MPLS_UC"|"PAE"|"PAUSE"|"PHONET"|"PPPTALK"|"PPP_DISC"|"PPP_MP"
---|"PPP_SES"|"PREAUTH"|"PUP"|"PUPAT"|"QINQ1"|"QINQ2"|"QINQ3"|"RARP"|"SCA"|"SLOW"|"SNAP"|"TDLS"
---|"TEB"|"TIPC"|"TRAILER"|"TR_802_2"|"WAN_PPP"|"WCCP"|"X25"

--- Types of input events. linux/input-event-codes.h
---@alias S.c.EV integer|string
---|"ABS"|"FF"|"FF_STATUS"|"KEY"|"LED"|"MAX"|"MSC"|"PWR"|"REL"|"REP"|"SND"|"SW"|"SYN"

--- Statuses of exit(3).
---@alias S.c.EXIT integer|string
---|"FAILURE"|"SUCCESS"

--- Commands of fcntl(2).
---@alias S.c.F integer|string
---|"ADD_SEALS"|"CANCELLK"|"DUPFD"|"DUPFD_CLOEXEC"|"GETFD"|"GETFL"|"GETLEASE"|"GETLK"|"GETLK64"
---|"GETOWN"|"GETOWN_EX"|"GETPIPE_SZ"|"GETSIG"|"GET_SEALS"|"NOTIFY"|"OFD_GETLK"|"OFD_SETLK"
---|"OFD_SETLKW"|"SETFD"|"SETFL"|"SETLEASE"|"SETLK"|"SETLK64"|"SETLKW"|"SETLKW64"|"SETOWN"
---|"SETOWN_EX"|"SETPIPE_SZ"|"SETSIG"

--- Modes of fallocate(2).
---@alias S.c.FALLOC_FL integer|string
---|"COLLAPSE_RANGE"|"INSERT_RANGE"|"KEEP_SIZE"|"PUNCH_HOLE"|"UNSHARE_RANGE"|"ZERO_RANGE"

--- Events of fanotify_mark(2).
---@alias S.c.FAN integer|string
---|"ACCESS"|"ACCESS_PERM"|"ATTRIB"|"CLOSE"|"CLOSE_NOWRITE"|"CLOSE_WRITE"|"CREATE"|"DELETE"
---|"DELETE_SELF"|"EVENT_ON_CHILD"|"FS_ERROR"|"MODIFY"|"MOVE"|"MOVED_FROM"|"MOVED_TO"|"MOVE_SELF"
---|"ONDIR"|"OPEN"|"OPEN_EXEC"|"OPEN_EXEC_PERM"|"OPEN_PERM"|"Q_OVERFLOW"|"RENAME"

--- Flags of fanotify_init(2).
---@alias S.c.FAN_INIT integer|string
---|"CLASS_CONTENT"|"CLASS_NOTIF"|"CLASS_PRE_CONTENT"|"CLOEXEC"|"ENABLE_AUDIT"|"NONBLOCK"
---|"REPORT_DFID_NAME"|"REPORT_DFID_NAME_TARGET"|"REPORT_DIR_FID"|"REPORT_FID"|"REPORT_NAME"
---|"REPORT_PIDFD"|"REPORT_TARGET_FID"|"REPORT_TID"|"UNLIMITED_MARKS"|"UNLIMITED_QUEUE"

--- Flags of fanotify_mark(2).
---@alias S.c.FAN_MARK integer|string
---|"ADD"|"DONT_FOLLOW"|"EVICTABLE"|"FILESYSTEM"|"FLUSH"|"IGNORE"|"IGNORED_MASK"
---|"IGNORED_SURV_MODIFY"|"IGNORE_SURV"|"INODE"|"MOUNT"|"ONLYDIR"|"REMOVE"

--- Answers to fanotify's questions: fanotify(7).
---@alias S.c.FAN_RESPONSE integer|string
---|"ALLOW"|"AUDIT"|"DENY"

--- Kinds of fcntl(2) locks.
---@alias S.c.FCNTL_LOCK integer|string
---|"RDLCK"|"UNLCK"|"WRLCK"

--- Flags of a descriptor: fcntl(2).
---@alias S.c.FD integer|string
---|"CLOEXEC"

--- Effects of force feedback. linux/input.h
---@alias S.c.FF integer|string
---|"AUTOCENTER"|"CONSTANT"|"CUSTOM"|"DAMPER"|"FRICTION"|"GAIN"|"INERTIA"|"PERIODIC"|"RAMP"
---|"RUMBLE"|"SAW_DOWN"|"SAW_UP"|"SINE"|"SPRING"|"SQUARE"|"TRIANGLE"

--- Whether an effect is played. linux/input.h
---@alias S.c.FF_STATUS integer|string
---|"MAX"|"PLAYING"|"STOPPED"

--- Commands of fsconfig(2).
---@alias S.c.FSCONFIG integer|string
---|"CMD_CREATE"|"CMD_CREATE_EXCL"|"CMD_RECONFIGURE"|"SET_BINARY"|"SET_FD"|"SET_FLAG"|"SET_PATH"
---|"SET_PATH_EMPTY"|"SET_STRING"

--- Flags of fsmount(2).
---@alias S.c.FSMOUNT integer|string
---|"CLOEXEC"

--- Flags of fsopen(2).
---@alias S.c.FSOPEN integer|string
---|"CLOEXEC"

--- Flags of fspick(2).
---@alias S.c.FSPICK integer|string
---|"CLOEXEC"|"EMPTY_PATH"|"NO_AUTOMOUNT"|"SYMLINK_NOFOLLOW"

--- Flags of the futex calls: futex(2).
---@alias S.c.FUTEX integer|string
---|"CLOCK_REALTIME"|"PRIVATE"

--- Seals of a memfd: fcntl(2).
---@alias S.c.F_SEAL integer|string
---|"GROW"|"SEAL"|"SHRINK"|"WRITE"

--- Flags of getrandom(2).
---@alias S.c.GRND integer|string
---|"NONBLOCK"|"RANDOM"

--- Identifiers of input devices, indexes of t.input_id. linux/input.h
---@alias S.c.ID integer|string
---|"BUS"|"PRODUCT"|"VENDOR"|"VERSION"

--- Attributes of addresses: rtnetlink(7).
---@alias S.c.IFA integer|string
---|"ADDRESS"|"ANYCAST"|"BROADCAST"|"CACHEINFO"|"LABEL"|"LOCAL"|"MULTICAST"|"UNSPEC"

--- Flags of addresses: rtnetlink(7).
---@alias S.c.IFA_F integer|string
---|"DADFAILED"|"DEPRECATED"|"HOMEADDRESS"|"NODAD"|"OPTIMISTIC"|"PERMANENT"|"SECONDARY"
---|"TEMPORARY"|"TENTATIVE"

--- Flags of network interfaces: netdevice(7).
---@alias S.c.IFF integer|string
---|"ALL"|"ALLMULTI"|"AUTOMEDIA"|"BROADCAST"|"DEBUG"|"DORMANT"|"DYNAMIC"|"ECHO"|"LOOPBACK"
---|"LOWER_UP"|"MASTER"|"MULTICAST"|"NOARP"|"NONE"|"NOTRAILERS"|"POINTOPOINT"|"PORTSEL"|"PROMISC"
---|"RUNNING"|"SLAVE"|"UP"|"VOLATILE"

--- Attributes of links: rtnetlink(7).
---@alias S.c.IFLA integer|string
---|"ADDRESS"|"AF_SPEC"|"BROADCAST"|"COST"|"GROUP"|"IFALIAS"|"IFNAME"|"LINK"|"LINKINFO"|"LINKMODE"
---|"MAP"|"MASTER"|"MTU"|"NET_NS_FD"|"NET_NS_PID"|"NUM_VF"|"OPERSTATE"|"PORT_SELF"|"PRIORITY"
---|"PROTINFO"|"QDISC"|"STATS"|"STATS64"|"TXQLEN"|"UNSPEC"|"VFINFO_LIST"|"VF_PORTS"|"WEIGHT"
---|"WIRELESS"

--- Input modes of a terminal: termios(3).
---@alias S.c.IFLAG integer|string
---|"BRKINT"|"ICRNL"|"IGNBRK"|"IGNCR"|"IGNPAR"|"IMAXBEL"|"INLCR"|"INPCK"|"ISTRIP"|"IUCLC"|"IUTF8"
---|"IXANY"|"IXOFF"|"IXON"|"PARMRK"

--- Attributes of links, IPv4: rtnetlink(7).
---@alias S.c.IFLA_INET integer|string
---|"CONF"|"UNSPEC"

--- Attributes of links, IPv6: rtnetlink(7).
---@alias S.c.IFLA_INET6 integer|string
---|"CACHEINFO"|"CONF"|"FLAGS"|"ICMP6STATS"|"MCAST"|"STATS"|"UNSPEC"

--- Attributes of links, their kind: rtnetlink(7).
---@alias S.c.IFLA_INFO integer|string
---|"DATA"|"KIND"|"UNSPEC"|"XSTATS"

--- Attributes of macvlan links.
---@alias S.c.IFLA_MACVLAN integer|string
---|"MODE"|"UNSPEC"

--- Attributes of virtual ports.
---@alias S.c.IFLA_PORT integer|string
---|"HOST_UUID"|"INSTANCE_UUID"|"PROFILE"|"REQUEST"|"RESPONSE"|"UNSPEC"|"VF"|"VSI_TYPE"

--- Attributes of virtual functions.
---@alias S.c.IFLA_VF integer|string
---|"MAC"|"SPOOFCHK"|"TX_RATE"|"UNSPEC"|"VLAN"

--- Attributes of virtual functions.
---@alias S.c.IFLA_VF_INFO integer|string
---|"INFO"|"UNSPEC"

--- Attributes of virtual functions' ports.
---@alias S.c.IFLA_VF_PORT integer|string
---|"PORT"|"UNSPEC"

--- Attributes of vlan links.
---@alias S.c.IFLA_VLAN integer|string
---|"EGRESS_QOS"|"FLAGS"|"ID"|"INGRESS_QOS"|"UNSPEC"

--- Priorities of vlan links.
---@alias S.c.IFLA_VLAN_QOS integer|string
---|"MAPPING"|"UNSPEC"

--- Flags of tun and tap interfaces, and of ifreq: netdevice(7).
---@alias S.c.IFREQ integer|string
---|"ATTACH_QUEUE"|"BRIDGE_PORT"|"DETACH_QUEUE"|"DISABLE_NETPOLL"|"DONT_BRIDGE"|"ISATAP"
---|"MACVLAN_PORT"|"MASTER_ARPMON"|"MULTI_QUEUE"|"NAPI"|"NAPI_FRAGS"|"NO_PI"|"ONE_QUEUE"
---|"OVS_DATAPATH"|"SLAVE_NEEDARP"|"TAP"|"TUN"|"TUN_EXCL"|"TX_SKB_SHARING"|"UNICAST_FLT"
---|"VNET_HDR"|"WAN_HDLC"|"XMIT_DST_RELEASE"

--- Events of inotify(7).
---@alias S.c.IN integer|string
---|"ACCESS"|"ALL_EVENTS"|"ATTRIB"|"CLOSE"|"CLOSE_NOWRITE"|"CLOSE_WRITE"|"CREATE"|"DELETE"
---|"DELETE_SELF"|"DONT_FOLLOW"|"EXCL_UNLINK"|"IGNORED"|"ISDIR"|"MASK_ADD"|"MODIFY"|"MOVE"
---|"MOVED_FROM"|"MOVED_TO"|"MOVE_SELF"|"ONESHOT"|"ONLYDIR"|"OPEN"|"Q_OVERFLOW"|"UNMOUNT"

--- Properties of input devices. linux/input-event-codes.h
---@alias S.c.INPUT_PROP integer|string
---|"BUTTONPAD"|"DIRECT"|"POINTER"|"SEMI_MT"

--- Flags of inotify_init1(2).
---@alias S.c.IN_INIT integer|string
---|"CLOEXEC"|"NONBLOCK"

--- Directions of an ioctl: ioctl(2).
---@alias S.c.IOC integer|string
---|"DIRSHIFT"|"NONE"|"NRSHIFT"|"READ"|"SIZESHIFT"|"TYPESHIFT"|"WRITE"

--- Operations of io_submit(2).
---@alias S.c.IOCB_CMD integer|string
---|"FDSYNC"|"FSYNC"|"NOOP"|"POLL"|"PREAD"|"PREADV"|"PWRITE"|"PWRITEV"

--- Flags of io_submit(2).
---@alias S.c.IOCB_FLAG integer|string
---|"IOPRIO"|"RESFD"

--- Numbers of ioctl(2) requests; S.c.IOCTL knows their arguments, too.
---@alias S.c.IOCTL_NUMBER integer|string
---|"EVIOCGEFFECTS"|"EVIOCGID"|"EVIOCGKEYCODE"|"EVIOCGKEYCODE_V2"|"EVIOCGRAB"|"EVIOCGREP"
---|"EVIOCGVERSION"|"EVIOCRMFF"|"EVIOCSFF"|"EVIOCSKEYCODE"|"EVIOCSKEYCODE_V2"|"EVIOCSREP"
---|"FIOASYNC"|"FIOCLEX"|"FIOGETOWN"|"FIONBIO"|"FIONCLEX"|"FIONREAD"|"FIOQSIZE"|"FIOSETOWN"
---|"PERF_EVENT_IOC_DISABLE"|"PERF_EVENT_IOC_ENABLE"|"PERF_EVENT_IOC_ID"|"PERF_EVENT_IOC_PERIOD"
---|"PERF_EVENT_IOC_REFRESH"|"PERF_EVENT_IOC_RESET"|"PERF_EVENT_IOC_SET_BPF"
---|"PERF_EVENT_IOC_SET_FILTER"|"PERF_EVENT_IOC_SET_OUTPUT"|"SIOCADDRT"|"SIOCATMARK"|"SIOCBRADDBR"
---|"SIOCBRADDIF"|"SIOCBRDELBR"|"SIOCBRDELIF"|"SIOCDARP"|"SIOCDELRT"|"SIOCGARP"|"SIOCGIFFLAGS"
---|"SIOCGIFHWADDR"|"SIOCGIFINDEX"|"SIOCGIFMTU"|"SIOCGPGRP"|"SIOCGSTAMP"|"SIOCGSTAMPNS"
---|"SIOCRTMSG"|"SIOCSARP"|"SIOCSIFFLAGS"|"SIOCSIFHWADDR"|"SIOCSIFMTU"|"SIOCSPGRP"|"TCFLSH"
---|"TCGETS"|"TCGETS2"|"TCGETX"|"TCSBRK"|"TCSBRKP"|"TCSETS"|"TCSETS2"|"TCSETSF"|"TCSETSF2"
---|"TCSETSW"|"TCSETSW2"|"TCSETX"|"TCSETXF"|"TCSETXW"|"TCXONC"|"TIOCCBRK"|"TIOCCONS"|"TIOCEXCL"
---|"TIOCGDEV"|"TIOCGETD"|"TIOCGICOUNT"|"TIOCGLCKTRMIOS"|"TIOCGPGRP"|"TIOCGPTN"|"TIOCGSERIAL"
---|"TIOCGSID"|"TIOCGSOFTCAR"|"TIOCGWINSZ"|"TIOCINQ"|"TIOCLINUX"|"TIOCMBIC"|"TIOCMBIS"|"TIOCMGET"
---|"TIOCMIWAIT"|"TIOCMSET"|"TIOCNOTTY"|"TIOCNXCL"|"TIOCOUTQ"|"TIOCPKT"|"TIOCSBRK"|"TIOCSCTTY"
---|"TIOCSERCONFIG"|"TIOCSERGETLSR"|"TIOCSERGETMULTI"|"TIOCSERGSTRUCT"|"TIOCSERGWILD"
---|"TIOCSERSETMULTI"|"TIOCSERSWILD"|"TIOCSETD"|"TIOCSIG"|"TIOCSLCKTRMIOS"|"TIOCSPGRP"
---|"TIOCSPTLCK"|"TIOCSSERIAL"|"TIOCSSOFTCAR"|"TIOCSTI"|"TIOCSWINSZ"|"TIOCVHANGUP"
---|"TUNATTACHFILTER"|"TUNDETACHFILTER"|"TUNGETFEATURES"|"TUNGETIFF"|"TUNGETSNDBUF"
---|"TUNGETVNETHDRSZ"|"TUNSETDEBUG"|"TUNSETGROUP"|"TUNSETIFF"|"TUNSETLINK"|"TUNSETNOCSUM"
---|"TUNSETOFFLOAD"|"TUNSETOWNER"|"TUNSETPERSIST"|"TUNSETQUEUE"|"TUNSETSNDBUF"|"TUNSETTXFILTER"
---|"TUNSETVNETHDRSZ"|"UI_DEV_CREATE"|"UI_DEV_DESTROY"|"UI_SET_EVBIT"|"UI_SET_KEYBIT"
---|"VFIO_CHECK_EXTENSION"|"VFIO_GET_API_VERSION"|"VHOST_GET_FEATURES"|"VHOST_GET_VRING_BASE"
---|"VHOST_NET_SET_BACKEND"|"VHOST_RESET_OWNER"|"VHOST_SET_FEATURES"|"VHOST_SET_LOG_BASE"
---|"VHOST_SET_LOG_FD"|"VHOST_SET_MEM_TABLE"|"VHOST_SET_OWNER"|"VHOST_SET_VRING_ADDR"
---|"VHOST_SET_VRING_BASE"|"VHOST_SET_VRING_CALL"|"VHOST_SET_VRING_ERR"|"VHOST_SET_VRING_KICK"
---|"VHOST_SET_VRING_NUM"|"WDIOC_KEEPALIVE"|"WDIOC_SETOPTIONS"|"WDIOC_SETTIMEOUT"

--- Classes of ioprio_set(2).
---@alias S.c.IOPRIO_CLASS integer|string
---|"BE"|"IDLE"|"NONE"|"RT"

--- Whose priority: ioprio_set(2).
---@alias S.c.IOPRIO_WHO integer|string
---|"PGRP"|"PROCESS"|"USER"

--- Flags of ring:accept: io_uring_enter(2).
---@alias S.c.IORING_ACCEPT integer|string
---|"MULTISHOT"

--- Flags of a completion: io_uring_enter(2).
---@alias S.c.IORING_CQE integer|string
---|"MORE"|"SOCK_NONEMPTY"

--- Flags of ring:fsync: io_uring_enter(2).
---@alias S.c.IORING_FSYNC integer|string
---|"DATASYNC"

--- Flags of ring:poll_add: io_uring_enter(2).
---@alias S.c.IORING_POLL integer|string
---|"LEVEL"|"MULTI"

--- Flags of io_uring_setup(2).
---@alias S.c.IORING_SETUP integer|string
---|"CLAMP"|"COOP_TASKRUN"|"DEFER_TASKRUN"|"SINGLE_ISSUER"|"SQPOLL"|"SUBMIT_ALL"|"TASKRUN_FLAG"

--- Flags of ring:timeout: io_uring_enter(2).
---@alias S.c.IORING_TIMEOUT integer|string
---|"ABS"|"BOOTTIME"|"ETIME_SUCCESS"|"REALTIME"

--- Flags of any request: io_uring_enter(2).
---@alias S.c.IOSQE integer|string
---|"ASYNC"|"FIXED_FILE"|"IO_DRAIN"|"IO_HARDLINK"|"IO_LINK"

--- Options of IPv4 sockets: ip(7).
---@alias S.c.IP integer|string
---|"ADD_MEMBERSHIP"|"ADD_SOURCE_MEMBERSHIP"|"BLOCK_SOURCE"|"DROP_MEMBERSHIP"
---|"DROP_SOURCE_MEMBERSHIP"|"FREEBIND"|"HDRINCL"|"IPSEC_POLICY"|"MINTTL"|"MSFILTER"|"MTU"
---|"MTU_DISCOVER"|"MULTICAST_ALL"|"MULTICAST_IF"|"MULTICAST_LOOP"|"MULTICAST_TTL"|"NODEFRAG"
---|"OPTIONS"|"ORIGDSTADDR"|"PASSSEC"|"PKTINFO"|"PKTOPTIONS"|"RECVERR"|"RECVOPTS"|"RECVTOS"
---|"RECVTTL"|"RETOPTS"|"ROUTER_ALERT"|"TOS"|"TRANSPARENT"|"TTL"|"UNBLOCK_SOURCE"|"UNICAST_IF"
---|"XFRM_POLICY"

--- Flags and commands of System V IPC: msgget(2), semop(2), shmctl(2).
---@alias S.c.IPC integer|string
---|"CREAT"|"EXCEPT"|"EXCL"|"NOERROR"|"NOWAIT"|"RMID"|"SET"|"STAT"|"UNDO"

--- Protocols over IP: protocols(5).
---@alias S.c.IPPROTO integer|string
---|"AH"|"COMP"|"DCCP"|"DSTOPTS"|"EGP"|"ENCAP"|"ESP"|"FRAGMENT"|"GRE"|"ICMP"|"ICMPV6"|"IDP"|"IGMP"
---|"IP"|"IPIP"|"IPV6"|"MTP"|"NONE"|"PIM"|"PUP"|"RAW"|"ROUTING"|"RSVP"|"SCTP"|"TCP"|"TP"|"UDP"
---|"UDPLITE"

--- Options of iptables to ask.
---@alias S.c.IPT_SO_GET integer|string
---|"ENTRIES"|"INFO"|"REVISION_MATCH"|"REVISION_TARGET"

--- Options of iptables to set.
---@alias S.c.IPT_SO_SET integer|string
---|"ADD_COUNTERS"|"REPLACE"

--- Options of IPv6 sockets: ipv6(7).
---@alias S.c.IPV6 integer|string
---|"2292DSTOPTS"|"2292HOPLIMIT"|"2292HOPOPTS"|"2292PKTINFO"|"2292PKTOPTIONS"|"2292RTHDR"
---|"ADDRFORM"|"ADD_MEMBERSHIP"|"AUTHHDR"|"CHECKSUM"|"DROP_MEMBERSHIP"|"FLOWINFO"|"HOPLIMIT"
---|"JOIN_ANYCAST"|"LEAVE_ANYCAST"|"MTU"|"MTU_DISCOVER"|"MULTICAST_HOPS"|"MULTICAST_IF"
---|"MULTICAST_LOOP"|"NEXTHOP"|"RECVERR"|"RECVHOPLIMIT"|"RECVPKTINFO"|"ROUTER_ALERT"
---|"UNICAST_HOPS"|"V6ONLY"

--- Interval timers: setitimer(2).
---@alias S.c.ITIMER integer|string
---|"PROF"|"REAL"|"VIRTUAL"

--- What kcmp(2) compares.
---@alias S.c.KCMP integer|string
---|"EPOLL_TFD"|"FILE"|"FILES"|"FS"|"IO"|"SIGHAND"|"SYSVSEM"|"VM"

--- Flags of kexec_file_load(2).
---@alias S.c.KEXEC_FILE integer|string
---|"NO_INITRAMFS"|"ON_CRASH"|"UNLOAD"

--- Keys of input devices. linux/input-event-codes.h
---@alias S.c.KEY integer|string
---|"0"|"1"|"102ND"|"10CHANNELSDOWN"|"10CHANNELSUP"|"2"|"3"|"3D_MODE"|"4"|"5"|"6"|"7"|"8"|"9"|"A"
---|"AB"|"ADDRESSBOOK"|"AGAIN"|"ALL_APPLICATIONS"|"ALS_TOGGLE"|"ALTERASE"|"ANGLE"|"APOSTROPHE"
---|"APPSELECT"|"ARCHIVE"|"ASPECT_RATIO"|"ASSISTANT"|"ATTENDANT_OFF"|"ATTENDANT_ON"
---|"ATTENDANT_TOGGLE"|"AUDIO"|"AUDIO_DESC"|"AUTOPILOT_ENGAGE_TOGGLE"|"AUX"|"B"|"BACK"|"BACKSLASH"
---|"BACKSPACE"|"BASSBOOST"|"BATTERY"|"BLUE"|"BLUETOOTH"|"BOOKMARKS"|"BREAK"|"BRIGHTNESSDOWN"
---|"BRIGHTNESSUP"|"BRIGHTNESS_AUTO"|"BRIGHTNESS_CYCLE"|"BRIGHTNESS_MAX"|"BRIGHTNESS_MENU"
---|"BRIGHTNESS_MIN"|"BRIGHTNESS_TOGGLE"|"BRIGHTNESS_ZERO"|"BRL_DOT1"|"BRL_DOT10"|"BRL_DOT2"
---|"BRL_DOT3"|"BRL_DOT4"|"BRL_DOT5"|"BRL_DOT6"|"BRL_DOT7"|"BRL_DOT8"|"BRL_DOT9"|"BUTTONCONFIG"
---|"C"|"CALC"|"CALENDAR"|"CAMERA"|"CAMERA_DOWN"|"CAMERA_FOCUS"|"CAMERA_LEFT"|"CAMERA_RIGHT"
---|"CAMERA_UP"|"CAMERA_ZOOMIN"|"CAMERA_ZOOMOUT"|"CANCEL"|"CAPSLOCK"|"CD"|"CHANNEL"|"CHANNELDOWN"
---|"CHANNELUP"|"CHAT"|"CLEAR"|"CLEARVU_SONAR"|"CLOSE"|"CLOSECD"|"COFFEE"|"COMMA"|"COMPOSE"
---|"COMPUTER"|"CONFIG"|"CONNECT"|"CONTEXT_MENU"|"CONTROLPANEL"|"COPY"|"CUT"|"CYCLEWINDOWS"|"D"
---|"DASHBOARD"|"DATA"|"DATABASE"|"DELETE"|"DELETEFILE"|"DEL_EOL"|"DEL_EOS"|"DEL_LINE"|"DICTATE"
---|"DIGITS"|"DIRECTION"|"DIRECTORY"|"DISPLAYTOGGLE"|"DISPLAY_OFF"|"DOCUMENTS"|"DOLLAR"|"DOT"
---|"DOWN"|"DUAL_RANGE_RADAR"|"DVD"|"E"|"EDIT"|"EDITOR"|"EJECTCD"|"EJECTCLOSECD"|"EMAIL"
---|"EMOJI_PICKER"|"END"|"ENTER"|"EPG"|"EQUAL"|"ESC"|"EURO"|"EXIT"|"F"|"F1"|"F10"|"F11"|"F12"
---|"F13"|"F14"|"F15"|"F16"|"F17"|"F18"|"F19"|"F2"|"F20"|"F21"|"F22"|"F23"|"F24"|"F3"|"F4"|"F5"
---|"F6"|"F7"|"F8"|"F9"|"FASTFORWARD"|"FASTREVERSE"|"FAVORITES"|"FILE"|"FINANCE"|"FIND"|"FIRST"
---|"FISHING_CHART"|"FN"|"FN_1"|"FN_2"|"FN_B"|"FN_D"|"FN_E"|"FN_ESC"|"FN_F"|"FN_F1"|"FN_F10"
---|"FN_F11"|"FN_F12"|"FN_F2"|"FN_F3"|"FN_F4"|"FN_F5"|"FN_F6"|"FN_F7"|"FN_F8"|"FN_F9"
---|"FN_RIGHT_SHIFT"|"FN_S"|"FORWARD"|"FORWARDMAIL"|"FRAMEBACK"|"FRAMEFORWARD"|"FRONT"
---|"FULL_SCREEN"|"G"|"GAMES"|"GOTO"|"GRAPHICSEDITOR"|"GRAVE"|"GREEN"|"H"|"HANGEUL"|"HANGUEL"
---|"HANGUP_PHONE"|"HANJA"|"HELP"|"HENKAN"|"HIRAGANA"|"HOME"|"HOMEPAGE"|"HP"|"I"|"IMAGES"|"INFO"
---|"INSERT"|"INS_LINE"|"ISO"|"J"|"JOURNAL"|"K"|"KATAKANA"|"KATAKANAHIRAGANA"|"KBDILLUMDOWN"
---|"KBDILLUMTOGGLE"|"KBDILLUMUP"|"KBDINPUTASSIST_ACCEPT"|"KBDINPUTASSIST_CANCEL"
---|"KBDINPUTASSIST_NEXT"|"KBDINPUTASSIST_NEXTGROUP"|"KBDINPUTASSIST_PREV"
---|"KBDINPUTASSIST_PREVGROUP"|"KBD_LAYOUT_NEXT"|"KBD_LCD_MENU1"|"KBD_LCD_MENU2"|"KBD_LCD_MENU3"
---|"KBD_LCD_MENU4"|"KBD_LCD_MENU5"|"KEYBOARD"|"KP0"|"KP1"|"KP2"|"KP3"|"KP4"|"KP5"|"KP6"|"KP7"
---|"KP8"|"KP9"|"KPASTERISK"|"KPCOMMA"|"KPDOT"|"KPENTER"|"KPEQUAL"|"KPJPCOMMA"|"KPLEFTPAREN"
---|"KPMINUS"|"KPPLUS"|"KPPLUSMINUS"|"KPRIGHTPAREN"|"KPSLASH"|"L"|"LANGUAGE"|"LAST"|"LEFT"
---|"LEFTALT"|"LEFTBRACE"|"LEFTCTRL"|"LEFTMETA"|"LEFTSHIFT"|"LEFT_DOWN"|"LEFT_UP"|"LIGHTS_TOGGLE"
---|"LINEFEED"|"LINK_PHONE"|"LIST"|"LOGOFF"|"M"|"MACRO"|"MACRO1"|"MACRO10"|"MACRO11"|"MACRO12"
---|"MACRO13"|"MACRO14"|"MACRO15"|"MACRO16"|"MACRO17"|"MACRO18"|"MACRO19"|"MACRO2"|"MACRO20"
---|"MACRO21"|"MACRO22"|"MACRO23"|"MACRO24"|"MACRO25"|"MACRO26"|"MACRO27"|"MACRO28"|"MACRO29"
---|"MACRO3"|"MACRO30"|"MACRO4"|"MACRO5"|"MACRO6"|"MACRO7"|"MACRO8"|"MACRO9"|"MACRO_PRESET1"
---|"MACRO_PRESET2"|"MACRO_PRESET3"|"MACRO_PRESET_CYCLE"|"MACRO_RECORD_START"|"MACRO_RECORD_STOP"
---|"MAIL"|"MARK_WAYPOINT"|"MAX"|"MEDIA"|"MEDIA_REPEAT"|"MEDIA_TOP_MENU"|"MEMO"|"MENU"|"MESSENGER"
---|"MHP"|"MICMUTE"|"MINUS"|"MODE"|"MOVE"|"MP3"|"MSDOS"|"MUHENKAN"|"MUTE"|"N"|"NAV_CHART"
---|"NAV_INFO"|"NEW"|"NEWS"|"NEXT"|"NEXTSONG"|"NEXT_ELEMENT"|"NEXT_FAVORITE"|"NOTIFICATION_CENTER"
---|"NUMERIC_0"|"NUMERIC_1"|"NUMERIC_11"|"NUMERIC_12"|"NUMERIC_2"|"NUMERIC_3"|"NUMERIC_4"
---|"NUMERIC_5"|"NUMERIC_6"|"NUMERIC_7"|"NUMERIC_8"|"NUMERIC_9"|"NUMERIC_A"|"NUMERIC_B"
---|"NUMERIC_C"|"NUMERIC_D"|"NUMERIC_POUND"|"NUMERIC_STAR"|"NUMLOCK"|"O"|"OK"|"ONSCREEN_KEYBOARD"
---|"OPEN"|"OPTION"|"P"|"PAGEDOWN"|"PAGEUP"|"PASTE"|"PAUSE"|"PAUSECD"|"PAUSE_RECORD"|"PC"|"PHONE"
---|"PICKUP_PHONE"|"PLAY"|"PLAYCD"|"PLAYER"|"PLAYPAUSE"|"POWER"|"POWER2"|"PRESENTATION"|"PREVIOUS"
---|"PREVIOUSSONG"|"PREVIOUS_ELEMENT"|"PRINT"|"PRIVACY_SCREEN_TOGGLE"|"PROG1"|"PROG2"|"PROG3"
---|"PROG4"|"PROGRAM"|"PROPS"|"PVR"|"Q"|"QUESTION"|"R"|"RADAR_OVERLAY"|"RADIO"|"RECORD"|"RED"
---|"REDO"|"REFRESH"|"REFRESH_RATE_TOGGLE"|"REPLY"|"RESERVED"|"RESTART"|"REWIND"|"RFKILL"|"RIGHT"
---|"RIGHTALT"|"RIGHTBRACE"|"RIGHTCTRL"|"RIGHTMETA"|"RIGHTSHIFT"|"RIGHT_DOWN"|"RIGHT_UP"|"RO"
---|"ROOT_MENU"|"ROTATE_DISPLAY"|"ROTATE_LOCK_TOGGLE"|"S"|"SAT"|"SAT2"|"SAVE"|"SCALE"|"SCREEN"
---|"SCREENLOCK"|"SCREENSAVER"|"SCROLLDOWN"|"SCROLLLOCK"|"SCROLLUP"|"SEARCH"|"SELECT"
---|"SELECTIVE_SCREENSHOT"|"SEMICOLON"|"SEND"|"SENDFILE"|"SETUP"|"SHOP"|"SHUFFLE"|"SIDEVU_SONAR"
---|"SINGLE_RANGE_RADAR"|"SLASH"|"SLEEP"|"SLOW"|"SLOWREVERSE"|"SOS"|"SOUND"|"SPACE"|"SPELLCHECK"
---|"SPORT"|"SPREADSHEET"|"STOP"|"STOPCD"|"STOP_RECORD"|"SUBTITLE"|"SUSPEND"|"SWITCHVIDEOMODE"
---|"SYSRQ"|"T"|"TAB"|"TAPE"|"TASKMANAGER"|"TEEN"|"TEXT"|"TIME"|"TITLE"|"TOUCHPAD_OFF"
---|"TOUCHPAD_ON"|"TOUCHPAD_TOGGLE"|"TRADITIONAL_SONAR"|"TUNER"|"TV"|"TV2"|"TWEN"|"U"|"UNDO"
---|"UNKNOWN"|"UNMUTE"|"UP"|"UWB"|"V"|"VCR"|"VCR2"|"VENDOR"|"VIDEO"|"VIDEOPHONE"|"VIDEO_NEXT"
---|"VIDEO_PREV"|"VOD"|"VOICECOMMAND"|"VOICEMAIL"|"VOLUMEDOWN"|"VOLUMEUP"|"W"|"WAKEUP"|"WIMAX"
---|"WLAN"|"WORDPROCESSOR"|"WPS_BUTTON"|"WWAN"|"WWW"|"X"|"XFER"|"Y"|"YELLOW"|"YEN"|"Z"
---|"ZENKAKUHANKAKU"|"ZOOM"|"ZOOMIN"|"ZOOMOUT"|"ZOOMRESET"

--- Operations of keyctl(2).
---@alias S.c.KEYCTL integer|string
---|"ASSUME_AUTHORITY"|"CAPABILITIES"|"CHOWN"|"CLEAR"|"DESCRIBE"|"GET_KEYRING_ID"|"GET_PERSISTENT"
---|"GET_SECURITY"|"INSTANTIATE"|"INVALIDATE"|"JOIN_SESSION_KEYRING"|"LINK"|"MOVE"|"NEGATE"|"READ"
---|"REJECT"|"RESTRICT_KEYRING"|"REVOKE"|"SEARCH"|"SESSION_TO_PARENT"|"SETPERM"
---|"SET_REQKEY_KEYRING"|"SET_TIMEOUT"|"UNLINK"|"UPDATE"

--- Default keyrings: keyctl(2).
---@alias S.c.KEY_REQKEY_DEFL integer|string
---|"DEFAULT"|"GROUP_KEYRING"|"NO_CHANGE"|"PROCESS_KEYRING"|"REQUESTOR_KEYRING"|"SESSION_KEYRING"
---|"THREAD_KEYRING"|"USER_KEYRING"|"USER_SESSION_KEYRING"

--- Keyrings that every process has: keyrings(7).
---@alias S.c.KEY_SPEC integer|string
---|"GROUP_KEYRING"|"PROCESS_KEYRING"|"REQKEY_AUTH_KEY"|"REQUESTOR_KEYRING"|"SESSION_KEYRING"
---|"THREAD_KEYRING"|"USER_KEYRING"|"USER_SESSION_KEYRING"

--- What landlock(7) governs of files.
---@alias S.c.LANDLOCK_ACCESS_FS integer|string
---|"EXECUTE"|"IOCTL_DEV"|"MAKE_BLOCK"|"MAKE_CHAR"|"MAKE_DIR"|"MAKE_FIFO"|"MAKE_REG"|"MAKE_SOCK"
---|"MAKE_SYM"|"READ_DIR"|"READ_FILE"|"REFER"|"REMOVE_DIR"|"REMOVE_FILE"|"TRUNCATE"|"WRITE_FILE"

--- What landlock(7) governs of the network.
---@alias S.c.LANDLOCK_ACCESS_NET integer|string
---|"BIND_TCP"|"CONNECT_TCP"

--- Flags of landlock_create_ruleset(2).
---@alias S.c.LANDLOCK_CREATE_RULESET integer|string
---|"ERRATA"|"VERSION"

--- Kinds of rules: landlock_add_rule(2).
---@alias S.c.LANDLOCK_RULE integer|string
---|"NET_PORT"|"PATH_BENEATH"

--- What landlock(7) keeps inside.
---@alias S.c.LANDLOCK_SCOPE integer|string
---|"ABSTRACT_UNIX_SOCKET"|"SIGNAL"

--- Lamps of input devices. linux/input-event-codes.h
---@alias S.c.LED integer|string
---|"CAPSL"|"CHARGING"|"COMPOSE"|"KANA"|"MAIL"|"MAX"|"MISC"|"MUTE"|"NUML"|"SCROLLL"|"SLEEP"
---|"SUSPEND"

--- Local modes of a terminal: termios(3).
---@alias S.c.LFLAG integer|string
---|"ECHO"|"ECHOCTL"|"ECHOE"|"ECHOK"|"ECHOKE"|"ECHONL"|"ECHOPRT"|"EXTPROC"|"FLUSHO"|"ICANON"
---|"IEXTEN"|"ISIG"|"NOFLSH"|"PENDIN"|"TOSTOP"|"XCASE"

--- Magic numbers of reboot(2).
---@alias S.c.LINUX_REBOOT integer|string
---|"MAGIC1"|"MAGIC2"|"MAGIC2A"|"MAGIC2B"|"MAGIC2C"

--- Commands of reboot(2).
---@alias S.c.LINUX_REBOOT_CMD integer|string
---|"CAD_OFF"|"CAD_ON"|"HALT"|"KEXEC"|"POWER_OFF"|"RESTART"|"RESTART2"|"SW_SUSPEND"

--- Operations of flock(2).
---@alias S.c.LOCK integer|string
---|"EX"|"MAND"|"NB"|"READ"|"RW"|"SH"|"UN"|"WRITE"

--- Operations of lockf(3).
---@alias S.c.LOCKF integer|string
---|"LOCK"|"TEST"|"TLOCK"|"ULOCK"

--- Modes of macvlan links.
---@alias S.c.MACVLAN_MODE integer|string
---|"BRIDGE"|"PASSTHRU"|"PRIVATE"|"VEPA"

--- Advice of madvise(2).
---@alias S.c.MADV integer|string
---|"COLD"|"DODUMP"|"DOFORK"|"DONTDUMP"|"DONTFORK"|"DONTNEED"|"FREE"|"HUGEPAGE"|"HWPOISON"
---|"KEEPONFORK"|"MERGEABLE"|"NOHUGEPAGE"|"NORMAL"|"PAGEOUT"|"RANDOM"|"REMOVE"|"SEQUENTIAL"
---|"UNMERGEABLE"|"WILLNEED"|"WIPEONFORK"

--- Flags of mmap(2).
---@alias S.c.MAP integer|string
---|"32BIT"|"ANON"|"ANONYMOUS"|"DENYWRITE"|"EXECUTABLE"|"FILE"|"FIXED"|"FIXED_NOREPLACE"
---|"GROWSDOWN"|"HUGETLB"|"LOCKED"|"NONBLOCK"|"NORESERVE"|"POPULATE"|"PRIVATE"|"SHARED"
---|"SHARED_VALIDATE"|"STACK"|"SYNC"|"TYPE"

--- Flags of mlockall(2).
---@alias S.c.MCL integer|string
---|"CURRENT"|"FUTURE"|"ONFAULT"

--- Flags of memfd_create(2).
---@alias S.c.MFD integer|string
---|"ALLOW_SEALING"|"CLOEXEC"

--- Flags of mlock2(2).
---@alias S.c.MLOCK integer|string
---|"ONFAULT"

--- Permissions: chmod(2); also octal, "0644".
---@alias S.c.MODE integer|string
---|"RGRP"|"ROTH"|"RUSR"|"RWXG"|"RWXO"|"RWXU"|"SGID"|"SUID"|"SVTX"|"WGRP"|"WOTH"|"WUSR"|"XGRP"
---|"XOTH"|"XUSR"

--- Flags of finit_module(2).
---@alias S.c.MODULE_INIT integer|string
---|"COMPRESSED_FILE"|"IGNORE_MODVERSIONS"|"IGNORE_VERMAGIC"

--- Attributes of mount_setattr(2).
---@alias S.c.MOUNT_ATTR integer|string
---|"IDMAP"|"NOATIME"|"NODEV"|"NODIRATIME"|"NOEXEC"|"NOSUID"|"NOSYMFOLLOW"|"RDONLY"|"RELATIME"
---|"STRICTATIME"|"_ATIME"

--- Flags of move_mount(2).
---@alias S.c.MOVE_MOUNT integer|string
---|"BENEATH"|"F_AUTOMOUNTS"|"F_EMPTY_PATH"|"F_SYMLINKS"|"SET_GROUP"|"T_AUTOMOUNTS"|"T_EMPTY_PATH"
---|"T_SYMLINKS"

--- Policies of set_mempolicy(2).
---@alias S.c.MPOL integer|string
---|"BIND"|"DEFAULT"|"INTERLEAVE"|"LOCAL"|"PREFERRED"|"PREFERRED_MANY"|"WEIGHTED_INTERLEAVE"

--- Flags of get_mempolicy(2), and of a mode.
---@alias S.c.MPOL_F integer|string
---|"ADDR"|"MEMS_ALLOWED"|"NODE"|"RELATIVE_NODES"|"STATIC_NODES"

--- Flags of mbind(2) and move_pages(2).
---@alias S.c.MPOL_MF integer|string
---|"MOVE"|"MOVE_ALL"|"STRICT"

--- Flags of mremap(2).
---@alias S.c.MREMAP integer|string
---|"DONTUNMAP"|"FIXED"|"MAYMOVE"

--- Flags of mount(2).
---@alias S.c.MS integer|string
---|"ACTIVE"|"BIND"|"DIRSYNC"|"INODE32"|"INODE64"|"I_VERSION"|"KERNMOUNT"|"LAZYTIME"|"MANDLOCK"
---|"MOVE"|"NOATIME"|"NODEV"|"NODIRATIME"|"NOEXEC"|"NOSUID"|"NOUSER"|"POSIXACL"|"PRIVATE"|"RDONLY"
---|"REC"|"RELATIME"|"REMOUNT"|"RO"|"RW"|"SECLABEL"|"SHARED"|"SILENT"|"SLAVE"|"STRICTATIME"
---|"SYNCHRONOUS"|"UNBINDABLE"

--- Other input events. linux/input-event-codes.h
---@alias S.c.MSC integer|string
---|"GESTURE"|"MAX"|"PULSELED"|"RAW"|"SCAN"|"SERIAL"

--- Flags of send(2) and recv(2).
---@alias S.c.MSG integer|string
---|"CMSG_CLOEXEC"|"CONFIRM"|"CTRUNC"|"DONTROUTE"|"DONTWAIT"|"EOR"|"ERRQUEUE"|"FIN"|"MORE"
---|"NOSIGNAL"|"OOB"|"PEEK"|"PROXY"|"RST"|"SYN"|"TRUNC"|"TRYHARD"|"WAITALL"|"WAITFORONE"

--- Flags of msync(2).
---@alias S.c.MSYNC integer|string
---|"ASYNC"|"INVALIDATE"|"SYNC"

--- Tools of multi-touch devices. linux/input.h
---@alias S.c.MT_TOOL integer|string
---|"FINGER"|"MAX"|"PEN"

--- Attributes of neighbours: rtnetlink(7).
---@alias S.c.NDA integer|string
---|"CACHEINFO"|"DST"|"LLADDR"|"PROBES"|"UNSPEC"

--- Attributes of neighbour tables: rtnetlink(7).
---@alias S.c.NDTA integer|string
---|"CONFIG"|"GC_INTERVAL"|"NAME"|"PARMS"|"STATS"|"THRESH1"|"THRESH2"|"THRESH3"|"UNSPEC"

--- Parameters of neighbour tables: rtnetlink(7).
---@alias S.c.NDTPA integer|string
---|"ANYCAST_DELAY"|"APP_PROBES"|"BASE_REACHABLE_TIME"|"DELAY_PROBE_TIME"|"GC_STALETIME"|"IFINDEX"
---|"LOCKTIME"|"MCAST_PROBES"|"PROXY_DELAY"|"PROXY_QLEN"|"QUEUE_LEN"|"QUEUE_LENBYTES"
---|"REACHABLE_TIME"|"REFCNT"|"RETRANS_TIME"|"UCAST_PROBES"|"UNSPEC"

--- Protocols of netlink(7).
---@alias S.c.NETLINK integer|string
---|"AUDIT"|"CONNECTOR"|"DNRTMSG"|"ECRYPTFS"|"FIB_LOOKUP"|"FIREWALL"|"GENERIC"|"INET_DIAG"
---|"IP6_FW"|"ISCSI"|"KOBJECT_UEVENT"|"NETFILTER"|"NFLOG"|"ROUTE"|"SCSITRANSPORT"|"SELINUX"
---|"SOCK_DIAG"|"UNUSED"|"USERSOCK"|"XFRM"

--- Verdicts of netfilter.
---@alias S.c.NF integer|string
---|"ACCEPT"|"DROP"|"QUEUE"|"REPEAT"|"STOLEN"|"STOP"

--- Types of netlink messages: netlink(7).
---@alias S.c.NLMSG integer|string
---|"DONE"|"ERROR"|"NOOP"|"OVERRUN"

--- Flags of netlink messages: netlink(7).
---@alias S.c.NLM_F integer|string
---|"ACK"|"APPEND"|"ATOMIC"|"CREATE"|"DUMP"|"ECHO"|"EXCL"|"MATCH"|"MULTI"|"REPLACE"|"REQUEST"
---|"ROOT"

--- Flags of neighbours: rtnetlink(7).
---@alias S.c.NTF integer|string
---|"MASTER"|"PROXY"|"ROUTER"|"SELF"|"USE"

--- States of neighbours: rtnetlink(7).
---@alias S.c.NUD integer|string
---|"DELAY"|"FAILED"|"INCOMPLETE"|"NOARP"|"NONE"|"PERMANENT"|"PROBE"|"REACHABLE"|"STALE"

--- Flags of open(2).
---@alias S.c.O integer|string
---|"ACCMODE"|"APPEND"|"ASYNC"|"CLOEXEC"|"CREAT"|"DIRECT"|"DIRECTORY"|"DSYNC"|"EXCL"|"FSYNC"
---|"LARGEFILE"|"NDELAY"|"NOATIME"|"NOCTTY"|"NOFOLLOW"|"NONBLOCK"|"PATH"|"RDONLY"|"RDWR"|"RSYNC"
---|"SYNC"|"TMPFILE"|"TRUNC"|"WRONLY"

--- Output modes of a terminal: termios(3).
---@alias S.c.OFLAG integer|string
---|"BS0"|"BS1"|"BSDLY"|"CR0"|"CR1"|"CR2"|"CR3"|"CRDLY"|"FF0"|"FF1"|"FFDLY"|"NL0"|"NL1"|"NLDLY"
---|"OCRNL"|"OFDEL"|"OFILL"|"OLCUC"|"ONLCR"|"ONLRET"|"ONOCR"|"OPOST"|"TAB0"|"TAB1"|"TAB2"|"TAB3"
---|"TABDLY"|"VT0"|"VT1"|"VTDLY"|"XTABS"

--- What access(2) asks, a letter each: "rw".
---@alias S.c.OK integer|string
---|"F"|"R"|"W"|"X"

--- Flags of a message queue: mq_getattr(3).
---@alias S.c.OMQATTR integer|string
---|"NONBLOCK"

--- Flags of open_tree(2).
---@alias S.c.OPEN_TREE integer|string
---|"CLOEXEC"|"CLONE"|"EMPTY_PATH"|"NO_AUTOMOUNT"|"RECURSIVE"|"SYMLINK_NOFOLLOW"

--- Flags of pipe2(2).
---@alias S.c.OPIPE integer|string
---|"CLOEXEC"|"DIRECT"|"NONBLOCK"

--- Kinds of numbers for waitid(2).
---@alias S.c.P integer|string
---|"ALL"|"PGID"|"PID"|"PIDFD"

--- Kinds of packets: packet(7).
---@alias S.c.PACKET integer|string
---|"ADD_MEMBERSHIP"|"AUXDATA"|"BROADCAST"|"DROP_MEMBERSHIP"|"HOST"|"MULTICAST"|"OTHERHOST"
---|"OUTGOING"

--- Names of pathconf(3).
---@alias S.c.PC integer|string
---|"2_SYMLINKS"|"ALLOC_SIZE_MIN"|"ASYNC_IO"|"CHOWN_RESTRICTED"|"FILESIZEBITS"|"LINK_MAX"
---|"MAX_CANON"|"MAX_INPUT"|"NAME_MAX"|"NO_TRUNC"|"PATH_MAX"|"PIPE_BUF"|"PRIO_IO"
---|"REC_INCR_XFER_SIZE"|"REC_MAX_XFER_SIZE"|"REC_MIN_XFER_SIZE"|"REC_XFER_ALIGN"|"SOCK_MAXBUF"
---|"SYMLINK_MAX"|"SYNC_IO"|"VDISABLE"

--- Registers of PCI devices. linux/pci_regs.h
---@alias S.c.PCI integer|string
---|"BASE_ADDRESS_0"|"BASE_ADDRESS_1"|"BASE_ADDRESS_2"|"BASE_ADDRESS_3"|"BASE_ADDRESS_4"
---|"BASE_ADDRESS_5"|"BIST"|"BRIDGE_CONTROL"|"CACHE_LINE_SIZE"|"CAPABILITY_LIST"|"CARDBUS_CIS"
---|"CB_BRIDGE_CONTROL"|"CB_CAPABILITY_LIST"|"CB_CARD_BUS"|"CB_IO_BASE_0"|"CB_IO_BASE_0_HI"
---|"CB_IO_BASE_1"|"CB_IO_BASE_1_HI"|"CB_IO_LIMIT_0"|"CB_IO_LIMIT_0_HI"|"CB_IO_LIMIT_1"
---|"CB_IO_LIMIT_1_HI"|"CB_LATENCY_TIMER"|"CB_LEGACY_MODE_BASE"|"CB_MEMORY_BASE_0"
---|"CB_MEMORY_BASE_1"|"CB_MEMORY_LIMIT_0"|"CB_MEMORY_LIMIT_1"|"CB_PRIMARY_BUS"|"CB_SEC_STATUS"
---|"CB_SUBORDINATE_BUS"|"CB_SUBSYSTEM_ID"|"CB_SUBSYSTEM_VENDOR_ID"|"CLASS_DEVICE"|"CLASS_PROG"
---|"CLASS_REVISION"|"COMMAND"|"DEVICE_ID"|"HEADER_TYPE"|"INTERRUPT_LINE"|"INTERRUPT_PIN"
---|"IO_BASE"|"IO_BASE_UPPER16"|"IO_LIMIT"|"IO_LIMIT_UPPER16"|"LATENCY_TIMER"|"MAX_LAT"
---|"MEMORY_BASE"|"MEMORY_LIMIT"|"MIN_GNT"|"PREF_BASE_UPPER32"|"PREF_LIMIT_UPPER32"
---|"PREF_MEMORY_BASE"|"PREF_MEMORY_LIMIT"|"PRIMARY_BUS"|"REVISION_ID"|"ROM_ADDRESS"
---|"ROM_ADDRESS1"|"SECONDARY_BUS"|"SEC_LATENCY_TIMER"|"SEC_STATUS"|"STATUS"|"SUBORDINATE_BUS"
---|"SUBSYSTEM_ID"|"SUBSYSTEM_VENDOR_ID"|"VENDOR_ID"

--- Bits of PCI base addresses. linux/pci_regs.h
---@alias S.c.PCI_BASE_ADDRESS integer|string
---|"MEM_PREFETCH"|"MEM_TYPE_1M"|"MEM_TYPE_32"|"MEM_TYPE_64"|"MEM_TYPE_MASK"|"SPACE"|"SPACE_IO"
---|"SPACE_MEMORY"

--- Events by name: perf_event_open(2).
---@alias S.c.PERF_COUNT integer|string
---|"HW_BRANCH_INSTRUCTIONS"|"HW_BRANCH_MISSES"|"HW_BUS_CYCLES"|"HW_CACHE_BPU"|"HW_CACHE_DTLB"
---|"HW_CACHE_ITLB"|"HW_CACHE_L1D"|"HW_CACHE_L1I"|"HW_CACHE_LL"|"HW_CACHE_MISSES"|"HW_CACHE_NODE"
---|"HW_CACHE_OP_PREFETCH"|"HW_CACHE_OP_READ"|"HW_CACHE_OP_WRITE"|"HW_CACHE_REFERENCES"
---|"HW_CACHE_RESULT_ACCESS"|"HW_CACHE_RESULT_MISS"|"HW_CPU_CYCLES"|"HW_INSTRUCTIONS"
---|"HW_REF_CPU_CYCLES"|"HW_STALLED_CYCLES_BACKEND"|"HW_STALLED_CYCLES_FRONTEND"
---|"SW_ALIGNMENT_FAULTS"|"SW_BPF_OUTPUT"|"SW_CONTEXT_SWITCHES"|"SW_CPU_CLOCK"|"SW_CPU_MIGRATIONS"
---|"SW_DUMMY"|"SW_EMULATION_FAULTS"|"SW_PAGE_FAULTS"|"SW_PAGE_FAULTS_MAJ"|"SW_PAGE_FAULTS_MIN"
---|"SW_TASK_CLOCK"

--- Flags of perf_event_open(2).
---@alias S.c.PERF_FLAG integer|string
---|"FD_CLOEXEC"|"FD_NO_GROUP"|"FD_OUTPUT"|"PID_CGROUP"

--- What a read of an event gives: perf_event_open(2).
---@alias S.c.PERF_READ_FORMAT integer|string
---|"GROUP"|"ID"|"TOTAL_TIME_ENABLED"|"TOTAL_TIME_RUNNING"

--- Kinds of records: perf_event_open(2).
---@alias S.c.PERF_RECORD integer|string
---|"AUX"|"COMM"|"EXIT"|"FORK"|"ITRACE_START"|"LOST"|"LOST_SAMPLES"|"MMAP"|"MMAP2"|"READ"|"SAMPLE"
---|"SWITCH"|"SWITCH_CPU_WIDE"|"THROTTLE"|"UNTHROTTLE"

--- What a sample holds: perf_event_open(2).
---@alias S.c.PERF_SAMPLE integer|string
---|"ADDR"|"BRANCH_STACK"|"CALLCHAIN"|"CPU"|"DATA_SRC"|"ID"|"IDENTIFIER"|"IP"|"PERIOD"|"RAW"
---|"READ"|"REGS_INTR"|"REGS_USER"|"STACK_USER"|"STREAM_ID"|"TID"|"TIME"|"TRANSACTION"|"WEIGHT"

--- Which branches a sample holds: perf_event_open(2).
---@alias S.c.PERF_SAMPLE_BRANCH integer|string
---|"ABORT_TX"|"ABORT_TX_SHIFT"|"ANY"|"ANY_CALL"|"ANY_CALL_SHIFT"|"ANY_RETURN"|"ANY_RETURN_SHIFT"
---|"ANY_SHIFT"|"CALL"|"CALL_SHIFT"|"CALL_STACK"|"CALL_STACK_SHIFT"|"COND"|"COND_SHIFT"|"HV"
---|"HV_SHIFT"|"IND_CALL"|"IND_CALL_SHIFT"|"IND_JUMP"|"IND_JUMP_SHIFT"|"IN_TX"|"IN_TX_SHIFT"
---|"KERNEL"|"KERNEL_SHIFT"|"NO_CYCLES"|"NO_CYCLES_SHIFT"|"NO_FLAGS"|"NO_FLAGS_SHIFT"|"NO_TX"
---|"NO_TX_SHIFT"|"USER"|"USER_SHIFT"

--- Kinds of events: perf_event_open(2).
---@alias S.c.PERF_TYPE integer|string
---|"BREAKPOINT"|"HARDWARE"|"HW_CACHE"|"RAW"|"SOFTWARE"|"TRACEPOINT"

--- How programs are run: personality(2).
---@alias S.c.PERSONALITY integer|string
---|"ADDR_COMPAT_LAYOUT"|"ADDR_NO_RANDOMIZE"|"LINUX32"|"MMAP_PAGE_ZERO"|"READ_IMPLIES_EXEC"
---|"STICKY_TIMEOUTS"|"UNAME26"

--- Flags of pidfd_open(2).
---@alias S.c.PIDFD integer|string
---|"NONBLOCK"|"THREAD"

--- Whom a signal through a pidfd reaches: pidfd_send_signal(2).
---@alias S.c.PIDFD_SIGNAL integer|string
---|"PROCESS_GROUP"|"THREAD"|"THREAD_GROUP"

--- Events of poll(2).
---@alias S.c.POLL integer|string
---|"ERR"|"HUP"|"IN"|"MSG"|"NVAL"|"OUT"|"PRI"|"RDBAND"|"RDHUP"|"RDNORM"|"REMOVE"|"WRBAND"|"WRNORM"

--- Attributes of virtual ports. linux/if_link.h
---@alias S.c.PORT integer|string
---|"PROFILE_MAX"|"SELF_VF"|"UUID_MAX"

--- Answers about virtual ports. linux/if_link.h
---@alias S.c.PORT_PROFILE_RESPONSE integer|string
---|"BADSTATE"|"ERROR"|"INPROGRESS"|"INSUFFICIENT_RESOURCES"|"INVALID"|"SUCCESS"

--- Requests about virtual ports. linux/if_link.h
---@alias S.c.PORT_REQUEST integer|string
---|"ASSOCIATE"|"DISASSOCIATE"|"PREASSOCIATE"|"PREASSOCIATE_RR"

--- Answers about virtual ports. linux/if_link.h
---@alias S.c.PORT_VDP_RESPONSE integer|string
---|"INSUFFICIENT_RESOURCES"|"INVALID_FORMAT"|"OUT_OF_SYNC"|"SUCCESS"|"UNUSED_VTID"
---|"VTID_VERSION_VIOALTION"|"VTID_VIOLATION"

--- Advice of posix_fadvise(2).
---@alias S.c.POSIX_FADV integer|string
---|"DONTNEED"|"NOREUSE"|"NORMAL"|"RANDOM"|"SEQUENTIAL"|"WILLNEED"

--- Options of prctl(2).
---@alias S.c.PR integer|string
---|"CAPBSET_DROP"|"CAPBSET_READ"|"CAP_AMBIENT"|"GET_CHILD_SUBREAPER"|"GET_DUMPABLE"|"GET_ENDIAN"
---|"GET_FPEMU"|"GET_FPEXC"|"GET_IO_FLUSHER"|"GET_KEEPCAPS"|"GET_NAME"|"GET_NO_NEW_PRIVS"
---|"GET_PDEATHSIG"|"GET_SECCOMP"|"GET_SECUREBITS"|"GET_SPECULATION_CTRL"|"GET_THP_DISABLE"
---|"GET_TID_ADDRESS"|"GET_TIMERSLACK"|"GET_TIMING"|"GET_TSC"|"GET_UNALIGN"|"MCE_KILL"
---|"MCE_KILL_GET"|"SCHED_CORE"|"SET_CHILD_SUBREAPER"|"SET_DUMPABLE"|"SET_ENDIAN"|"SET_FPEMU"
---|"SET_FPEXC"|"SET_IO_FLUSHER"|"SET_KEEPCAPS"|"SET_MM"|"SET_NAME"|"SET_NO_NEW_PRIVS"
---|"SET_PDEATHSIG"|"SET_PTRACER"|"SET_SECCOMP"|"SET_SECUREBITS"|"SET_SPECULATION_CTRL"
---|"SET_SYSCALL_USER_DISPATCH"|"SET_THP_DISABLE"|"SET_TIMERSLACK"|"SET_TIMING"|"SET_TSC"
---|"SET_UNALIGN"|"SET_VMA"|"TASK_PERF_EVENTS_DISABLE"|"TASK_PERF_EVENTS_ENABLE"

--- Whose nice value: getpriority(2).
---@alias S.c.PRIO integer|string
---|"PGRP"|"PROCESS"|"USER"

--- Advice of process_madvise(2).
---@alias S.c.PROCESS_MADV integer|string
---|"COLD"|"COLLAPSE"|"PAGEOUT"|"WILLNEED"

--- Protection of memory: mmap(2).
---@alias S.c.PROT integer|string
---|"EXEC"|"GROWSDOWN"|"GROWSUP"|"NONE"|"READ"|"WRITE"

--- Operations of prctl(2) on ambient capabilities.
---@alias S.c.PR_CAP_AMBIENT integer|string
---|"CLEAR_ALL"|"IS_SET"|"LOWER"|"RAISE"

--- Values of prctl(2), byte order.
---@alias S.c.PR_ENDIAN integer|string
---|"BIG"|"LITTLE"|"PPC_LITTLE"

--- Values of prctl(2), emulation of floating point.
---@alias S.c.PR_FPEMU integer|string
---|"NOPRINT"|"SIGFPE"

--- Values of prctl(2), exceptions of floating point.
---@alias S.c.PR_FP_EXC integer|string
---|"ASYNC"|"DISABLED"|"DIV"|"INV"|"NONRECOV"|"OVF"|"PRECISE"|"RES"|"SW_ENABLE"|"UND"

--- Values of prctl(2), memory errors.
---@alias S.c.PR_MCE_KILL integer|string
---|"CLEAR"|"SET"

--- Values of prctl(2), memory errors.
---@alias S.c.PR_MCE_KILL_OPT integer|string
---|"DEFAULT"|"EARLY"|"LATE"

--- Values of prctl(2), process timing.
---@alias S.c.PR_TIMING integer|string
---|"STATISTICAL"|"TIMESTAMP"

--- Values of prctl(2), the time stamp counter.
---@alias S.c.PR_TSC integer|string
---|"ENABLE"|"SIGSEGV"

--- Values of prctl(2), unaligned access.
---@alias S.c.PR_UNALIGN integer|string
---|"NOPRINT"|"SIGBUS"

--- Requests of ptrace(2).
---@alias S.c.PTRACE integer|string
---|"ATTACH"|"CONT"|"DETACH"|"GETEVENTMSG"|"GETREGSET"|"GETSIGINFO"|"GET_SYSCALL_INFO"|"INTERRUPT"
---|"KILL"|"LISTEN"|"PEEKDATA"|"PEEKTEXT"|"PEEKUSER"|"POKEDATA"|"POKETEXT"|"POKEUSER"|"SEIZE"
---|"SETOPTIONS"|"SETREGSET"|"SETSIGINFO"|"SINGLESTEP"|"SYSCALL"|"TRACEME"

--- What stopped a traced process: ptrace(2).
---@alias S.c.PTRACE_EVENT integer|string
---|"CLONE"|"EXEC"|"EXIT"|"FORK"|"SECCOMP"|"STOP"|"VFORK"|"VFORK_DONE"

--- Options of ptrace(2).
---@alias S.c.PTRACE_O integer|string
---|"EXITKILL"|"SUSPEND_SECCOMP"|"TRACECLONE"|"TRACEEXEC"|"TRACEEXIT"|"TRACEFORK"|"TRACESECCOMP"
---|"TRACESYSGOOD"|"TRACEVFORK"|"TRACEVFORKDONE"

--- What ptrace_syscall_info tells of.
---@alias S.c.PTRACE_SYSCALL_INFO integer|string
---|"ENTRY"|"EXIT"|"NONE"|"SECCOMP"

--- Commands of quotactl(2).
---@alias S.c.Q integer|string
---|"GETFMT"|"GETINFO"|"GETNEXTQUOTA"|"GETQUOTA"|"QUOTAOFF"|"QUOTAON"|"SETINFO"|"SETQUOTA"|"SYNC"

--- Formats and types of quotas: quotactl(2).
---@alias S.c.QFMT integer|string
---|"OCFS2"|"VFS_OLD"|"VFS_V0"|"VFS_V1"

--- Fields of t.dqblk that are meant: quotactl(2).
---@alias S.c.QIF integer|string
---|"ALL"|"BLIMITS"|"BTIME"|"ILIMITS"|"INODES"|"ITIME"|"LIMITS"|"SPACE"|"TIMES"|"USAGE"

--- Whose quotas: quotactl(2).
---@alias S.c.QUOTA integer|string
---|"GRP"|"PRJ"|"USR"

--- Registers in t.mcontext. ucontext.h
---@alias S.c.REG integer|string
---|"CR2"|"CSGSFS"|"EFL"|"ERR"|"OLDMASK"|"R10"|"R11"|"R12"|"R13"|"R14"|"R15"|"R8"|"R9"|"RAX"|"RBP"
---|"RBX"|"RCX"|"RDI"|"RDX"|"RIP"|"RSI"|"RSP"|"TRAPNO"

--- Relative axes of input devices. linux/input-event-codes.h
---@alias S.c.REL integer|string
---|"DIAL"|"HWHEEL"|"MAX"|"MISC"|"RX"|"RY"|"RZ"|"WHEEL"|"X"|"Y"|"Z"

--- Flags of renameat2(2).
---@alias S.c.RENAME integer|string
---|"EXCHANGE"|"NOREPLACE"|"WHITEOUT"

--- Repetition of keys. linux/input-event-codes.h
---@alias S.c.REP integer|string
---|"DELAY"|"MAX"|"PERIOD"

--- What openat2(2) may not do on its way.
---@alias S.c.RESOLVE integer|string
---|"BENEATH"|"CACHED"|"IN_ROOT"|"NO_MAGICLINKS"|"NO_SYMLINKS"|"NO_XDEV"

--- Values of limits: getrlimit(2).
---@alias S.c.RLIM integer|string
---|"INFINITY"

--- Resources: getrlimit(2).
---@alias S.c.RLIMIT integer|string
---|"AS"|"CORE"|"CPU"|"DATA"|"FSIZE"|"LOCKS"|"MEMLOCK"|"MSGQUEUE"|"NICE"|"NOFILE"|"NPROC"|"OFILE"
---|"RSS"|"RTPRIO"|"RTTIME"|"SIGPENDING"|"STACK"

--- Attributes of routes: rtnetlink(7).
---@alias S.c.RTA integer|string
---|"CACHEINFO"|"DST"|"FLOW"|"GATEWAY"|"IIF"|"MARK"|"METRICS"|"MFC_STATS"|"MP_ALGO"|"MULTIPATH"
---|"NEWDST"|"OIF"|"PREF"|"PREFSRC"|"PRIORITY"|"PROTOINFO"|"SESSION"|"SRC"|"TABLE"|"UNSPEC"|"VIA"

--- Flags of routes: route(8).
---@alias S.c.RTF integer|string
---|"ADDRCONF"|"ALLONLINK"|"ANYCAST"|"CACHE"|"DEFAULT"|"DYNAMIC"|"EXPIRES"|"FLOW"|"GATEWAY"|"HOST"
---|"IRTT"|"LOCAL"|"MODIFIED"|"MSS"|"MTU"|"NONEXTHOP"|"POLICY"|"PREFIX_RT"|"REINSTATE"|"REJECT"
---|"ROUTEINFO"|"UP"|"WINDOW"

--- Types of routing messages: rtnetlink(7).
---@alias S.c.RTM integer|string
---|"DELACTION"|"DELADDR"|"DELADDRLABEL"|"DELLINK"|"DELNEIGH"|"DELQDISC"|"DELROUTE"|"DELRULE"
---|"DELTCLASS"|"DELTFILTER"|"GETACTION"|"GETADDR"|"GETADDRLABEL"|"GETANYCAST"|"GETDCB"|"GETLINK"
---|"GETMULTICAST"|"GETNEIGH"|"GETNEIGHTBL"|"GETQDISC"|"GETROUTE"|"GETRULE"|"GETTCLASS"
---|"GETTFILTER"|"NEWACTION"|"NEWADDR"|"NEWADDRLABEL"|"NEWLINK"|"NEWNDUSEROPT"|"NEWNEIGH"
---|"NEWNEIGHTBL"|"NEWPREFIX"|"NEWQDISC"|"NEWROUTE"|"NEWRULE"|"NEWTCLASS"|"NEWTFILTER"|"SETDCB"
---|"SETLINK"|"SETNEIGHTBL"

--- Multicast groups as bits: rtnetlink(7).
---@alias S.c.RTMGRP integer|string
---|"IPV4_IFADDR"|"IPV4_MROUTE"|"IPV4_ROUTE"|"IPV4_RULE"|"IPV6_IFADDR"|"IPV6_IFINFO"|"IPV6_MROUTE"
---|"IPV6_PREFIX"|"IPV6_ROUTE"|"LINK"|"NEIGH"|"NOTIFY"|"TC"

--- Flags of routes: rtnetlink(7).
---@alias S.c.RTM_F integer|string
---|"CLONED"|"EQUALIZE"|"NOTIFY"|"PREFIX"

--- Types of routes: rtnetlink(7).
---@alias S.c.RTN integer|string
---|"ANYCAST"|"BLACKHOLE"|"BROADCAST"|"LOCAL"|"MULTICAST"|"NAT"|"PROHIBIT"|"THROW"|"UNICAST"
---|"UNREACHABLE"|"UNSPEC"|"XRESOLVE"

--- Multicast groups: rtnetlink(7).
---@alias S.c.RTNLGRP integer|string
---|"DCB"|"IPV4_IFADDR"|"IPV4_MROUTE"|"IPV4_ROUTE"|"IPV4_RULE"|"IPV6_IFADDR"|"IPV6_IFINFO"
---|"IPV6_MROUTE"|"IPV6_PREFIX"|"IPV6_ROUTE"|"IPV6_RULE"|"LINK"|"ND_USEROPT"|"NEIGH"|"NONE"|"NOP2"
---|"NOP4"|"NOTIFY"|"PHONET_IFADDR"|"PHONET_ROUTE"|"TC"

--- Origins of routes: rtnetlink(7).
---@alias S.c.RTPROT integer|string
---|"BIRD"|"BOOT"|"DHCP"|"DNROUTED"|"GATED"|"KERNEL"|"MRT"|"NTK"|"RA"|"REDIRECT"|"STATIC"|"UNSPEC"
---|"XORP"|"ZEBRA"

--- Scopes of routes and addresses: rtnetlink(7).
---@alias S.c.RT_SCOPE integer|string
---|"HOST"|"LINK"|"NOWHERE"|"SITE"|"UNIVERSE"

--- Routing tables: rtnetlink(7).
---@alias S.c.RT_TABLE integer|string
---|"COMPAT"|"DEFAULT"|"LOCAL"|"MAIN"|"MAX"|"UNSPEC"

--- Whose use: getrusage(2).
---@alias S.c.RUSAGE integer|string
---|"BOTH"|"CHILDREN"|"SELF"|"THREAD"

--- Flags of preadv2(2).
---@alias S.c.RWF integer|string
---|"APPEND"|"DSYNC"|"HIPRI"|"NOAPPEND"|"NOWAIT"|"SYNC"

--- Flags of sigaction(2).
---@alias S.c.SA integer|string
---|"NOCLDSTOP"|"NOCLDWAIT"|"NODEFER"|"NOMASK"|"ONESHOT"|"ONSTACK"|"RESETHAND"|"RESTART"
---|"RESTORER"|"SIGINFO"

--- Policies of sched_setscheduler(2).
---@alias S.c.SCHED integer|string
---|"BATCH"|"DEADLINE"|"FIFO"|"IDLE"|"NORMAL"|"OTHER"|"RESET_ON_FORK"|"RR"

--- Flags of sched_setattr(2).
---@alias S.c.SCHED_FLAG integer|string
---|"DL_OVERRUN"|"KEEP_PARAMS"|"KEEP_POLICY"|"RECLAIM"|"RESET_ON_FORK"|"UTIL_CLAMP_MAX"
---|"UTIL_CLAMP_MIN"

--- Policies of sched_setattr(2).
---@alias S.c.SCHED_POLICY integer|string
---|"BATCH"|"DEADLINE"|"EXT"|"FIFO"|"IDLE"|"NORMAL"|"RR"

--- Messages beside the bytes: unix(7).
---@alias S.c.SCM integer|string
---|"CREDENTIALS"|"PIDFD"|"RIGHTS"|"SECURITY"|"TIMESTAMP"|"TIMESTAMPING"|"TIMESTAMPING_OPT_STATS"
---|"TIMESTAMPNS"|"TSTAMP_ACK"|"TSTAMP_SCHED"|"TSTAMP_SND"

--- Secure bits of prctl(2): capabilities(7).
---@alias S.c.SECBIT integer|string
---|"KEEP_CAPS"|"KEEP_CAPS_LOCKED"|"NOROOT"|"NOROOT_LOCKED"|"NO_CAP_AMBIENT_RAISE"
---|"NO_CAP_AMBIENT_RAISE_LOCKED"|"NO_SETUID_FIXUP"|"NO_SETUID_FIXUP_LOCKED"

--- Operations of seccomp(2).
---@alias S.c.SECCOMP integer|string
---|"GET_ACTION_AVAIL"|"SET_MODE_FILTER"|"SET_MODE_STRICT"

--- Flags of seccomp_notify_addfd: seccomp_unotify(2).
---@alias S.c.SECCOMP_ADDFD_FLAG integer|string
---|"SEND"|"SETFD"

--- Flags of seccomp(2).
---@alias S.c.SECCOMP_FILTER_FLAG integer|string
---|"LOG"|"NEW_LISTENER"|"SPEC_ALLOW"|"TSYNC"|"TSYNC_ESRCH"|"WAIT_KILLABLE_RECV"

--- Modes of prctl(2)'s seccomp.
---@alias S.c.SECCOMP_MODE integer|string
---|"DISABLED"|"FILTER"|"STRICT"

--- What a filter decides: seccomp(2).
---@alias S.c.SECCOMP_RET integer|string
---|"ACTION"|"ALLOW"|"DATA"|"ERRNO"|"KILL"|"KILL_PROCESS"|"KILL_THREAD"|"LOG"|"TRACE"|"TRAP"
---|"USER_NOTIF"

--- Flags of an answer: seccomp_unotify(2).
---@alias S.c.SECCOMP_USER_NOTIF_FLAG integer|string
---|"CONTINUE"

--- Where lseek(2) counts from.
---@alias S.c.SEEK integer|string
---|"CUR"|"DATA"|"END"|"HOLE"|"SET"

--- Commands of semctl(2).
---@alias S.c.SEM integer|string
---|"GETALL"|"GETNCNT"|"GETPID"|"GETVAL"|"GETZCNT"|"RMID"|"SET"|"SETALL"|"SETVAL"|"STAT"

--- Flags of signalfd(2).
---@alias S.c.SFD integer|string
---|"CLOEXEC"|"NONBLOCK"

--- Flags of shmat(2).
---@alias S.c.SHM integer|string
---|"EXEC"|"RDONLY"

--- Directions of shutdown(2).
---@alias S.c.SHUT integer|string
---|"RD"|"RDWR"|"WR"

--- Origins of signals: sigaction(2).
---@alias S.c.SI integer|string
---|"ASYNCIO"|"ASYNCNL"|"KERNEL"|"MESGQ"|"QUEUE"|"SIGIO"|"TIMER"|"TKILL"|"USER"

--- Signals, without their SIG: signal(7).
---@alias S.c.SIG integer|string
---|"ABRT"|"ALRM"|"BUS"|"CHLD"|"CLD"|"CONT"|"FPE"|"HUP"|"ILL"|"INT"|"IO"|"IOT"|"KILL"|"PIPE"
---|"POLL"|"PROF"|"PWR"|"QUIT"|"SEGV"|"STKFLT"|"STOP"|"SYS"|"TERM"|"TRAP"|"TSTP"|"TTIN"|"TTOU"
---|"URG"|"USR1"|"USR2"|"VTALRM"|"WINCH"|"XCPU"|"XFSZ"

--- "dfl" and "ign": signal(2).
---@alias S.c.SIGACT integer|string
---|"DFL"|"ERR"|"HOLD"|"IGN"

--- Codes of SIGBUS: sigaction(2).
---@alias S.c.SIGBUS integer|string
---|"ADRALN"|"ADRERR"|"OBJERR"

--- Codes of SIGCHLD: sigaction(2).
---@alias S.c.SIGCLD integer|string
---|"CONTINUED"|"DUMPED"|"EXITED"|"KILLED"|"STOPPED"|"TRAPPED"

--- How a timer tells: sigevent(7).
---@alias S.c.SIGEV integer|string
---|"NONE"|"SIGNAL"|"THREAD"|"THREAD_ID"

--- Codes of SIGFPE: sigaction(2).
---@alias S.c.SIGFPE integer|string
---|"FLTDIV"|"FLTINV"|"FLTOVF"|"FLTRES"|"FLTSUB"|"FLTUND"|"INTDIV"|"INTOVF"

--- Codes of SIGILL: sigaction(2).
---@alias S.c.SIGILL integer|string
---|"BADSTK"|"COPROC"|"ILLADR"|"ILLOPC"|"ILLOPN"|"ILLTRP"|"PRVOPC"|"PRVREG"

--- How sigprocmask(2) changes the mask.
---@alias S.c.SIGPM integer|string
---|"BLOCK"|"SETMASK"|"UNBLOCK"

--- Codes of SIGPOLL: sigaction(2).
---@alias S.c.SIGPOLL integer|string
---|"ERR"|"HUP"|"IN"|"MSG"|"OUT"|"PRI"

--- Codes of SIGSEGV: sigaction(2).
---@alias S.c.SIGSEGV integer|string
---|"ACCERR"|"MAPERR"

--- Codes of SIGTRAP: sigaction(2).
---@alias S.c.SIGTRAP integer|string
---|"BRKPT"|"TRACE"

--- Sounds of input devices. linux/input-event-codes.h
---@alias S.c.SND integer|string
---|"BELL"|"CLICK"|"MAX"|"TONE"

--- Options of sockets: socket(7).
---@alias S.c.SO integer|string
---|"ACCEPTCONN"|"ATTACH_BPF"|"ATTACH_FILTER"|"ATTACH_REUSEPORT_CBPF"|"ATTACH_REUSEPORT_EBPF"
---|"BINDTODEVICE"|"BPF_EXTENSIONS"|"BROADCAST"|"BSDCOMPAT"|"BUSY_POLL"|"DEBUG"|"DETACH_BPF"
---|"DETACH_FILTER"|"DOMAIN"|"DONTROUTE"|"ERROR"|"GET_FILTER"|"INCOMING_CPU"|"KEEPALIVE"|"LINGER"
---|"LOCK_FILTER"|"MARK"|"MAX_PACING_RATE"|"NOFCS"|"NO_CHECK"|"OOBINLINE"|"PASSCRED"|"PASSSEC"
---|"PEEK_OFF"|"PEERCRED"|"PEERNAME"|"PEERSEC"|"PRIORITY"|"PROTOCOL"|"RCVBUF"|"RCVBUFFORCE"
---|"RCVLOWAT"|"RCVTIMEO"|"REUSEADDR"|"REUSEPORT"|"RXQ_OVFL"|"SECURITY_AUTHENTICATION"
---|"SECURITY_ENCRYPTION_NETWORK"|"SECURITY_ENCRYPTION_TRANSPORT"|"SELECT_ERR_QUEUE"|"SNDBUF"
---|"SNDBUFFORCE"|"SNDLOWAT"|"SNDTIMEO"|"TIMESTAMP"|"TIMESTAMPING"|"TIMESTAMPNS"|"TYPE"
---|"WIFI_STATUS"

--- Types of sockets, and their flags: socket(2).
---@alias S.c.SOCK integer|string
---|"CLOEXEC"|"DCCP"|"DGRAM"|"NONBLOCK"|"PACKET"|"RAW"|"RDM"|"SEQPACKET"|"STREAM"

--- Time stamps of packets. linux/net_tstamp.h
---@alias S.c.SOF integer|string
---|"TIMESTAMPING_LAST"|"TIMESTAMPING_MASK"|"TIMESTAMPING_OPT_CMSG"|"TIMESTAMPING_OPT_ID"
---|"TIMESTAMPING_OPT_PKTINFO"|"TIMESTAMPING_OPT_STATS"|"TIMESTAMPING_OPT_TSONLY"
---|"TIMESTAMPING_OPT_TX_SWHW"|"TIMESTAMPING_RAW_HARDWARE"|"TIMESTAMPING_RX_HARDWARE"
---|"TIMESTAMPING_RX_SOFTWARE"|"TIMESTAMPING_SOFTWARE"|"TIMESTAMPING_SYS_HARDWARE"
---|"TIMESTAMPING_TX_ACK"|"TIMESTAMPING_TX_HARDWARE"|"TIMESTAMPING_TX_SCHED"
---|"TIMESTAMPING_TX_SOFTWARE"

--- Levels of socket options: setsockopt(2).
---@alias S.c.SOL integer|string
---|"AAL"|"ATM"|"DECNET"|"ICMPV6"|"IP"|"IPV6"|"IRDA"|"NETLINK"|"PACKET"|"RAW"|"SOCKET"|"TCP"|"TLS"
---|"UDP"|"X25"

--- Flags of splice(2).
---@alias S.c.SPLICE_F integer|string
---|"GIFT"|"MORE"|"MOVE"|"NONBLOCK"

--- Status of the clock: adjtimex(2).
---@alias S.c.STA integer|string
---|"CLK"|"CLOCKERR"|"DEL"|"FLL"|"FREQHOLD"|"INS"|"MODE"|"NANO"|"PLL"|"PPSERROR"|"PPSFREQ"
---|"PPSJITTER"|"PPSSIGNAL"|"PPSTIME"|"PPSWANDER"|"UNSYNC"

--- What statx(2) shall tell.
---@alias S.c.STATX integer|string
---|"ATIME"|"BASIC_STATS"|"BLOCKS"|"BTIME"|"CTIME"|"DIOALIGN"|"GID"|"INO"|"MNT_ID"|"MODE"|"MTIME"
---|"NLINK"|"SIZE"|"TYPE"|"UID"

--- Attributes that statx(2) tells.
---@alias S.c.STATX_ATTR integer|string
---|"APPEND"|"AUTOMOUNT"|"COMPRESSED"|"DAX"|"ENCRYPTED"|"IMMUTABLE"|"MOUNT_ROOT"|"NODUMP"|"VERITY"

--- Numbers of the standard descriptors: stdin(3).
---@alias S.c.STD integer|string
---|"ERR"|"ERR_FILENO"|"IN"|"IN_FILENO"|"OUT"|"OUT_FILENO"

--- Flags of swapon(2); a number is a priority.
---@alias S.c.SWAP_FLAG integer|string
---|"DISCARD"|"PREFER"|"PRIO_MASK"|"PRIO_SHIFT"

--- Synchronisation of input events. linux/input-event-codes.h
---@alias S.c.SYN integer|string
---|"CONFIG"|"DROPPED"|"MT_REPORT"|"REPORT"

--- Flags of sync_file_range(2).
---@alias S.c.SYNC_FILE_RANGE integer|string
---|"WAIT_AFTER"|"WAIT_BEFORE"|"WRITE"

--- Numbers of the system calls: syscalls(2).
---@alias S.c.SYS integer|string
---|"_sysctl"|"accept"|"accept4"|"access"|"acct"|"add_key"|"adjtimex"|"afs_syscall"|"alarm"
---|"arch_prctl"|"bind"|"bpf"|"brk"|"capget"|"capset"|"chdir"|"chmod"|"chown"|"chroot"
---|"clock_adjtime"|"clock_getres"|"clock_gettime"|"clock_nanosleep"|"clock_settime"|"clone"
---|"clone3"|"close"|"close_range"|"connect"|"copy_file_range"|"creat"|"create_module"
---|"delete_module"|"dup"|"dup2"|"dup3"|"epoll_create"|"epoll_create1"|"epoll_ctl"|"epoll_ctl_old"
---|"epoll_pwait"|"epoll_pwait2"|"epoll_wait"|"epoll_wait_old"|"eventfd"|"eventfd2"|"execve"
---|"execveat"|"exit"|"exit_group"|"faccessat"|"faccessat2"|"fadvise64"|"fallocate"
---|"fanotify_init"|"fanotify_mark"|"fchdir"|"fchmod"|"fchmodat"|"fchown"|"fchownat"|"fcntl"
---|"fdatasync"|"fgetxattr"|"finit_module"|"flistxattr"|"flock"|"fork"|"fremovexattr"|"fsconfig"
---|"fsetxattr"|"fsmount"|"fsopen"|"fspick"|"fstat"|"fstatfs"|"fsync"|"ftruncate"|"futex"
---|"futex_waitv"|"futimesat"|"get_kernel_syms"|"get_mempolicy"|"get_robust_list"
---|"get_thread_area"|"getcpu"|"getcwd"|"getdents"|"getdents64"|"getegid"|"geteuid"|"getgid"
---|"getgroups"|"getitimer"|"getpeername"|"getpgid"|"getpgrp"|"getpid"|"getpmsg"|"getppid"
---|"getpriority"|"getrandom"|"getresgid"|"getresuid"|"getrlimit"|"getrusage"|"getsid"
---|"getsockname"|"getsockopt"|"gettid"|"gettimeofday"|"getuid"|"getxattr"|"init_module"
---|"inotify_add_watch"|"inotify_init"|"inotify_init1"|"inotify_rm_watch"|"io_cancel"|"io_destroy"
---|"io_getevents"|"io_pgetevents"|"io_setup"|"io_submit"|"io_uring_enter"|"io_uring_register"
---|"io_uring_setup"|"ioctl"|"ioperm"|"iopl"|"ioprio_get"|"ioprio_set"|"kcmp"|"kexec_file_load"
---|"kexec_load"|"keyctl"|"kill"|"landlock_add_rule"|"landlock_create_ruleset"
---|"landlock_restrict_self"|"lchown"|"lgetxattr"|"link"|"linkat"|"listen"|"listxattr"
---|"llistxattr"|"lookup_dcookie"|"lremovexattr"|"lseek"|"lsetxattr"|"lstat"|"madvise"|"mbind"
---|"membarrier"|"memfd_create"|"memfd_secret"|"migrate_pages"|"mincore"|"mkdir"|"mkdirat"|"mknod"
---|"mknodat"|"mlock"|"mlock2"|"mlockall"|"mmap"|"modify_ldt"|"mount"|"mount_setattr"|"move_mount"
---|"move_pages"|"mprotect"|"mq_getsetattr"|"mq_notify"|"mq_open"|"mq_timedreceive"|"mq_timedsend"
---|"mq_unlink"|"mremap"|"msgctl"|"msgget"|"msgrcv"|"msgsnd"|"msync"|"munlock"|"munlockall"
---|"munmap"|"name_to_handle_at"|"nanosleep"|"newfstatat"|"nfsservctl"|"open"|"open_by_handle_at"
---|"open_tree"|"openat"|"openat2"|"pause"|"perf_event_open"|"personality"|"pidfd_getfd"
---|"pidfd_open"|"pidfd_send_signal"|"pipe"|"pipe2"|"pivot_root"|"pkey_alloc"|"pkey_free"
---|"pkey_mprotect"|"poll"|"ppoll"|"prctl"|"pread64"|"preadv"|"preadv2"|"prlimit64"
---|"process_madvise"|"process_mrelease"|"process_vm_readv"|"process_vm_writev"|"pselect6"
---|"ptrace"|"putpmsg"|"pwrite64"|"pwritev"|"pwritev2"|"query_module"|"quotactl"|"quotactl_fd"
---|"read"|"readahead"|"readlink"|"readlinkat"|"readv"|"reboot"|"recvfrom"|"recvmmsg"|"recvmsg"
---|"remap_file_pages"|"removexattr"|"rename"|"renameat"|"renameat2"|"request_key"
---|"restart_syscall"|"rmdir"|"rseq"|"rt_sigaction"|"rt_sigpending"|"rt_sigprocmask"
---|"rt_sigqueueinfo"|"rt_sigreturn"|"rt_sigsuspend"|"rt_sigtimedwait"|"rt_tgsigqueueinfo"
---|"sched_get_priority_max"|"sched_get_priority_min"|"sched_getaffinity"|"sched_getattr"
---|"sched_getparam"|"sched_getscheduler"|"sched_rr_get_interval"|"sched_setaffinity"
---|"sched_setattr"|"sched_setparam"|"sched_setscheduler"|"sched_yield"|"seccomp"|"security"
---|"select"|"semctl"|"semget"|"semop"|"semtimedop"|"sendfile"|"sendmmsg"|"sendmsg"|"sendto"
---|"set_mempolicy"|"set_mempolicy_home_node"|"set_robust_list"|"set_thread_area"
---|"set_tid_address"|"setdomainname"|"setfsgid"|"setfsuid"|"setgid"|"setgroups"|"sethostname"
---|"setitimer"|"setns"|"setpgid"|"setpriority"|"setregid"|"setresgid"|"setresuid"|"setreuid"
---|"setrlimit"|"setsid"|"setsockopt"|"settimeofday"|"setuid"|"setxattr"|"shmat"|"shmctl"|"shmdt"
---|"shmget"|"shutdown"|"sigaltstack"|"signalfd"|"signalfd4"|"socket"|"socketpair"|"splice"|"stat"
---|"statfs"|"statx"|"swapoff"|"swapon"|"symlink"|"symlinkat"|"sync"|"sync_file_range"|"syncfs"
---|"sysfs"|"sysinfo"|"syslog"|"tee"|"tgkill"|"time"|"timer_create"|"timer_delete"
---|"timer_getoverrun"|"timer_gettime"|"timer_settime"|"timerfd_create"|"timerfd_gettime"
---|"timerfd_settime"|"times"|"tkill"|"truncate"|"tuxcall"|"umask"|"umount2"|"uname"|"unlink"
---|"unlinkat"|"unshare"|"uselib"|"userfaultfd"|"ustat"|"utime"|"utimensat"|"utimes"|"vfork"
---|"vhangup"|"vmsplice"|"vserver"|"wait4"|"waitid"|"write"|"writev"

--- Types of files and permissions: mknod(2), stat(2).
---@alias S.c.S_I integer|string
---|"FBLK"|"FCHR"|"FDIR"|"FIFO"|"FLNK"|"FMT"|"FREG"|"FSOCK"|"RGRP"|"ROTH"|"RUSR"|"RWXG"|"RWXO"
---|"RWXU"|"SGID"|"SUID"|"SVTX"|"WGRP"|"WOTH"|"WUSR"|"XGRP"|"XOTH"|"XUSR"

--- Actions of tcflow: termios(3).
---@alias S.c.TCFLOW integer|string
---|"IOFF"|"ION"|"OOFF"|"OON"

--- Queues of tcflush: termios(3).
---@alias S.c.TCFLUSH integer|string
---|"IFLUSH"|"IOFLUSH"|"OFLUSH"

--- Options of TCP sockets: tcp(7).
---@alias S.c.TCP integer|string
---|"CONGESTION"|"CORK"|"DEFER_ACCEPT"|"FASTOPEN"|"INFO"|"KEEPCNT"|"KEEPIDLE"|"KEEPINTVL"
---|"LINGER2"|"MAXSEG"|"MD5SIG"|"NODELAY"|"QUEUE_SEQ"|"QUICKACK"|"REPAIR"|"REPAIR_OPTIONS"
---|"REPAIR_QUEUE"|"SYNCNT"|"THIN_DUPACK"|"THIN_LINEAR_TIMEOUTS"|"TIMESTAMP"|"ULP"|"USER_TIMEOUT"
---|"WINDOW_CLAMP"

--- When tcsetattr takes effect: termios(3).
---@alias S.c.TCSA integer|string
---|"DRAIN"|"FLUSH"|"NOW"

--- Flags of timerfd_create(2).
---@alias S.c.TFD integer|string
---|"CLOEXEC"|"NONBLOCK"

--- Flags of timerfd_settime(2).
---@alias S.c.TFD_TIMER integer|string
---|"ABSTIME"|"CANCEL_ON_SET"

--- States of the clock: adjtimex(2).
---@alias S.c.TIME integer|string
---|"BAD"|"DEL"|"ERROR"|"INS"|"OK"|"OOP"|"WAIT"

--- Flags of timer_settime(2) and clock_nanosleep(2).
---@alias S.c.TIMER integer|string
---|"ABSTIME"

--- Lines of a modem: ioctl_tty(2).
---@alias S.c.TIOCM integer|string
---|"CAR"|"CD"|"CTS"|"DSR"|"DTR"|"LE"|"RI"|"RNG"|"RTS"|"SR"|"ST"

--- Options of kernel TLS. linux/tls.h
---@alias S.c.TLS integer|string
---|"RX"|"RX_EXPECT_NO_PAD"|"TX"|"TX_ZEROCOPY_RO"

--- Ciphers of kernel TLS. linux/tls.h
---@alias S.c.TLS_CIPHER integer|string
---|"AES_CCM_128"|"AES_GCM_128"|"AES_GCM_256"|"CHACHA20_POLY1305"

--- Types of TLS records.
---@alias S.c.TLS_RECORD_TYPE integer|string
---|"ALERT"|"APPLICATION_DATA"|"CHANGE_CIPHER_SPEC"|"GET"|"HANDSHAKE"|"SET"

--- Flags of tun devices. linux/if_tun.h
---@alias S.c.TUN integer|string
---|"FASYNC"|"NOCHECKSUM"|"NO_PI"|"ONE_QUEUE"|"PERSIST"|"TAP_DEV"|"TAP_MQ"|"TUN_DEV"|"TYPE_MASK"
---|"VNET_HDR"

--- Offloads of tun devices. linux/if_tun.h
---@alias S.c.TUN_F integer|string
---|"CSUM"|"TSO4"|"TSO6"|"TSO_ECN"|"UFO"

--- Filters of tun devices. linux/if_tun.h
---@alias S.c.TUN_FLT integer|string
---|"ALLMULTI"

--- Flags of tun packets. linux/if_tun.h
---@alias S.c.TUN_PKT integer|string
---|"STRIP"

--- Queue of tun devices. linux/if_tun.h
---@alias S.c.TUN_READQ integer|string
---|"SIZE"

--- Flags of userfaultfd(2).
---@alias S.c.UFFD integer|string
---|"CLOEXEC"|"NONBLOCK"|"USER_MODE_ONLY"

--- Requests of ioctl_userfaultfd(2).
---@alias S.c.UFFDIO integer|string
---|"API"|"CONTINUE"|"COPY"|"REGISTER"|"UNREGISTER"|"WAKE"|"WRITEPROTECT"|"ZEROPAGE"

--- Which faults are asked for: ioctl_userfaultfd(2).
---@alias S.c.UFFDIO_REGISTER_MODE integer|string
---|"MINOR"|"MISSING"|"WP"

--- Events of userfaultfd(2).
---@alias S.c.UFFD_EVENT integer|string
---|"FORK"|"PAGEFAULT"|"REMAP"|"REMOVE"|"UNMAP"

--- Features of userfaultfd(2).
---@alias S.c.UFFD_FEATURE integer|string
---|"EVENT_FORK"|"EVENT_REMAP"|"EVENT_REMOVE"|"EVENT_UNMAP"|"MINOR_HUGETLBFS"|"MINOR_SHMEM"
---|"MISSING_HUGETLBFS"|"MISSING_SHMEM"|"PAGEFAULT_FLAG_WP"|"SIGBUS"|"THREAD_ID"

--- Flags of umount2(2).
---@alias S.c.UMOUNT integer|string
---|"DETACH"|"EXPIRE"|"FORCE"|"NOFOLLOW"

--- Times that are none: utimensat(2).
---@alias S.c.UTIME integer|string
---|"NOW"|"OMIT"

--- Attributes of veth links.
---@alias S.c.VETH_INFO integer|string
---|"PEER"|"UNSPEC"

--- Versions of file capabilities. linux/capability.h
---@alias S.c.VFS_CAP integer|string
---|"FLAGS_MASK"|"REVISION"|"REVISION_1"|"REVISION_2"|"REVISION_3"|"REVISION_MASK"
---|"REVISION_SHIFT"|"U32"|"U32_1"|"U32_2"

--- Flags of file capabilities. linux/capability.h
---@alias S.c.VFS_CAP_FLAGS integer|string
---|"EFFECTIVE"

--- Registers of virtio devices. linux/virtio_pci.h
---@alias S.c.VIRTIO integer|string
---|"MSI_CONFIG_VECTOR"|"MSI_NO_VECTOR"|"MSI_QUEUE_VECTOR"|"PCI_ABI_VERSION"|"PCI_GUEST_FEATURES"
---|"PCI_HOST_FEATURES"|"PCI_ISR"|"PCI_ISR_CONFIG"|"PCI_QUEUE_ADDR_SHIFT"|"PCI_QUEUE_NOTIFY"
---|"PCI_QUEUE_NUM"|"PCI_QUEUE_PFN"|"PCI_QUEUE_SEL"|"PCI_STATUS"|"PCI_VRING_ALIGN"

--- Options of waitpid(2).
---@alias S.c.W integer|string
---|"ALL"|"CLONE"|"CONTINUED"|"EXITED"|"NOHANG"|"NOTHREAD"|"NOWAIT"|"STOPPED"|"UNTRACED"

--- Which child: waitpid(2).
---@alias S.c.WAIT integer|string
---|"ANY"|"MYPGRP"

--- Flags of setxattr(2).
---@alias S.c.XATTR integer|string
---|"CREATE"|"REPLACE"

--- Sizes of file capabilities. linux/capability.h
---@alias S.c.XATTR_CAPS integer|string
---|"SZ"|"SZ_1"|"SZ_2"

--- Lengths of xtables' names.
---@alias S.c.XT integer|string
---|"EXTENSION_MAXNAMELEN"|"FUNCTION_MAXNAMELEN"|"TABLE_MAXNAMELEN"
