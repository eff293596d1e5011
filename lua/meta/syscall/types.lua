---@meta
-- lua/meta/syscall/types.lua - the structs of S.t, with their fields
--
-- The names are written by make declare; the comments by hand.

--- The argument of bpf(2); fields of 64 bits can be set to memory.
---@class S.t.bpf_attr: S.mem
---@field map_type integer
---@field key_size integer
---@field value_size integer
---@field max_entries integer
---@field map_flags integer
---@field inner_map_fd integer
---@field numa_node integer
---@field map_name string
---@field map_ifindex integer
---@field map_fd integer
---@field key integer
---@field value integer
---@field next_key integer
---@field flags integer
---@field prog_type integer
---@field insn_cnt integer
---@field insns integer
---@field license integer
---@field log_level integer
---@field log_size integer
---@field log_buf integer
---@field kern_version integer
---@field prog_flags integer
---@field prog_name string
---@field prog_ifindex integer
---@field expected_attach_type integer
---@field pathname integer
---@field bpf_fd integer
---@field file_flags integer
---@field target_fd integer
---@field attach_bpf_fd integer
---@field attach_type integer
---@field attach_flags integer
---@field replace_bpf_fd integer
---@field start_id integer
---@field prog_id integer
---@field map_id integer
---@field next_id integer
---@field open_flags integer
---@field info_bpf_fd integer
---@field info_len integer
---@field info integer
---@field test_prog_fd integer
---@field test_retval integer
---@field test_data_size_in integer
---@field test_data_size_out integer
---@field test_data_in integer
---@field test_data_out integer
---@field test_repeat integer
---@field test_duration integer

--- An instruction of a BPF program: bpf(2).
---@class S.t.bpf_insn: S.mem
---@field code integer
---@field dst_reg integer
---@field src_reg integer
---@field off integer
---@field imm integer

--- What cachestat(2) tells, in pages.
---@class S.t.cachestat: S.mem
---@field nr_cache integer
---@field nr_dirty integer
---@field nr_writeback integer
---@field nr_evicted integer
---@field nr_recently_evicted integer

--- A set of capabilities; a field by each name of c.CAP.
---@class S.t.cap: S.mem
---@field cap S.mem

--- The three sets of a process: capget(2).
---@class S.t.capabilities: S.mem
---@field version integer
---@field pid integer
---@field effective S.t.cap
---@field permitted S.t.cap
---@field inheritable S.t.cap
---@field hdrdata function

--- A message beside the bytes: cmsg(3).
---@class S.t.cmsghdr: S.mem
---@field cmsg_len integer
---@field cmsg_level integer
---@field cmsg_type integer
---@field cmsg_data S.mem
---@field align function
---@field credentials function
---@field data function
---@field datalen function
---@field fds function
---@field hdrsize function
---@field len function
---@field setdata function
---@field setfd function
---@field setfds function

--- A set of processors: sched_setaffinity(2); set[i], set:set(i), set:clear(i).
---@class S.t.cpu_set: S.mem
---@field val S.mem
---@field clear function
---@field get function
---@field set function
---@field zero function

--- An entry of a directory; entry.DIR, entry.REG ... by the names of c.DT: getdents(2).
---@class S.t.dirent: S.mem
---@field d_ino integer
---@field d_off integer
---@field d_reclen integer
---@field d_type integer
---@field d_name string
---@field toif integer

--- Limits and use of a quota: quotactl(2).
---@class S.t.dqblk: S.mem
---@field dqb_bhardlimit integer
---@field dqb_bsoftlimit integer
---@field dqb_curspace integer
---@field dqb_ihardlimit integer
---@field dqb_isoftlimit integer
---@field dqb_curinodes integer
---@field dqb_btime integer
---@field dqb_itime integer
---@field dqb_valid integer

--- Times of grace of quotas: quotactl(2).
---@class S.t.dqinfo: S.mem
---@field dqi_bgrace integer
---@field dqi_igrace integer
---@field dqi_flags integer
---@field dqi_valid integer

--- What an event carries: epoll_ctl(2).
---@class S.t.epoll_data: S.mem
---@field ptr integer
---@field fd integer
---@field u32 integer
---@field u64 integer

--- An event of epoll_wait(2); e.fd, and e.IN ... by the names of c.EPOLL.
---@class S.t.epoll_event: S.mem
---@field events integer
---@field data S.t.epoll_data
---@field u64 integer
---@field u32 integer
---@field fd integer
---@field ptr integer

--- The head of an Ethernet frame.
---@class S.t.ethhdr: S.mem
---@field h_dest S.mem
---@field h_source S.mem
---@field h_proto integer

--- The head of an event: fanotify(7).
---@class S.t.fanotify_event_metadata: S.mem
---@field event_len integer
---@field vers integer
---@field metadata_len integer
---@field mask integer
---@field fd integer
---@field pid integer

--- An answer: fanotify(7).
---@class S.t.fanotify_response: S.mem
---@field fd integer
---@field response integer

--- A bridge's forwarding entry. linux/if_bridge.h
---@class S.t.fdb_entry: S.mem
---@field mac_addr S.mem
---@field port_no integer
---@field is_local integer
---@field ageing_timer_value integer
---@field port_hi integer
---@field pad0 integer
---@field unused integer

--- Descriptors of select(2); set:set(fd), set:get(fd).
---@class S.t.fdset: S.mem
---@field fds_bits S.mem
---@field get function
---@field set function

--- Force feedback. linux/input.h
---@class S.t.ff_condition_effect: S.mem
---@field right_saturation integer
---@field left_saturation integer
---@field right_coeff integer
---@field left_coeff integer
---@field deadband integer
---@field center integer

--- Force feedback. linux/input.h
---@class S.t.ff_constant_effect: S.mem
---@field level integer
---@field envelope S.t.ff_envelope

--- Force feedback. linux/input.h
---@class S.t.ff_effect: S.mem
---@field type integer
---@field id integer
---@field direction integer
---@field trigger S.t.ff_trigger
---@field replay S.t.ff_replay
---@field u S.t.ff_effect_u
---@field constant S.t.ff_constant_effect
---@field ramp S.t.ff_ramp_effect
---@field periodic S.t.ff_periodic_effect
---@field condition S.t.ff_condition_effect
---@field rumble S.t.ff_rumble_effect

--- Force feedback. linux/input.h
---@class S.t.ff_effect_u: S.mem
---@field constant S.t.ff_constant_effect
---@field ramp S.t.ff_ramp_effect
---@field periodic S.t.ff_periodic_effect
---@field condition S.t.ff_condition_effect
---@field rumble S.t.ff_rumble_effect

--- Force feedback. linux/input.h
---@class S.t.ff_envelope: S.mem
---@field attack_length integer
---@field attack_level integer
---@field fade_length integer
---@field fade_level integer

--- Force feedback. linux/input.h
---@class S.t.ff_periodic_effect: S.mem
---@field waveform integer
---@field period integer
---@field magnitude integer
---@field offset integer
---@field phase integer
---@field envelope S.t.ff_envelope
---@field custom_len integer
---@field custom_data integer

--- Force feedback. linux/input.h
---@class S.t.ff_ramp_effect: S.mem
---@field start_level integer
---@field end_level integer
---@field envelope S.t.ff_envelope

--- Force feedback. linux/input.h
---@class S.t.ff_replay: S.mem
---@field length integer
---@field delay integer

--- Force feedback. linux/input.h
---@class S.t.ff_rumble_effect: S.mem
---@field strong_magnitude integer
---@field weak_magnitude integer

--- Force feedback. linux/input.h
---@class S.t.ff_trigger: S.mem
---@field button integer
---@field interval integer

--- A lock: fcntl(2).
---@class S.t.flock: S.mem
---@field l_type integer
---@field l_whence integer
---@field l_start integer
---@field l_len integer
---@field l_pid integer

--- rtnetlink(7), netdevice(7)
---@class S.t.ifa_cacheinfo: S.mem
---@field ifa_prefered integer
---@field ifa_valid integer
---@field cstamp integer
---@field tstamp integer

--- rtnetlink(7), netdevice(7)
---@class S.t.ifaddrmsg: S.mem
---@field ifa_family integer
---@field ifa_prefixlen integer
---@field ifa_flags integer
---@field ifa_scope integer
---@field ifa_index integer

--- rtnetlink(7), netdevice(7)
---@class S.t.ifinfomsg: S.mem
---@field ifi_family integer
---@field __ifi_pad integer
---@field ifi_type integer
---@field ifi_index integer
---@field ifi_flags integer
---@field ifi_change integer

--- rtnetlink(7), netdevice(7)
---@class S.t.ifmap: S.mem
---@field mem_start integer
---@field mem_end integer
---@field base_addr integer
---@field irq integer
---@field dma integer
---@field port integer

--- A request about an interface: netdevice(7).
---@class S.t.ifreq: S.mem
---@field ifr_ifrn S.t.ifreq_ifrn
---@field ifr_ifru S.t.ifreq_ifru
---@field ifr_name string
---@field ifr_addr S.t.sockaddr
---@field ifr_dstaddr S.t.sockaddr
---@field ifr_broadaddr S.t.sockaddr
---@field ifr_netmask S.t.sockaddr
---@field ifr_hwaddr S.t.sockaddr
---@field ifr_flags integer
---@field ifr_metric integer
---@field ifr_mtu integer
---@field ifr_map S.t.ifmap
---@field ifr_slave string
---@field ifr_newname string
---@field ifr_data integer
---@field ifr_ifindex integer
---@field ifr_qlen integer
---@field ifr_ivalue integer

--- rtnetlink(7), netdevice(7)
---@class S.t.ifreq_ifrn: S.mem
---@field ifrn_name string

--- rtnetlink(7), netdevice(7)
---@class S.t.ifreq_ifru: S.mem
---@field ifru_addr S.t.sockaddr
---@field ifru_dstaddr S.t.sockaddr
---@field ifru_broadaddr S.t.sockaddr
---@field ifru_netmask S.t.sockaddr
---@field ifru_hwaddr S.t.sockaddr
---@field ifru_flags integer
---@field ifru_ivalue integer
---@field ifru_mtu integer
---@field ifru_map S.t.ifmap
---@field ifru_slave string
---@field ifru_newname string
---@field ifru_data integer

--- An IPv6 address; tostring gives text: ipv6(7).
---@class S.t.in6_addr: S.mem
---@field s6_addr S.mem

--- An IPv4 address; tostring gives text: ip(7).
---@class S.t.in_addr: S.mem
---@field s_addr integer
---@field get_mask_bcast function

--- An event: inotify(7).
---@class S.t.inotify_event: S.mem
---@field wd integer
---@field mask integer
---@field cookie integer
---@field len integer
---@field name string

--- Input devices. linux/input.h
---@class S.t.input_absinfo: S.mem
---@field value integer
---@field minimum integer
---@field maximum integer
---@field fuzz integer
---@field flat integer
---@field resolution integer

--- An event of an input device. linux/input.h
---@class S.t.input_event: S.mem
---@field time S.t.input_event_time
---@field sec integer
---@field usec integer
---@field type integer
---@field code integer
---@field value integer

--- The time of an input event. linux/input.h
---@class S.t.input_event_time: S.mem
---@field tv_sec integer
---@field tv_usec integer

--- Input devices. linux/input.h
---@class S.t.input_id: S.mem
---@field bustype integer
---@field vendor integer
---@field product integer
---@field version integer

--- Input devices. linux/input.h
---@class S.t.input_keymap_entry: S.mem
---@field flags integer
---@field len integer
---@field index integer
---@field keycode integer
---@field scancode S.mem

--- A request that is done: io_getevents(2).
---@class S.t.io_event: S.mem
---@field data integer
---@field obj integer
---@field res integer
---@field res2 integer
---@field error any

--- A request: io_submit(2).
---@class S.t.iocb: S.mem
---@field aio_data integer
---@field aio_key integer
---@field aio_rw_flags integer
---@field aio_reserved1 integer
---@field aio_lio_opcode integer
---@field aio_reqprio integer
---@field aio_fildes integer
---@field aio_buf integer
---@field aio_nbytes integer
---@field aio_offset integer
---@field aio_reserved2 integer
---@field aio_flags integer
---@field aio_resfd integer
---@field opcode integer

--- A buffer of readv(2); t.iovecs{buffers} makes several.
---@class S.t.iovec: S.mem
---@field iov_base integer
---@field iov_len integer
---@field base integer

--- The head of an IPv4 packet.
---@class S.t.iphdr: S.mem
---@field ihl integer
---@field version integer
---@field tos integer
---@field tot_len integer
---@field id integer
---@field frag_off integer
---@field ttl integer
---@field protocol integer
---@field check integer
---@field saddr integer
---@field daddr integer
---@field checksum function

--- Interval and value of a timer: timer_settime(2).
---@class S.t.itimerspec: S.mem
---@field it_interval S.t.timespec
---@field it_value S.t.timespec

--- Interval and value of a timer: setitimer(2).
---@class S.t.itimerval: S.mem
---@field it_interval S.t.timeval
---@field it_value S.t.timeval

--- landlock(7)
---@class S.t.landlock_net_port_attr: S.mem
---@field allowed_access integer
---@field port integer

--- landlock(7)
---@class S.t.landlock_path_beneath_attr: S.mem
---@field allowed_access integer
---@field parent_fd integer

--- landlock(7)
---@class S.t.landlock_ruleset_attr: S.mem
---@field handled_access_fs integer
---@field handled_access_net integer
---@field scoped integer

--- A loop device: loop(4).
---@class S.t.loop_info64: S.mem
---@field lo_device integer
---@field lo_inode integer
---@field lo_rdevice integer
---@field lo_offset integer
---@field lo_sizelimit integer
---@field lo_number integer
---@field lo_encrypt_type integer
---@field lo_encrypt_key_size integer
---@field lo_flags integer
---@field lo_file_name S.mem

--- A hardware address; tostring gives text.
---@class S.t.macaddr: S.mem
---@field mac_addr S.mem

--- Registers that a handler interrupted: sigaction(2)
---@class S.t.mcontext: S.mem
---@field gregs S.mem
---@field fpregs integer

--- One of several messages: sendmmsg(2).
---@class S.t.mmsghdr: S.mem
---@field msg_hdr S.t.msghdr
---@field msg_len integer
---@field hdr S.t.msghdr
---@field len integer

--- What mount_setattr(2) changes.
---@class S.t.mount_attr: S.mem
---@field attr_set integer
---@field attr_clr integer
---@field propagation integer
---@field userns_fd integer

--- Attributes of a message queue: mq_getattr(3).
---@class S.t.mq_attr: S.mem
---@field mq_flags integer
---@field mq_maxmsg integer
---@field mq_msgsize integer
---@field mq_curmsgs integer

--- A message with what is beside it: sendmsg(2).
---@class S.t.msghdr: S.mem
---@field msg_name integer
---@field msg_namelen integer
---@field msg_iov integer
---@field msg_iovlen integer
---@field msg_control integer
---@field msg_controllen integer
---@field msg_flags integer
---@field control integer
---@field iov integer
---@field name integer
---@field cmsg_firsthdr function
---@field cmsg_nxthdr function
---@field cmsgs function

--- rtnetlink(7)
---@class S.t.nda_cacheinfo: S.mem
---@field ndm_confirmed integer
---@field ndm_used integer
---@field ndm_updated integer
---@field ndm_refcnt integer

--- rtnetlink(7)
---@class S.t.ndmsg: S.mem
---@field ndm_family integer
---@field ndm_pad1 integer
---@field ndm_pad2 integer
---@field ndm_ifindex integer
---@field ndm_state integer
---@field ndm_flags integer
---@field ndm_type integer

--- rtnetlink(7)
---@class S.t.ndt_config: S.mem
---@field ndtc_key_len integer
---@field ndtc_entry_size integer
---@field ndtc_entries integer
---@field ndtc_last_flush integer
---@field ndtc_last_rand integer
---@field ndtc_hash_rnd integer
---@field ndtc_hash_mask integer
---@field ndtc_hash_chain_gc integer
---@field ndtc_proxy_qlen integer

--- rtnetlink(7)
---@class S.t.ndt_stats: S.mem
---@field ndts_allocs integer
---@field ndts_destroys integer
---@field ndts_hash_grows integer
---@field ndts_res_failed integer
---@field ndts_lookups integer
---@field ndts_hits integer
---@field ndts_rcv_probes_mcast integer
---@field ndts_rcv_probes_ucast integer
---@field ndts_periodic_gc_runs integer
---@field ndts_forced_gc_runs integer

--- rtnetlink(7)
---@class S.t.ndtmsg: S.mem
---@field ndtm_family integer
---@field ndtm_pad1 integer
---@field ndtm_pad2 integer

--- quotactl(2)
---@class S.t.nextdqblk: S.mem
---@field dqb_bhardlimit integer
---@field dqb_bsoftlimit integer
---@field dqb_curspace integer
---@field dqb_ihardlimit integer
---@field dqb_isoftlimit integer
---@field dqb_curinodes integer
---@field dqb_btime integer
---@field dqb_itime integer
---@field dqb_valid integer
---@field dqb_id integer

--- netlink(7)
---@class S.t.nlmsgerr: S.mem
---@field error integer
---@field msg S.t.nlmsghdr

--- netlink(7)
---@class S.t.nlmsghdr: S.mem
---@field nlmsg_len integer
---@field nlmsg_type integer
---@field nlmsg_flags integer
---@field nlmsg_seq integer
---@field nlmsg_pid integer

--- How openat2(2) opens.
---@class S.t.open_how: S.mem
---@field flags integer
---@field mode integer
---@field resolve integer

--- What perf_event_open(2) counts.
---@class S.t.perf_event_attr: S.mem
---@field pe_type integer
---@field size integer
---@field pe_config integer
---@field sample_period integer
---@field sample_freq integer
---@field pe_sample_type integer
---@field read_format integer
---@field wakeup_events integer
---@field wakeup_watermark integer
---@field bp_type integer
---@field bp_addr integer
---@field kprobe_func integer
---@field uprobe_path integer
---@field config1 integer
---@field bp_len integer
---@field kprobe_addr integer
---@field probe_offset integer
---@field config2 integer
---@field branch_sample_type integer
---@field sample_regs_user integer
---@field sample_stack_user integer
---@field clockid integer
---@field sample_regs_intr integer
---@field aux_watermark integer
---@field sample_max_stack integer
---@field aux_sample_size integer
---@field sig_data integer
---@field disabled integer
---@field inherit integer
---@field pinned integer
---@field exclusive integer
---@field exclude_user integer
---@field exclude_kernel integer
---@field exclude_hv integer
---@field exclude_idle integer
---@field mmap integer
---@field comm integer
---@field freq integer
---@field inherit_stat integer
---@field enable_on_exec integer
---@field task integer
---@field watermark integer
---@field precise_ip integer
---@field mmap_data integer
---@field sample_id_all integer
---@field exclude_host integer
---@field exclude_guest integer
---@field exclude_callchain_kernel integer
---@field exclude_callchain_user integer
---@field mmap2 integer
---@field comm_exec integer
---@field use_clockid integer
---@field context_switch integer
---@field write_backward integer
---@field namespaces integer
---@field ksymbol integer
---@field bpf_event integer
---@field aux_output integer
---@field cgroup integer
---@field text_poke integer
---@field build_id integer
---@field inherit_thread integer
---@field remove_on_exec integer
---@field sigtrap integer
---@field sample_type integer

--- perf_event_open(2)
---@class S.t.perf_event_header: S.mem
---@field type integer
---@field misc integer
---@field size integer

--- perf_event_open(2)
---@class S.t.perf_event_mmap_page: S.mem
---@field version integer
---@field compat_version integer
---@field lock integer
---@field index integer
---@field offset integer
---@field time_enabled integer
---@field time_running integer
---@field capabilities integer
---@field cap_bit0 integer
---@field cap_bit0_is_deprecated integer
---@field cap_user_rdpmc integer
---@field cap_user_time integer
---@field cap_user_time_zero integer
---@field pmc_width integer
---@field time_shift integer
---@field time_mult integer
---@field time_offset integer
---@field time_zero integer
---@field size integer
---@field data_head integer
---@field data_tail integer
---@field data_offset integer
---@field data_size integer
---@field aux_head integer
---@field aux_tail integer
---@field aux_offset integer
---@field aux_size integer

--- What poll(2) asks of a descriptor; p.IN ... tell what is.
---@class S.t.pollfd: S.mem
---@field fd integer
---@field events integer
---@field revents integer
---@field getfd function

--- The system call that a traced process makes: ptrace(2).
---@class S.t.ptrace_syscall_info: S.mem
---@field op integer
---@field arch integer
---@field instruction_pointer integer
---@field stack_pointer integer
---@field nr integer
---@field args S.mem
---@field rval integer
---@field is_error integer

--- A limit, soft and hard: getrlimit(2).
---@class S.t.rlimit: S.mem
---@field rlim_cur integer
---@field rlim_max integer

--- rtnetlink(7)
---@class S.t.rta_cacheinfo: S.mem
---@field rta_clntref integer
---@field rta_lastuse integer
---@field rta_expires integer
---@field rta_error integer
---@field rta_used integer
---@field rta_id integer
---@field rta_ts integer
---@field rta_tsage integer

--- rtnetlink(7)
---@class S.t.rtattr: S.mem
---@field rta_len integer
---@field rta_type integer

--- rtnetlink(7)
---@class S.t.rtgenmsg: S.mem
---@field rtgen_family integer

--- rtnetlink(7)
---@class S.t.rtmsg: S.mem
---@field rtm_family integer
---@field rtm_dst_len integer
---@field rtm_src_len integer
---@field rtm_tos integer
---@field rtm_table integer
---@field rtm_protocol integer
---@field rtm_scope integer
---@field rtm_type integer
---@field rtm_flags integer

--- rtnetlink(7)
---@class S.t.rtnl_link_stats: S.mem
---@field rx_packets integer
---@field tx_packets integer
---@field rx_bytes integer
---@field tx_bytes integer
---@field rx_errors integer
---@field tx_errors integer
---@field rx_dropped integer
---@field tx_dropped integer
---@field multicast integer
---@field collisions integer
---@field rx_length_errors integer
---@field rx_over_errors integer
---@field rx_crc_errors integer
---@field rx_frame_errors integer
---@field rx_fifo_errors integer
---@field rx_missed_errors integer
---@field tx_aborted_errors integer
---@field tx_carrier_errors integer
---@field tx_fifo_errors integer
---@field tx_heartbeat_errors integer
---@field tx_window_errors integer
---@field rx_compressed integer
---@field tx_compressed integer

--- Time and memory used: getrusage(2).
---@class S.t.rusage: S.mem
---@field ru_utime S.t.timeval
---@field ru_stime S.t.timeval
---@field ru_maxrss integer
---@field ru_ixrss integer
---@field ru_idrss integer
---@field ru_isrss integer
---@field ru_minflt integer
---@field ru_majflt integer
---@field ru_nswap integer
---@field ru_inblock integer
---@field ru_oublock integer
---@field ru_msgsnd integer
---@field ru_msgrcv integer
---@field ru_nsignals integer
---@field ru_nvcsw integer
---@field ru_nivcsw integer

--- Scheduling of a process: sched_setattr(2).
---@class S.t.sched_attr: S.mem
---@field size integer
---@field sched_policy integer
---@field sched_flags integer
---@field sched_nice integer
---@field sched_priority integer
---@field sched_runtime integer
---@field sched_deadline integer
---@field sched_period integer
---@field sched_util_min integer
---@field sched_util_max integer

--- Priority: sched_setparam(2).
---@class S.t.sched_param: S.mem
---@field sched_priority integer

--- Time stamps of a packet: socket(7)
---@class S.t.scm_timestamping: S.mem
---@field ts S.t.timespec

--- What a filter sees: seccomp(2).
---@class S.t.seccomp_data: S.mem
---@field nr integer
---@field arch integer
---@field instruction_pointer integer
---@field args S.mem

--- A call that waits for an answer: seccomp_unotify(2).
---@class S.t.seccomp_notif: S.mem
---@field id integer
---@field pid integer
---@field flags integer
---@field data S.t.seccomp_notif_data

--- seccomp_unotify(2)
---@class S.t.seccomp_notif_addfd: S.mem
---@field id integer
---@field flags integer
---@field srcfd integer
---@field newfd integer
---@field newfd_flags integer

--- seccomp_unotify(2)
---@class S.t.seccomp_notif_data: S.mem
---@field nr integer
---@field arch integer
---@field instruction_pointer integer
---@field args S.mem

--- seccomp_unotify(2)
---@class S.t.seccomp_notif_resp: S.mem
---@field id integer
---@field val integer
---@field error integer
---@field flags integer

--- How a timer tells: sigevent(7).
---@class S.t.sigevent: S.mem
---@field sigev_value S.t.sigval
---@field sigev_signo integer
---@field sigev_notify integer
---@field sigev_notify_thread_id integer

--- What is known of a signal: sigaction(2).
---@class S.t.siginfo: S.mem
---@field si_signo integer
---@field si_errno integer
---@field si_code integer
---@field si_pid integer
---@field si_uid integer
---@field si_status integer
---@field si_utime integer
---@field si_stime integer
---@field si_addr integer
---@field si_band integer
---@field si_fd integer
---@field si_timerid integer
---@field si_overrun integer
---@field si_value S.t.sigval
---@field si_int integer
---@field si_ptr integer
---@field signame any

--- A signal that was read: signalfd(2).
---@class S.t.signalfd_siginfo: S.mem
---@field ssi_signo integer
---@field ssi_errno integer
---@field ssi_code integer
---@field ssi_pid integer
---@field ssi_uid integer
---@field ssi_fd integer
---@field ssi_tid integer
---@field ssi_band integer
---@field ssi_overrun integer
---@field ssi_trapno integer
---@field ssi_status integer
---@field ssi_int integer
---@field ssi_ptr integer
---@field ssi_utime integer
---@field ssi_stime integer
---@field ssi_addr integer

--- A set of signals: "chld, term"; set.CHLD, set:add, set:del: sigsetops(3).
---@class S.t.sigset: S.mem
---@field sig S.mem
---@field isemptyset boolean
---@field add function
---@field del function

--- A value with a signal: sigqueue(3)
---@class S.t.sigval: S.mem
---@field sival_int integer
---@field sival_ptr integer

--- An instruction of a classic BPF program: seccomp(2).
---@class S.t.sock_filter: S.mem
---@field code integer
---@field jt integer
---@field jf integer
---@field k integer

--- A classic BPF program: seccomp(2).
---@class S.t.sock_fprog: S.mem
---@field len integer
---@field filter integer

--- An address of any family; t.sa gives its own type.
---@class S.t.sockaddr: S.mem
---@field sa_family integer
---@field sa_data string

--- An IPv4 address: t.sockaddr_in(port, address): ip(7).
---@class S.t.sockaddr_in: S.mem
---@field sin_family integer
---@field sin_port integer
---@field sin_addr S.t.in_addr
---@field addr S.t.in_addr
---@field port integer

--- An IPv6 address: t.sockaddr_in6(port, address, flowinfo, scope): ipv6(7).
---@class S.t.sockaddr_in6: S.mem
---@field sin6_family integer
---@field sin6_port integer
---@field sin6_flowinfo integer
---@field sin6_addr S.t.in6_addr
---@field sin6_scope_id integer
---@field addr S.t.in6_addr
---@field port integer

--- An address of packet(7).
---@class S.t.sockaddr_ll: S.mem
---@field sll_family integer
---@field sll_protocol integer
---@field sll_ifindex integer
---@field sll_hatype integer
---@field sll_pkttype integer
---@field sll_halen integer
---@field sll_addr S.mem
---@field addr S.mem
---@field protocol integer

--- An address of netlink(7).
---@class S.t.sockaddr_nl: S.mem
---@field nl_family integer
---@field nl_pad integer
---@field nl_pid integer
---@field nl_groups integer

--- Room for any address: socket(7).
---@class S.t.sockaddr_storage: S.mem
---@field ss_family integer

--- An address of unix(7): t.sockaddr_un(path).
---@class S.t.sockaddr_un: S.mem
---@field sun_family integer
---@field sun_path string
---@field path string

--- A stack for handlers: sigaltstack(2)
---@class S.t.stack: S.mem
---@field ss_sp integer
---@field ss_flags integer
---@field ss_size integer

--- What stat(2) tells; st.isdir, st.size, st.mode, st.mtime ...
---@class S.t.stat: S.mem
---@field st_dev integer
---@field st_ino integer
---@field st_nlink integer
---@field st_mode integer
---@field st_uid integer
---@field st_gid integer
---@field st_rdev integer
---@field st_size integer
---@field st_blksize integer
---@field st_blocks integer
---@field st_atime integer
---@field st_atime_nsec integer
---@field st_mtime integer
---@field st_mtime_nsec integer
---@field st_ctime integer
---@field st_ctime_nsec integer
---@field access integer
---@field change integer
---@field dev table
---@field isblk boolean
---@field ischr boolean
---@field isdir boolean
---@field isfifo boolean
---@field islnk boolean
---@field isreg boolean
---@field issock boolean
---@field modification integer
---@field rdev table
---@field todt integer
---@field type integer
---@field typename string

--- What statfs(2) tells of a file system.
---@class S.t.statfs: S.mem
---@field f_type integer
---@field f_bsize integer
---@field f_blocks integer
---@field f_bfree integer
---@field f_bavail integer
---@field f_files integer
---@field f_ffree integer
---@field f_fsid S.mem
---@field f_namelen integer
---@field f_frsize integer
---@field f_flags integer

--- What statx(2) tells.
---@class S.t.statx: S.mem
---@field stx_mask integer
---@field stx_blksize integer
---@field stx_attributes integer
---@field stx_nlink integer
---@field stx_uid integer
---@field stx_gid integer
---@field stx_mode integer
---@field stx_ino integer
---@field stx_size integer
---@field stx_blocks integer
---@field stx_attributes_mask integer
---@field stx_atime S.t.statx_timestamp
---@field stx_btime S.t.statx_timestamp
---@field stx_ctime S.t.statx_timestamp
---@field stx_mtime S.t.statx_timestamp
---@field stx_rdev_major integer
---@field stx_rdev_minor integer
---@field stx_dev_major integer
---@field stx_dev_minor integer
---@field stx_mnt_id integer
---@field stx_dio_mem_align integer
---@field stx_dio_offset_align integer
---@field access integer
---@field change integer
---@field dev table
---@field isblk boolean
---@field ischr boolean
---@field isdir boolean
---@field isfifo boolean
---@field islnk boolean
---@field isreg boolean
---@field issock boolean
---@field modification integer
---@field rdev table
---@field type integer
---@field typename string

--- A time of statx(2).
---@class S.t.statx_timestamp: S.mem
---@field tv_sec integer
---@field tv_nsec integer
---@field nsec integer
---@field sec integer
---@field time number

--- What sysinfo(2) tells.
---@class S.t.sysinfo: S.mem
---@field uptime integer
---@field loads S.mem
---@field totalram integer
---@field freeram integer
---@field sharedram integer
---@field bufferram integer
---@field totalswap integer
---@field freeswap integer
---@field procs integer
---@field totalhigh integer
---@field freehigh integer
---@field mem_unit integer

--- Settings of a terminal: termios(3).
---@class S.t.termios: S.mem
---@field c_iflag integer
---@field c_oflag integer
---@field c_cflag integer
---@field c_lflag integer
---@field c_line integer
---@field c_cc S.mem
---@field ispeed integer
---@field ospeed integer
---@field speed integer
---@field makeraw function

--- Settings of a terminal, with any speed: ioctl_tty(2).
---@class S.t.termios2: S.mem
---@field c_iflag integer
---@field c_oflag integer
---@field c_cflag integer
---@field c_lflag integer
---@field c_line integer
---@field c_cc S.mem
---@field c_ispeed integer
---@field c_ospeed integer
---@field ispeed integer
---@field ospeed integer
---@field speed integer
---@field makeraw function

--- A timer of timer_create(2).
---@class S.t.timer: S.mem
---@field timerid integer
---@field delete function
---@field getoverrun function
---@field gettime function
---@field gettimer function
---@field gettimerp function
---@field settime function

--- Seconds and nanoseconds; ts.time is both as a number.
---@class S.t.timespec: S.mem
---@field tv_sec integer
---@field tv_nsec integer
---@field time number

--- Seconds and microseconds; tv.time is both as a number.
---@class S.t.timeval: S.mem
---@field tv_sec integer
---@field tv_usec integer
---@field time number

--- The clock's steering: adjtimex(2).
---@class S.t.timex: S.mem
---@field modes integer
---@field offset integer
---@field freq integer
---@field maxerror integer
---@field esterror integer
---@field status integer
---@field constant integer
---@field precision integer
---@field tolerance integer
---@field time S.t.timeval
---@field tick integer
---@field ppsfreq integer
---@field jitter integer
---@field shift integer
---@field stabil integer
---@field jitcnt integer
---@field calcnt integer
---@field errcnt integer
---@field stbcnt integer
---@field tai integer

--- Keys of kernel TLS. linux/tls.h
---@class S.t.tls12_crypto_info_aes_ccm_128: S.mem
---@field info S.t.tls_crypto_info
---@field iv S.mem
---@field key S.mem
---@field salt S.mem
---@field rec_seq S.mem

--- Keys of kernel TLS. linux/tls.h
---@class S.t.tls12_crypto_info_aes_gcm_128: S.mem
---@field info S.t.tls_crypto_info
---@field iv S.mem
---@field key S.mem
---@field salt S.mem
---@field rec_seq S.mem

--- Keys of kernel TLS. linux/tls.h
---@class S.t.tls12_crypto_info_aes_gcm_256: S.mem
---@field info S.t.tls_crypto_info
---@field iv S.mem
---@field key S.mem
---@field salt S.mem
---@field rec_seq S.mem

--- Keys of kernel TLS. linux/tls.h
---@class S.t.tls12_crypto_info_chacha20_poly1305: S.mem
---@field info S.t.tls_crypto_info
---@field iv S.mem
---@field key S.mem
---@field rec_seq S.mem

--- Keys of kernel TLS. linux/tls.h
---@class S.t.tls_crypto_info: S.mem
---@field version integer
---@field cipher_type integer

--- linux/if_tun.h
---@class S.t.tun_filter: S.mem
---@field flags integer
---@field count integer
---@field addr S.t.macaddr

--- linux/if_tun.h
---@class S.t.tun_pi: S.mem
---@field flags integer
---@field proto integer

--- What a handler interrupted: sigaction(2)
---@class S.t.ucontext: S.mem
---@field uc_flags integer
---@field uc_link integer
---@field uc_stack S.t.stack
---@field uc_mcontext S.t.mcontext
---@field uc_sigmask S.t.sigset

--- Who sent a message: unix(7).
---@class S.t.ucred: S.mem
---@field pid integer
---@field uid integer
---@field gid integer

--- The head of a UDP packet.
---@class S.t.udphdr: S.mem
---@field source integer
---@field dest integer
---@field len integer
---@field check integer
---@field dst integer
---@field length integer
---@field src integer
---@field checksum function

--- ioctl_userfaultfd(2)
---@class S.t.uffd_msg: S.mem
---@field event integer
---@field flags integer
---@field address integer
---@field ptid integer
---@field ufd integer
---@field from integer
---@field to integer
---@field len integer
---@field start integer
---@field end integer

--- ioctl_userfaultfd(2)
---@class S.t.uffdio_api: S.mem
---@field api integer
---@field features integer
---@field ioctls integer

--- ioctl_userfaultfd(2)
---@class S.t.uffdio_copy: S.mem
---@field dst integer
---@field src integer
---@field len integer
---@field mode integer
---@field copy integer

--- ioctl_userfaultfd(2)
---@class S.t.uffdio_range: S.mem
---@field start integer
---@field len integer

--- ioctl_userfaultfd(2)
---@class S.t.uffdio_register: S.mem
---@field range S.t.uffdio_range
---@field mode integer
---@field ioctls integer

--- ioctl_userfaultfd(2)
---@class S.t.uffdio_writeprotect: S.mem
---@field range S.t.uffdio_range
---@field mode integer

--- ioctl_userfaultfd(2)
---@class S.t.uffdio_zeropage: S.mem
---@field range S.t.uffdio_range
---@field mode integer
---@field zeropage integer

--- capget(2)
---@class S.t.user_cap_data: S.mem
---@field effective integer
---@field permitted integer
---@field inheritable integer

--- capget(2)
---@class S.t.user_cap_header: S.mem
---@field version integer
---@field pid integer

--- What uname(2) tells.
---@class S.t.utsname: S.mem
---@field sysname string
---@field nodename string
---@field release string
---@field version string
---@field machine string
---@field domainname string

--- Capabilities in a file's attribute. linux/capability.h
---@class S.t.vfs_cap_data: S.mem
---@field magic_etc integer
---@field data S.t.vfs_cap_pair

--- Capabilities in a file's attribute. linux/capability.h
---@class S.t.vfs_cap_pair: S.mem
---@field permitted integer
---@field inheritable integer

--- Virtual hosts. linux/vhost.h
---@class S.t.vhost_memory: S.mem
---@field nregions integer
---@field padding integer
---@field regions S.t.vhost_memory_region

--- Virtual hosts. linux/vhost.h
---@class S.t.vhost_memory_region: S.mem
---@field guest_phys_addr integer
---@field memory_size integer
---@field userspace_addr integer
---@field flags_padding integer

--- Virtual hosts. linux/vhost.h
---@class S.t.vhost_vring_addr: S.mem
---@field index integer
---@field flags integer
---@field desc_user_addr integer
---@field used_user_addr integer
---@field avail_user_addr integer
---@field log_guest_addr integer

--- Virtual hosts. linux/vhost.h
---@class S.t.vhost_vring_file: S.mem
---@field index integer
---@field fd integer

--- Virtual hosts. linux/vhost.h
---@class S.t.vhost_vring_state: S.mem
---@field index integer
---@field num integer

--- Rows and columns of a terminal: ioctl_tty(2).
---@class S.t.winsize: S.mem
---@field ws_row integer
---@field ws_col integer
---@field ws_xpixel integer
---@field ws_ypixel integer

--- linux/netfilter/x_tables.h
---@class S.t.xt_get_revision: S.mem
---@field name string
---@field revision integer
