/* SPDX-License-Identifier: MIT */
#include "tracer/table/structures.h"

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <linux/tcp.h>
#include <linux/tls.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* A brace alone is no block, whatever some versions of clang-format say. */
/* clang-format off */
#define MEMBER(name, kind, type, member, ...) \
	{name, MEMBER_##kind, offsetof(type, member), sizeof(((type *)0)->member), ##__VA_ARGS__}
/* Of structs that not all headers have. */
#define AT(name, kind, offset, size, ...) {name, MEMBER_##kind, offset, size, ##__VA_ARGS__}
/* clang-format on */
#define END_OF(type, member) (offsetof(type, member) + sizeof(((type *)0)->member))

const struct structure structure_linger = {
	sizeof(struct linger), (const struct structure_member[]){
				       MEMBER("onoff", SIGNED, struct linger, l_onoff),
				       MEMBER("seconds", SIGNED, struct linger, l_linger),
				       {NULL},
			       }};

const struct structure structure_credentials = {
	sizeof(struct ucred), (const struct structure_member[]){
				      MEMBER("pid", SIGNED, struct ucred, pid),
				      MEMBER("uid", UNSIGNED, struct ucred, uid),
				      MEMBER("gid", UNSIGNED, struct ucred, gid),
				      {NULL},
			      }};

/* Kernels differ in how much of it they fill; all fill what is here. */
const struct structure structure_tcp_info = {END_OF(struct tcp_info, tcpi_total_retrans),
	(const struct structure_member[]){
		MEMBER("state", CONSTANT, struct tcp_info, tcpi_state, constants_tcp_states),
		MEMBER("retransmits", UNSIGNED, struct tcp_info, tcpi_retransmits),
		MEMBER("rtt_us", UNSIGNED, struct tcp_info, tcpi_rtt),
		MEMBER("rttvar_us", UNSIGNED, struct tcp_info, tcpi_rttvar),
		MEMBER("snd_mss", UNSIGNED, struct tcp_info, tcpi_snd_mss),
		MEMBER("rcv_mss", UNSIGNED, struct tcp_info, tcpi_rcv_mss),
		MEMBER("snd_cwnd", UNSIGNED, struct tcp_info, tcpi_snd_cwnd),
		MEMBER("unacked", UNSIGNED, struct tcp_info, tcpi_unacked),
		MEMBER("lost", UNSIGNED, struct tcp_info, tcpi_lost),
		MEMBER("total_retrans", UNSIGNED, struct tcp_info, tcpi_total_retrans),
		{NULL},
	}};

/* linux/net_tstamp.h: SO_TXTIME, and SO_TIMESTAMPING where it is no int */
const struct structure structure_txtime = {
	sizeof(struct sock_txtime), (const struct structure_member[]){
					    MEMBER("clock", SIGNED, struct sock_txtime, clockid),
					    MEMBER("flags", UNSIGNED, struct sock_txtime, flags),
					    {NULL},
				    }};

const struct structure structure_timestamping = {sizeof(struct so_timestamping),
	(const struct structure_member[]){
		MEMBER("flags", UNSIGNED, struct so_timestamping, flags),
		MEMBER("bind_phc", SIGNED, struct so_timestamping, bind_phc),
		{NULL},
	}};

/* ip(7), ipv6(7). A struct ip_mreqn begins as a struct ip_mreq. */
const struct structure structure_membership = {
	sizeof(struct ip_mreq), (const struct structure_member[]){
					MEMBER("group", INTERNET, struct ip_mreqn, imr_multiaddr),
					MEMBER("address", INTERNET, struct ip_mreqn, imr_address),
					MEMBER("interface", SIGNED, struct ip_mreqn, imr_ifindex),
					{NULL},
				}};

const struct structure structure_membership6 = {sizeof(struct ipv6_mreq),
	(const struct structure_member[]){
		MEMBER("group", INTERNET, struct ipv6_mreq, ipv6mr_multiaddr),
		MEMBER("interface", UNSIGNED, struct ipv6_mreq, ipv6mr_interface),
		{NULL},
	}};

const struct structure structure_source = {sizeof(struct ip_mreq_source),
	(const struct structure_member[]){
		MEMBER("group", INTERNET, struct ip_mreq_source, imr_multiaddr),
		MEMBER("address", INTERNET, struct ip_mreq_source, imr_interface),
		MEMBER("source", INTERNET, struct ip_mreq_source, imr_sourceaddr),
		{NULL},
	}};

const struct structure structure_source_filter = {offsetof(struct ip_msfilter, imsf_slist),
	(const struct structure_member[]){
		MEMBER("group", INTERNET, struct ip_msfilter, imsf_multiaddr),
		MEMBER("address", INTERNET, struct ip_msfilter, imsf_interface),
		MEMBER("mode", CONSTANT, struct ip_msfilter, imsf_fmode, constants_filter_modes),
		MEMBER("count", UNSIGNED, struct ip_msfilter, imsf_numsrc),
		AT("sources", INTERNET_LIST, offsetof(struct ip_msfilter, imsf_slist), 0),
		{NULL},
	}};

const struct structure structure_group = {sizeof(struct group_req),
	(const struct structure_member[]){
		MEMBER("group", ADDRESS, struct group_req, gr_group),
		MEMBER("interface", UNSIGNED, struct group_req, gr_interface),
		{NULL},
	}};

const struct structure structure_group_source = {sizeof(struct group_source_req),
	(const struct structure_member[]){
		MEMBER("group", ADDRESS, struct group_source_req, gsr_group),
		MEMBER("source", ADDRESS, struct group_source_req, gsr_source),
		MEMBER("interface", UNSIGNED, struct group_source_req, gsr_interface),
		{NULL},
	}};

const struct structure structure_group_filter = {offsetof(struct group_filter, gf_slist),
	(const struct structure_member[]){
		MEMBER("group", ADDRESS, struct group_filter, gf_group),
		MEMBER("interface", UNSIGNED, struct group_filter, gf_interface),
		MEMBER("mode", CONSTANT, struct group_filter, gf_fmode, constants_filter_modes),
		MEMBER("count", UNSIGNED, struct group_filter, gf_numsrc),
		AT("sources", ADDRESS_LIST, offsetof(struct group_filter, gf_slist), 0),
		{NULL},
	}};

const struct structure structure_packet_info = {sizeof(struct in_pktinfo),
	(const struct structure_member[]){
		MEMBER("interface", SIGNED, struct in_pktinfo, ipi_ifindex),
		MEMBER("local", INTERNET, struct in_pktinfo, ipi_spec_dst),
		MEMBER("address", INTERNET, struct in_pktinfo, ipi_addr),
		{NULL},
	}};

const struct structure structure_packet_info6 = {sizeof(struct in6_pktinfo),
	(const struct structure_member[]){
		MEMBER("interface", UNSIGNED, struct in6_pktinfo, ipi6_ifindex),
		MEMBER("address", INTERNET, struct in6_pktinfo, ipi6_addr),
		{NULL},
	}};

const struct structure structure_path_mtu = {sizeof(struct ip6_mtuinfo),
	(const struct structure_member[]){
		MEMBER("address", ADDRESS, struct ip6_mtuinfo, ip6m_addr),
		MEMBER("mtu", UNSIGNED, struct ip6_mtuinfo, ip6m_mtu),
		{NULL},
	}};

/* struct in6_flowlabel_req: linux/in6.h */
const struct structure structure_flow_label = {32, (const struct structure_member[]){
							   AT("address", INTERNET, 0, 16),
							   AT("label", NETWORK, 16, 4),
							   AT("action", UNSIGNED, 20, 1),
							   AT("share", UNSIGNED, 21, 1),
							   AT("flags", UNSIGNED, 22, 2),
							   AT("expires", UNSIGNED, 24, 2),
							   AT("linger", UNSIGNED, 26, 2),
							   {NULL},
						   }};

/* linux/tcp.h; tcp(7) */
const struct structure structure_repair_window = {sizeof(struct tcp_repair_window),
	(const struct structure_member[]){
		MEMBER("snd_wl1", UNSIGNED, struct tcp_repair_window, snd_wl1),
		MEMBER("snd_wnd", UNSIGNED, struct tcp_repair_window, snd_wnd),
		MEMBER("max_window", UNSIGNED, struct tcp_repair_window, max_window),
		MEMBER("rcv_wnd", UNSIGNED, struct tcp_repair_window, rcv_wnd),
		MEMBER("rcv_wup", UNSIGNED, struct tcp_repair_window, rcv_wup),
		{NULL},
	}};

const struct structure structure_repair_option = {sizeof(struct tcp_repair_opt),
	(const struct structure_member[]){
		MEMBER("code", CONSTANT, struct tcp_repair_opt, opt_code, constants_repair_options),
		MEMBER("value", UNSIGNED, struct tcp_repair_opt, opt_val),
		{NULL},
	}};

/* linux/tcp.h: Linux 4.18, and longer since 5.6. */
const struct structure structure_zerocopy = {16, (const struct structure_member[]){
							 AT("address", HEXADECIMAL, 0, 8),
							 AT("length", UNSIGNED, 8, 4),
							 AT("recv_skip_hint", UNSIGNED, 12, 4),
							 AT("inq", UNSIGNED, 16, 4),
							 AT("err", SIGNED, 20, 4),
							 AT("copybuf_address", HEXADECIMAL, 24, 8),
							 AT("copybuf_len", SIGNED, 32, 4),
							 AT("flags", UNSIGNED, 36, 4),
							 {NULL},
						 }};

/* struct tcp_ao_add, tcp_ao_del, tcp_ao_info_opt, tcp_ao_getsockopt, tcp_ao_repair: Linux 6.7 */
const struct structure structure_ao_key = {
	288, (const struct structure_member[]){
		     AT("address", ADDRESS, 0, 128),
		     AT("algorithm", TEXT, 128, 64),
		     AT("interface", SIGNED, 192, 4),
		     AT("flags", FLAGS, 196, 4, constants_ao_flags),
		     AT("prefix", UNSIGNED, 202, 1),
		     AT("sndid", UNSIGNED, 203, 1),
		     AT("rcvid", UNSIGNED, 204, 1),
		     AT("maclen", UNSIGNED, 205, 1),
		     AT("keyflags", FLAGS, 206, 1, constants_ao_key_flags),
		     AT("keylen", UNSIGNED, 207, 1),
		     AT("key", COUNTED_BYTES, 208, 80),
		     {NULL},
	     }};

const struct structure structure_ao_deleted_key = {
	144, (const struct structure_member[]){
		     AT("address", ADDRESS, 0, 128),
		     AT("interface", SIGNED, 128, 4),
		     AT("flags", FLAGS, 132, 4, constants_ao_flags),
		     AT("prefix", UNSIGNED, 138, 1),
		     AT("sndid", UNSIGNED, 139, 1),
		     AT("rcvid", UNSIGNED, 140, 1),
		     AT("current_key", UNSIGNED, 141, 1),
		     AT("rnext", UNSIGNED, 142, 1),
		     AT("keyflags", FLAGS, 143, 1, constants_ao_key_flags),
		     {NULL},
	     }};

const struct structure structure_ao_info = {
	48, (const struct structure_member[]){
		    AT("flags", FLAGS, 0, 4, constants_ao_info_flags),
		    AT("current_key", UNSIGNED, 6, 1),
		    AT("rnext", UNSIGNED, 7, 1),
		    AT("pkt_good", UNSIGNED, 8, 8),
		    AT("pkt_bad", UNSIGNED, 16, 8),
		    AT("pkt_key_not_found", UNSIGNED, 24, 8),
		    AT("pkt_ao_required", UNSIGNED, 32, 8),
		    AT("pkt_dropped_icmp", UNSIGNED, 40, 8),
		    {NULL},
	    }};

const struct structure structure_ao_found_key = {
	304, (const struct structure_member[]){
		     AT("address", ADDRESS, 0, 128),
		     AT("algorithm", TEXT, 128, 64),
		     AT("nkeys", UNSIGNED, 272, 4),
		     AT("flags", FLAGS, 276, 2, constants_ao_found_flags),
		     AT("sndid", UNSIGNED, 278, 1),
		     AT("rcvid", UNSIGNED, 279, 1),
		     AT("prefix", UNSIGNED, 280, 1),
		     AT("maclen", UNSIGNED, 281, 1),
		     AT("keyflags", FLAGS, 282, 1, constants_ao_key_flags),
		     AT("keylen", UNSIGNED, 283, 1),
		     AT("key", COUNTED_BYTES, 192, 80),
		     AT("interface", SIGNED, 284, 4),
		     AT("pkt_good", UNSIGNED, 288, 8),
		     AT("pkt_bad", UNSIGNED, 296, 8),
		     {NULL},
	     }};

const struct structure structure_ao_repair = {16, (const struct structure_member[]){
							  AT("snt_isn", NETWORK, 0, 4),
							  AT("rcv_isn", NETWORK, 4, 4),
							  AT("snd_sne", UNSIGNED, 8, 4),
							  AT("rcv_sne", UNSIGNED, 12, 4),
							  {NULL},
						  }};

/* linux/tls.h. Behind it stands what the cipher needs: nonce, key, salt, sequence number. */
const struct structure structure_tls = {sizeof(struct tls_crypto_info),
	(const struct structure_member[]){
		MEMBER("version", CONSTANT, struct tls_crypto_info, version,
			constants_tls_versions),
		MEMBER("cipher", CONSTANT, struct tls_crypto_info, cipher_type,
			constants_tls_ciphers),
		AT("secret", BYTES, sizeof(struct tls_crypto_info), 0),
		{NULL},
	}};

/* linux/if_packet.h; packet(7) */
const struct structure structure_packet_membership = {sizeof(struct packet_mreq),
	(const struct structure_member[]){
		MEMBER("interface", SIGNED, struct packet_mreq, mr_ifindex),
		MEMBER("type", CONSTANT, struct packet_mreq, mr_type, constants_packet_memberships),
		MEMBER("length", UNSIGNED, struct packet_mreq, mr_alen),
		MEMBER("address", COUNTED_HARDWARE, struct packet_mreq, mr_address),
		{NULL},
	}};

const struct structure structure_packet_ring = {sizeof(struct tpacket_req),
	(const struct structure_member[]){
		MEMBER("block_size", UNSIGNED, struct tpacket_req3, tp_block_size),
		MEMBER("block_nr", UNSIGNED, struct tpacket_req3, tp_block_nr),
		MEMBER("frame_size", UNSIGNED, struct tpacket_req3, tp_frame_size),
		MEMBER("frame_nr", UNSIGNED, struct tpacket_req3, tp_frame_nr),
		MEMBER("retire_blk_tov", UNSIGNED, struct tpacket_req3, tp_retire_blk_tov),
		MEMBER("sizeof_priv", UNSIGNED, struct tpacket_req3, tp_sizeof_priv),
		MEMBER("feature_req_word", UNSIGNED, struct tpacket_req3, tp_feature_req_word),
		{NULL},
	}};

const struct structure structure_packet_statistics = {sizeof(struct tpacket_stats),
	(const struct structure_member[]){
		MEMBER("packets", UNSIGNED, struct tpacket_stats_v3, tp_packets),
		MEMBER("drops", UNSIGNED, struct tpacket_stats_v3, tp_drops),
		MEMBER("freeze_q_cnt", UNSIGNED, struct tpacket_stats_v3, tp_freeze_q_cnt),
		{NULL},
	}};

const struct structure structure_packet_rollover = {sizeof(struct tpacket_rollover_stats),
	(const struct structure_member[]){
		MEMBER("all", UNSIGNED, struct tpacket_rollover_stats, tp_all),
		MEMBER("huge", UNSIGNED, struct tpacket_rollover_stats, tp_huge),
		MEMBER("failed", UNSIGNED, struct tpacket_rollover_stats, tp_failed),
		{NULL},
	}};

const struct structure structure_packet_fanout = {sizeof(struct fanout_args),
	(const struct structure_member[]){
		MEMBER("id", UNSIGNED, struct fanout_args, id),
		MEMBER("type_flags", UNSIGNED, struct fanout_args, type_flags),
		MEMBER("max_num_members", UNSIGNED, struct fanout_args, max_num_members),
		{NULL},
	}};

/* linux/sctp.h: struct sctp_assoc_value; linux/tipc.h: struct tipc_group_req */
const struct structure structure_association_value = {8, (const struct structure_member[]){
								 AT("association", SIGNED, 0, 4),
								 AT("value", UNSIGNED, 4, 4),
								 {NULL},
							 }};

const struct structure structure_tipc_group = {16, (const struct structure_member[]){
							   AT("type", UNSIGNED, 0, 4),
							   AT("instance", UNSIGNED, 4, 4),
							   AT("scope", UNSIGNED, 8, 4),
							   AT("flags", UNSIGNED, 12, 4),
							   {NULL},
						   }};

/* linux/if_packet.h; packet(7). The protocol and the interface are not here: decode_address.c. */
const struct structure structure_packet_address = {offsetof(struct sockaddr_ll, sll_addr),
	(const struct structure_member[]){
		MEMBER("hardware", CONSTANT, struct sockaddr_ll, sll_hatype,
			constants_hardware_types),
		MEMBER("packet_type", CONSTANT, struct sockaddr_ll, sll_pkttype,
			constants_packet_types),
		MEMBER("length", UNSIGNED, struct sockaddr_ll, sll_halen),
		MEMBER("address", COUNTED_HARDWARE, struct sockaddr_ll, sll_addr),
		{NULL},
	}};

/* linux/ax25.h, netipx/ipx.h, linux/x25.h */
const struct structure structure_ax25_address = {
	16, (const struct structure_member[]){
		    AT("address", CALL_SIGN, 2, 7),
		    AT("digis", SIGNED, 12, 4),
		    AT("digipeaters", CALL_SIGN_LIST, 16, 0),
		    {NULL},
	    }};

const struct structure structure_ipx_address = {14, (const struct structure_member[]){
							    AT("port", NETWORK, 2, 2),
							    AT("network", NETWORK, 4, 4),
							    AT("address", HARDWARE, 8, 6),
							    AT("type", UNSIGNED, 14, 1),
							    {NULL},
						    }};

const struct structure structure_x25_address = {18, (const struct structure_member[]){
							    AT("address", TEXT, 2, 16),
							    {NULL},
						    }};

/* linux/can.h, linux/if_alg.h, linux/if_xdp.h, linux/qrtr.h, linux/mctp.h */
const struct structure structure_can_address = {8, (const struct structure_member[]){
							   AT("interface", SIGNED, 4, 4),
							   {NULL},
						   }};

const struct structure structure_alg_address = {88, (const struct structure_member[]){
							    AT("type", TEXT, 2, 14),
							    AT("feat", UNSIGNED, 16, 4),
							    AT("mask", UNSIGNED, 20, 4),
							    AT("name", TEXT, 24, 64),
							    {NULL},
						    }};

const struct structure structure_xdp_address = {
	16, (const struct structure_member[]){
		    AT("flags", FLAGS, 2, 2, constants_xdp_flags),
		    AT("interface", UNSIGNED, 4, 4),
		    AT("queue", UNSIGNED, 8, 4),
		    AT("umem_fd", UNSIGNED, 12, 4),
		    {NULL},
	    }};

const struct structure structure_qrtr_address = {12, (const struct structure_member[]){
							     AT("node", UNSIGNED, 4, 4),
							     AT("port", UNSIGNED, 8, 4),
							     {NULL},
						     }};

const struct structure structure_mctp_address = {11, (const struct structure_member[]){
							     AT("network", UNSIGNED, 4, 4),
							     AT("endpoint", UNSIGNED, 8, 1),
							     AT("type", UNSIGNED, 9, 1),
							     AT("tag", UNSIGNED, 10, 1),
							     {NULL},
						     }};

/* Ancillary data: linux/errqueue.h, linux/if_packet.h, linux/sctp.h */
const struct structure structure_timestamping_packet = {16, (const struct structure_member[]){
								    AT("interface", UNSIGNED, 0, 4),
								    AT("length", UNSIGNED, 4, 4),
								    {NULL},
							    }};

const struct structure structure_packet_auxiliary = {sizeof(struct tpacket_auxdata),
	(const struct structure_member[]){
		MEMBER("status", FLAGS, struct tpacket_auxdata, tp_status, constants_packet_status),
		MEMBER("len", UNSIGNED, struct tpacket_auxdata, tp_len),
		MEMBER("snaplen", UNSIGNED, struct tpacket_auxdata, tp_snaplen),
		MEMBER("mac", UNSIGNED, struct tpacket_auxdata, tp_mac),
		MEMBER("net", UNSIGNED, struct tpacket_auxdata, tp_net),
		MEMBER("vlan_tci", UNSIGNED, struct tpacket_auxdata, tp_vlan_tci),
		MEMBER("vlan_tpid", CONSTANT, struct tpacket_auxdata, tp_vlan_tpid,
			constants_ethernet_protocols),
		{NULL},
	}};

const struct structure structure_sctp_init = {8, (const struct structure_member[]){
							 AT("num_ostreams", UNSIGNED, 0, 2),
							 AT("max_instreams", UNSIGNED, 2, 2),
							 AT("max_attempts", UNSIGNED, 4, 2),
							 AT("max_init_timeo", UNSIGNED, 6, 2),
							 {NULL},
						 }};

const struct structure structure_sctp_send_receive = {32, (const struct structure_member[]){
								  AT("stream", UNSIGNED, 0, 2),
								  AT("ssn", UNSIGNED, 2, 2),
								  AT("flags", UNSIGNED, 4, 2),
								  AT("ppid", NETWORK, 8, 4),
								  AT("context", UNSIGNED, 12, 4),
								  AT("timetolive", UNSIGNED, 16, 4),
								  AT("tsn", UNSIGNED, 20, 4),
								  AT("cumtsn", UNSIGNED, 24, 4),
								  AT("association", SIGNED, 28, 4),
								  {NULL},
							  }};

const struct structure structure_sctp_send = {16, (const struct structure_member[]){
							  AT("stream", UNSIGNED, 0, 2),
							  AT("flags", UNSIGNED, 2, 2),
							  AT("ppid", NETWORK, 4, 4),
							  AT("context", UNSIGNED, 8, 4),
							  AT("association", SIGNED, 12, 4),
							  {NULL},
						  }};

const struct structure structure_sctp_receive = {28, (const struct structure_member[]){
							     AT("stream", UNSIGNED, 0, 2),
							     AT("ssn", UNSIGNED, 2, 2),
							     AT("flags", UNSIGNED, 4, 2),
							     AT("ppid", NETWORK, 8, 4),
							     AT("tsn", UNSIGNED, 12, 4),
							     AT("cumtsn", UNSIGNED, 16, 4),
							     AT("context", UNSIGNED, 20, 4),
							     AT("association", SIGNED, 24, 4),
							     {NULL},
						     }};

const struct structure structure_sctp_next = {16, (const struct structure_member[]){
							  AT("stream", UNSIGNED, 0, 2),
							  AT("flags", UNSIGNED, 2, 2),
							  AT("ppid", NETWORK, 4, 4),
							  AT("length", UNSIGNED, 8, 4),
							  AT("association", SIGNED, 12, 4),
							  {NULL},
						  }};

const struct structure structure_sctp_partial = {8, (const struct structure_member[]){
							    AT("policy", UNSIGNED, 0, 2),
							    AT("value", UNSIGNED, 4, 4),
							    {NULL},
						    }};

const struct structure structure_sctp_authentication = {2, (const struct structure_member[]){
								   AT("key_number", UNSIGNED, 0, 2),
								   {NULL},
							   }};

/* netdevice(7): what stands in a struct ifreq, by request. */
const struct structure structure_interface = {16, (const struct structure_member[]){
							  AT("interface", TEXT, 0, 16),
							  {NULL},
						  }};

const struct structure structure_interface_index = {16, (const struct structure_member[]){
								AT("interface", TEXT, 0, 16),
								AT("index", SIGNED, 16, 4),
								{NULL},
							}};

const struct structure structure_interface_metric = {16, (const struct structure_member[]){
								 AT("interface", TEXT, 0, 16),
								 AT("metric", SIGNED, 16, 4),
								 {NULL},
							 }};

const struct structure structure_interface_mtu = {16, (const struct structure_member[]){
							      AT("interface", TEXT, 0, 16),
							      AT("mtu", SIGNED, 16, 4),
							      {NULL},
						      }};

const struct structure structure_interface_queue = {16, (const struct structure_member[]){
								AT("interface", TEXT, 0, 16),
								AT("queue_length", SIGNED, 16, 4),
								{NULL},
							}};

const struct structure structure_interface_flags = {
	16, (const struct structure_member[]){
		    AT("interface", TEXT, 0, 16),
		    AT("flags", FLAGS, 16, 2, constants_interface_flags),
		    {NULL},
	    }};

const struct structure structure_interface_slave = {16, (const struct structure_member[]){
								AT("interface", TEXT, 0, 16),
								AT("slave", TEXT, 16, 16),
								{NULL},
							}};

const struct structure structure_interface_new_name = {16, (const struct structure_member[]){
								   AT("interface", TEXT, 0, 16),
								   AT("new_name", TEXT, 16, 16),
								   {NULL},
							   }};

const struct structure structure_interface_address = {16, (const struct structure_member[]){
								  AT("interface", TEXT, 0, 16),
								  AT("address", ADDRESS, 16, 16),
								  {NULL},
							  }};

const struct structure structure_interface_hardware = {
	16, (const struct structure_member[]){
		    AT("interface", TEXT, 0, 16),
		    AT("hardware", CONSTANT, 16, 2, constants_hardware_types),
		    AT("address", HARDWARE, 18, 6),
		    {NULL},
	    }};

const struct structure structure_interface_map = {16, (const struct structure_member[]){
							      AT("interface", TEXT, 0, 16),
							      AT("mem_start", HEXADECIMAL, 16, 8),
							      AT("mem_end", HEXADECIMAL, 24, 8),
							      AT("base_addr", HEXADECIMAL, 32, 2),
							      AT("irq", UNSIGNED, 34, 1),
							      AT("dma", UNSIGNED, 35, 1),
							      AT("port", UNSIGNED, 36, 1),
							      {NULL},
						      }};

/* The index is asked for, the name is the answer. */
const struct structure structure_interface_of_index = {20, (const struct structure_member[]){
								   AT("index", SIGNED, 16, 4),
								   AT("interface", TEXT, 0, 16),
								   {NULL},
							   }};

const struct structure structure_index_of_interface = {20, (const struct structure_member[]){
								   AT("index", SIGNED, 16, 4),
								   {NULL},
							   }};

/* The headers of netlink's messages: linux/rtnetlink.h and those that it includes. Requests may
 * have no more of them than the family. */
const struct structure structure_netlink_family = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   {NULL},
	   }};

const struct structure structure_netlink_link = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("type", CONSTANT, 2, 2, constants_hardware_types),
		   AT("index", SIGNED, 4, 4),
		   AT("flags", FLAGS, 8, 4, constants_interface_flags),
		   AT("change", FLAGS, 12, 4, constants_interface_flags),
		   {NULL},
	   }};

const struct structure structure_netlink_address = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("prefix_length", UNSIGNED, 1, 1),
		   AT("flags", FLAGS, 2, 1, constants_address_flags),
		   AT("scope", CONSTANT, 3, 1, constants_route_scopes),
		   AT("index", SIGNED, 4, 4),
		   {NULL},
	   }};

const struct structure structure_netlink_route = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("dst_len", UNSIGNED, 1, 1),
		   AT("src_len", UNSIGNED, 2, 1),
		   AT("tos", UNSIGNED, 3, 1),
		   AT("table", CONSTANT, 4, 1, constants_route_tables),
		   AT("protocol", CONSTANT, 5, 1, constants_route_protocols),
		   AT("scope", CONSTANT, 6, 1, constants_route_scopes),
		   AT("type", CONSTANT, 7, 1, constants_route_types),
		   AT("flags", FLAGS, 8, 4, constants_route_flags),
		   {NULL},
	   }};

const struct structure structure_netlink_neighbour = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("index", SIGNED, 4, 4),
		   AT("state", FLAGS, 8, 2, constants_neighbour_states),
		   AT("flags", FLAGS, 10, 1, constants_neighbour_flags),
		   AT("type", CONSTANT, 11, 1, constants_route_types),
		   {NULL},
	   }};

const struct structure structure_netlink_rule = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("dst_len", UNSIGNED, 1, 1),
		   AT("src_len", UNSIGNED, 2, 1),
		   AT("tos", UNSIGNED, 3, 1),
		   AT("table", CONSTANT, 4, 1, constants_route_tables),
		   AT("action", CONSTANT, 7, 1, constants_rule_actions),
		   AT("flags", FLAGS, 8, 4, constants_rule_flags),
		   {NULL},
	   }};

const struct structure structure_netlink_traffic = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("index", SIGNED, 4, 4),
		   AT("handle", UNSIGNED, 8, 4),
		   AT("parent", UNSIGNED, 12, 4),
		   AT("info", UNSIGNED, 16, 4),
		   {NULL},
	   }};

const struct structure structure_netlink_address_label = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("prefix_length", UNSIGNED, 2, 1),
		   AT("flags", UNSIGNED, 3, 1),
		   AT("index", UNSIGNED, 4, 4),
		   AT("seq", UNSIGNED, 8, 4),
		   {NULL},
	   }};

const struct structure structure_netlink_next_hop = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("scope", CONSTANT, 1, 1, constants_route_scopes),
		   AT("protocol", CONSTANT, 2, 1, constants_route_protocols),
		   AT("flags", FLAGS, 4, 4, constants_route_flags),
		   {NULL},
	   }};

const struct structure structure_netlink_statistics = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("index", UNSIGNED, 4, 4),
		   AT("filter_mask", UNSIGNED, 8, 4),
		   {NULL},
	   }};

const struct structure structure_netlink_bridge_port = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("index", UNSIGNED, 4, 4),
		   {NULL},
	   }};

/* linux/sock_diag.h, linux/inet_diag.h, linux/unix_diag.h, linux/netlink_diag.h,
 * linux/packet_diag.h. An AF_INET address takes the first 4 bytes of the 16. */
const struct structure structure_netlink_inet_request = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("protocol", CONSTANT, 1, 1, constants_ip_protocols),
		   AT("ext", UNSIGNED, 2, 1),
		   AT("states", UNSIGNED, 4, 4),
		   AT("sport", NETWORK, 8, 2),
		   AT("dport", NETWORK, 10, 2),
		   AT("src", INTERNET, 12, 4),
		   AT("dst", INTERNET, 28, 4),
		   AT("interface", UNSIGNED, 44, 4),
		   AT("cookie", UNSIGNED, 48, 8),
		   {NULL},
	   }};

const struct structure structure_netlink_inet_socket = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("state", CONSTANT, 1, 1, constants_tcp_states),
		   AT("timer", UNSIGNED, 2, 1),
		   AT("retrans", UNSIGNED, 3, 1),
		   AT("sport", NETWORK, 4, 2),
		   AT("dport", NETWORK, 6, 2),
		   AT("src", INTERNET, 8, 4),
		   AT("dst", INTERNET, 24, 4),
		   AT("interface", UNSIGNED, 40, 4),
		   AT("cookie", UNSIGNED, 44, 8),
		   AT("expires", UNSIGNED, 52, 4),
		   AT("rqueue", UNSIGNED, 56, 4),
		   AT("wqueue", UNSIGNED, 60, 4),
		   AT("uid", UNSIGNED, 64, 4),
		   AT("inode", UNSIGNED, 68, 4),
		   {NULL},
	   }};

const struct structure structure_netlink_inet6_request = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("protocol", CONSTANT, 1, 1, constants_ip_protocols),
		   AT("ext", UNSIGNED, 2, 1),
		   AT("states", UNSIGNED, 4, 4),
		   AT("sport", NETWORK, 8, 2),
		   AT("dport", NETWORK, 10, 2),
		   AT("src", INTERNET, 12, 16),
		   AT("dst", INTERNET, 28, 16),
		   AT("interface", UNSIGNED, 44, 4),
		   AT("cookie", UNSIGNED, 48, 8),
		   {NULL},
	   }};

const struct structure structure_netlink_inet6_socket = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("state", CONSTANT, 1, 1, constants_tcp_states),
		   AT("timer", UNSIGNED, 2, 1),
		   AT("retrans", UNSIGNED, 3, 1),
		   AT("sport", NETWORK, 4, 2),
		   AT("dport", NETWORK, 6, 2),
		   AT("src", INTERNET, 8, 16),
		   AT("dst", INTERNET, 24, 16),
		   AT("interface", UNSIGNED, 40, 4),
		   AT("cookie", UNSIGNED, 44, 8),
		   AT("expires", UNSIGNED, 52, 4),
		   AT("rqueue", UNSIGNED, 56, 4),
		   AT("wqueue", UNSIGNED, 60, 4),
		   AT("uid", UNSIGNED, 64, 4),
		   AT("inode", UNSIGNED, 68, 4),
		   {NULL},
	   }};

const struct structure structure_netlink_unix_request = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("protocol", UNSIGNED, 1, 1),
		   AT("states", UNSIGNED, 4, 4),
		   AT("inode", UNSIGNED, 8, 4),
		   AT("show", FLAGS, 12, 4, constants_unix_diag_show),
		   AT("cookie", UNSIGNED, 16, 8),
		   {NULL},
	   }};

const struct structure structure_netlink_unix_socket = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("type", CONSTANT, 1, 1, constants_types),
		   AT("state", CONSTANT, 2, 1, constants_tcp_states),
		   AT("inode", UNSIGNED, 4, 4),
		   AT("cookie", UNSIGNED, 8, 8),
		   {NULL},
	   }};

const struct structure structure_netlink_socket_request = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("protocol", UNSIGNED, 1, 1),
		   AT("inode", UNSIGNED, 4, 4),
		   AT("show", UNSIGNED, 8, 4),
		   AT("cookie", UNSIGNED, 12, 8),
		   {NULL},
	   }};

const struct structure structure_netlink_netlink_socket = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("type", CONSTANT, 1, 1, constants_types),
		   AT("protocol", CONSTANT, 2, 1, constants_netlink_protocols),
		   AT("state", CONSTANT, 3, 1, constants_tcp_states),
		   AT("portid", UNSIGNED, 4, 4),
		   AT("dst_portid", UNSIGNED, 8, 4),
		   AT("dst_group", UNSIGNED, 12, 4),
		   AT("inode", UNSIGNED, 16, 4),
		   AT("cookie", UNSIGNED, 20, 8),
		   {NULL},
	   }};

const struct structure structure_netlink_packet_socket = {
	1, (const struct structure_member[]){
		   AT("family", CONSTANT, 0, 1, constants_families),
		   AT("type", CONSTANT, 1, 1, constants_types),
		   AT("num", CONSTANT, 2, 2, constants_ethernet_protocols),
		   AT("inode", UNSIGNED, 4, 4),
		   AT("cookie", UNSIGNED, 8, 8),
		   {NULL},
	   }};

/* linux/genetlink.h */
const struct structure structure_netlink_generic = {4, (const struct structure_member[]){
							       AT("command", UNSIGNED, 0, 1),
							       AT("version", UNSIGNED, 1, 1),
							       {NULL},
						       }};

const struct structure structure_netlink_control = {
	4, (const struct structure_member[]){
		   AT("command", CONSTANT, 0, 1, constants_generic_commands),
		   AT("version", UNSIGNED, 1, 1),
		   {NULL},
	   }};

/* Attributes of these messages */
const struct structure structure_link_statistics = {
	184, (const struct structure_member[]){
		     AT("rx_packets", UNSIGNED, 0, 8),
		     AT("tx_packets", UNSIGNED, 8, 8),
		     AT("rx_bytes", UNSIGNED, 16, 8),
		     AT("tx_bytes", UNSIGNED, 24, 8),
		     AT("rx_errors", UNSIGNED, 32, 8),
		     AT("tx_errors", UNSIGNED, 40, 8),
		     AT("rx_dropped", UNSIGNED, 48, 8),
		     AT("tx_dropped", UNSIGNED, 56, 8),
		     AT("multicast", UNSIGNED, 64, 8),
		     AT("collisions", UNSIGNED, 72, 8),
		     AT("rx_length_errors", UNSIGNED, 80, 8),
		     AT("rx_over_errors", UNSIGNED, 88, 8),
		     AT("rx_crc_errors", UNSIGNED, 96, 8),
		     AT("rx_frame_errors", UNSIGNED, 104, 8),
		     AT("rx_fifo_errors", UNSIGNED, 112, 8),
		     AT("rx_missed_errors", UNSIGNED, 120, 8),
		     AT("tx_aborted_errors", UNSIGNED, 128, 8),
		     AT("tx_carrier_errors", UNSIGNED, 136, 8),
		     AT("tx_fifo_errors", UNSIGNED, 144, 8),
		     AT("tx_heartbeat_errors", UNSIGNED, 152, 8),
		     AT("tx_window_errors", UNSIGNED, 160, 8),
		     AT("rx_compressed", UNSIGNED, 168, 8),
		     AT("tx_compressed", UNSIGNED, 176, 8),
		     AT("rx_nohandler", UNSIGNED, 184, 8),
		     {NULL},
	     }};

const struct structure structure_link_statistics32 = {
	92, (const struct structure_member[]){
		    AT("rx_packets", UNSIGNED, 0, 4),
		    AT("tx_packets", UNSIGNED, 4, 4),
		    AT("rx_bytes", UNSIGNED, 8, 4),
		    AT("tx_bytes", UNSIGNED, 12, 4),
		    AT("rx_errors", UNSIGNED, 16, 4),
		    AT("tx_errors", UNSIGNED, 20, 4),
		    AT("rx_dropped", UNSIGNED, 24, 4),
		    AT("tx_dropped", UNSIGNED, 28, 4),
		    AT("multicast", UNSIGNED, 32, 4),
		    AT("collisions", UNSIGNED, 36, 4),
		    AT("rx_length_errors", UNSIGNED, 40, 4),
		    AT("rx_over_errors", UNSIGNED, 44, 4),
		    AT("rx_crc_errors", UNSIGNED, 48, 4),
		    AT("rx_frame_errors", UNSIGNED, 52, 4),
		    AT("rx_fifo_errors", UNSIGNED, 56, 4),
		    AT("rx_missed_errors", UNSIGNED, 60, 4),
		    AT("tx_aborted_errors", UNSIGNED, 64, 4),
		    AT("tx_carrier_errors", UNSIGNED, 68, 4),
		    AT("tx_fifo_errors", UNSIGNED, 72, 4),
		    AT("tx_heartbeat_errors", UNSIGNED, 76, 4),
		    AT("tx_window_errors", UNSIGNED, 80, 4),
		    AT("rx_compressed", UNSIGNED, 84, 4),
		    AT("tx_compressed", UNSIGNED, 88, 4),
		    AT("rx_nohandler", UNSIGNED, 92, 4),
		    {NULL},
	    }};

const struct structure structure_link_map = {28, (const struct structure_member[]){
							 AT("mem_start", HEXADECIMAL, 0, 8),
							 AT("mem_end", HEXADECIMAL, 8, 8),
							 AT("base_addr", HEXADECIMAL, 16, 8),
							 AT("irq", UNSIGNED, 24, 2),
							 AT("dma", UNSIGNED, 26, 1),
							 AT("port", UNSIGNED, 27, 1),
							 {NULL},
						 }};

const struct structure structure_link_cache = {16, (const struct structure_member[]){
							   AT("max_reasm_len", UNSIGNED, 0, 4),
							   AT("tstamp", UNSIGNED, 4, 4),
							   AT("reachable_time", UNSIGNED, 8, 4),
							   AT("retrans_time", UNSIGNED, 12, 4),
							   {NULL},
						   }};

const struct structure structure_address_cache = {16, (const struct structure_member[]){
							      AT("preferred", UNSIGNED, 0, 4),
							      AT("valid", UNSIGNED, 4, 4),
							      AT("cstamp", UNSIGNED, 8, 4),
							      AT("tstamp", UNSIGNED, 12, 4),
							      {NULL},
						      }};

const struct structure structure_neighbour_cache = {16, (const struct structure_member[]){
								AT("confirmed", UNSIGNED, 0, 4),
								AT("used", UNSIGNED, 4, 4),
								AT("updated", UNSIGNED, 8, 4),
								AT("refcnt", UNSIGNED, 12, 4),
								{NULL},
							}};

const struct structure structure_route_cache = {32, (const struct structure_member[]){
							    AT("clntref", UNSIGNED, 0, 4),
							    AT("lastuse", UNSIGNED, 4, 4),
							    AT("expires", SIGNED, 8, 4),
							    AT("error", UNSIGNED, 12, 4),
							    AT("used", UNSIGNED, 16, 4),
							    AT("id", UNSIGNED, 20, 4),
							    AT("ts", UNSIGNED, 24, 4),
							    AT("tsage", UNSIGNED, 28, 4),
							    {NULL},
						    }};

const struct structure structure_user_range = {8, (const struct structure_member[]){
							  AT("start", UNSIGNED, 0, 4),
							  AT("end", UNSIGNED, 4, 4),
							  {NULL},
						  }};

const struct structure structure_port_range = {4, (const struct structure_member[]){
							  AT("start", UNSIGNED, 0, 2),
							  AT("end", UNSIGNED, 2, 2),
							  {NULL},
						  }};

const struct structure structure_inet_memory = {16, (const struct structure_member[]){
							    AT("rmem", UNSIGNED, 0, 4),
							    AT("wmem", UNSIGNED, 4, 4),
							    AT("fmem", UNSIGNED, 8, 4),
							    AT("tmem", UNSIGNED, 12, 4),
							    {NULL},
						    }};

const struct structure structure_socket_memory = {36, (const struct structure_member[]){
							      AT("rmem_alloc", UNSIGNED, 0, 4),
							      AT("rcvbuf", UNSIGNED, 4, 4),
							      AT("wmem_alloc", UNSIGNED, 8, 4),
							      AT("sndbuf", UNSIGNED, 12, 4),
							      AT("fwd_alloc", UNSIGNED, 16, 4),
							      AT("wmem_queued", UNSIGNED, 20, 4),
							      AT("optmem", UNSIGNED, 24, 4),
							      AT("backlog", UNSIGNED, 28, 4),
							      AT("drops", UNSIGNED, 32, 4),
							      {NULL},
						      }};

const struct structure structure_unix_file = {8, (const struct structure_member[]){
							 AT("inode", UNSIGNED, 0, 4),
							 AT("device", UNSIGNED, 4, 4),
							 {NULL},
						 }};

const struct structure structure_unix_queue = {8, (const struct structure_member[]){
							  AT("rqueue", UNSIGNED, 0, 4),
							  AT("wqueue", UNSIGNED, 4, 4),
							  {NULL},
						  }};
