/* SPDX-License-Identifier: MIT */
#include "viewer/hints/hint_rules.h"

const struct hint_rule hint_rules[] = {
	{"edge-triggered", HINT_BREAKS, "what was left there is not announced again",
		"With EPOLLET receive, or accept, until EAGAIN before the next wait; or watch "
		"without EPOLLET.",
		.title_zh = "没有取完的数据不会再次通知",
		.advice_zh =
			"使用 EPOLLET 时，在下一次等待之前要一直接收（或 accept）到 EAGAIN；或者不用 EPOLLET。",
		.before = {"close-wait", "unread-close", "no-answer", "long-wait", "own-timeout",
			"bytes-unread"},
		.of_trace = hint_find_edge_triggered},
	{"growth", HINT_BREAKS, "ever more sockets are open",
		"Close each when it is done with: the limit, RLIMIT_NOFILE, is reached sooner or "
		"later.",
		.title_zh = "打开的套接字越来越多",
		.advice_zh = "用完一个就关闭一个：上限 RLIMIT_NOFILE 迟早会达到。",
		.before = {"leak"}, .of_trace = hint_find_growth},
	{"close-wait", HINT_WASTES, "connections that the peer has ended are not closed",
		"Close a connection when a receive returns 0; watch those that are kept for later, too, and "
		"close those that become readable.",
		.title_zh = "对方已结束的连接没有关闭",
		.advice_zh = "接收返回 0 时就关闭连接；留待以后用的连接也要监视，变为可读就关闭。",
		.before = {"leak"}, .of_trace = hint_find_close_wait},
	{"partial-send", HINT_BREAKS, "the rest of a send was never sent",
		"A send may take less than it is given: send the rest in a loop until all is sent.",
		.title_zh = "一次 send 剩下的部分再没有发出",
		.advice_zh = "send 取走的可以少于交给它的：用循环发送其余部分，直到全部发出。",
		.before = {"own-timeout"}, .of_socket = hint_find_partial_send},
	{"unread-close", HINT_BREAKS, "a close with unread data reset the connection",
		"Call shutdown(SHUT_WR), read until the end of the stream, then close; unless the "
		"rest is not wanted, and the peer may know it.",
		.title_zh = "还有未读数据就 close，连接被复位",
		.advice_zh =
			"先 shutdown(SHUT_WR)，读到数据流结束，再 close；除非其余数据本不需要，而且可以让对端知道。",
		.before = {"bytes-unread"}, .of_socket = hint_find_unread_close},
	{"bytes-unread", HINT_BREAKS, "what was sent was not received to its end",
		"One receive takes what its buffer has room for: receive in a loop until the message is "
		"whole, or until 0 is returned; unless the rest is not wanted.",
		.title_zh = "发来的数据没有收完",
		.advice_zh =
			"一次接收只取缓存放得下的部分：用循环接收，直到报文完整，或返回 0；除非其余数据本不需要。",
		.of_socket = hint_find_bytes_unread},
	{"truncated", HINT_BREAKS, "a datagram was longer than the buffer, and its end is lost",
		"Give room for the longest datagram; ask for the real length with MSG_TRUNC.",
		.title_zh = "用户数据报比缓存长，末尾丢失",
		.advice_zh = "给最长的用户数据报留足缓存；用 MSG_TRUNC 询问真实长度。",
		.of_trace = hint_find_truncated},
	{"backlog", HINT_DELAYS, "connects find no room in the queue of the server",
		"Listen with a larger backlog (SOMAXCONN), and accept sooner. A UNIX connect that does not "
		"block has to be made again after EAGAIN.",
		.title_zh = "服务器的连接请求队列已满，connect 等不到位置",
		.advice_zh =
			"用更大的 backlog 监听（SOMAXCONN），并更快地 accept。非阻塞的 UNIX connect 遇到 EAGAIN 后要重新发起。",
		.before = {"own-timeout", "long-wait", "leak"}, .of_trace = hint_find_backlog},
	{"retransmitted", HINT_DELAYS, "segments had to be sent again",
		"The network loses what is sent, or the peer is not there any more: measure it with "
		"ping and mtr, and set TCP_USER_TIMEOUT to learn of it sooner.",
		.title_zh = "报文段不得不重传",
		.advice_zh =
			"网络丢失了发送的数据，或者对端已不在：用 ping 和 mtr 测量，并设置 TCP_USER_TIMEOUT 以便更早得知。",
		.before = {"own-timeout", "no-answer", "long-wait"},
		.of_socket = hint_find_retransmitted},
	{"slow-fallback", HINT_DELAYS, "an address that does not work was tried first",
		"Try addresses at the same time (RFC 8305), or put the one that answers first.",
		.title_zh = "先尝试了一个不通的地址",
		.advice_zh = "同时尝试几个地址（RFC 8305），或把能通的排在前面。",
		.before = {"own-timeout"}, .of_trace = hint_find_fallback},
	{"held-open", HINT_BREAKS, "an end of stream does not come: the socket is still open",
		"After fork, let each process close the descriptors that it does not use; or call "
		"shutdown(SHUT_WR), which ends the stream for all copies.",
		.title_zh = "等不到数据流结束：套接字还开着",
		.advice_zh =
			"fork 之后，每个进程都要关闭自己不用的描述符；或调用 shutdown(SHUT_WR)，它对所有副本都结束数据流。",
		.before = {"own-timeout", "no-answer", "long-wait", "leak", "inherited"},
		.of_socket = hint_find_held_open},
	{"mutual-wait", HINT_BREAKS, "both ends of a connection wait for the other to send",
		"Settle whose turn it is: how long a message is, or what ends it (a newline, "
		"shutdown(SHUT_WR)), so that the one who has it whole answers.",
		.title_zh = "连接的两端都在等对方先发送",
		.advice_zh =
			"约定轮到谁发送：报文有多长，或以什么结束（换行、shutdown(SHUT_WR)），收完整的一方就回答。",
		.before = {"own-timeout", "no-answer", "long-wait"},
		.of_trace = hint_find_mutual_wait},
	{"unbound-receive", HINT_BREAKS, "a socket without a port waits for datagrams",
		"Call bind before the first receive, with the port to which others send.",
		.title_zh = "没有端口的套接字在等待用户数据报",
		.advice_zh = "第一次接收之前要调用 bind，绑定别人发往的端口。",
		.before = {"no-answer", "long-wait"}, .of_socket = hint_find_unbound_receive},
	{"own-timeout", HINT_BREAKS, "a limit of the program's own ended a connection",
		"The peer did not end it: see what it does meanwhile, and give it more time, or ask "
		"again, if it may be slow. SO_RCVTIMEO holds for every receive: take it back when it was meant for the "
		"first.",
		.title_zh = "程序自己的时限结束了连接",
		.advice_zh =
			"不是对方结束的：看看对方此时在做什么；若它可能较慢，就给它更多时间，或再问一次。SO_RCVTIMEO 对每次接收都有效：若只是为第一次而设，用后要取消。",
		.before = {"window-full", "broken-pipe", "no-answer", "long-wait"},
		.of_socket = hint_find_own_timeout},
	{"both-sending", HINT_BREAKS, "both ends of a connection wait for room to send",
		"Receive while sending, at one end at least: with poll for both, or in a thread; a question "
		"has to be read to its end before a long answer is sent.",
		.title_zh = "连接的两端都在等待发送的空间",
		.advice_zh =
			"至少有一端要在发送的同时接收：用 poll 同时等待两者，或用一个线程；先把请求读完，再发送很长的回答。",
		.before = {"window-full", "no-answer", "long-wait"},
		.of_socket = hint_find_both_sending},
	{"window-full", HINT_DELAYS, "what was to be sent waited for room at the peer",
		"The peer reads more slowly than is sent: see what it does meanwhile, or send less.",
		.title_zh = "要发送的数据在等待对端腾出空间",
		.advice_zh = "对端读取比发送慢：看它此时在做什么，或少发送一些。",
		.before = {"no-answer", "long-wait"}, .of_socket = hint_find_window_full},
	{"stale", HINT_BREAKS, "a connection that had been idle was gone when it was used again",
		"Ask once more on a new connection, if the question may be asked twice; drop connections that are "
		"idle sooner than the server does.",
		.title_zh = "闲置的连接再用时已不在",
		.advice_zh = "若请求可以重复，就在新连接上再问一次；闲置的连接要比服务器更早放弃。",
		.before = {"broken-pipe"}, .of_socket = hint_find_stale},
	{"no-answer", HINT_BREAKS, "no answer came",
		"See what the peer does: does it run, has it read the question, does it wait for more of it, or for "
		"somebody else? Set a limit of time.",
		.title_zh = "没有收到回答",
		.advice_zh =
			"看看对方在做什么：它在运行吗，读了请求没有，是否还在等请求的其余部分，或在等别人？并设置时限。",
		.before = {"long-wait"}, .of_socket = hint_find_no_answer},
	{"broken-pipe", HINT_BREAKS, "a send found no connection any more",
		"Look for the end of the stream before a send that comes late; ignore SIGPIPE or send with "
		"MSG_NOSIGNAL, and take EPIPE as the end. Why the peer did not wait, its own trace says.",
		.title_zh = "send 时连接已经不在",
		.advice_zh =
			"发送之前注意数据流是否已结束；忽略 SIGPIPE，或用 MSG_NOSIGNAL 发送，并把 EPIPE 当作结束。",
		.of_socket = hint_find_broken_pipe},
	{"shared", HINT_BREAKS, "several use one connection at the same time",
		"Let each process open a connection of its own after fork, and each thread have its own, "
		"or lock it from the question to the end of the answer.",
		.title_zh = "几方同时使用同一条连接",
		.advice_zh =
			"fork 之后让每个进程、每个线程各用自己的连接；或从提问到回答结束一直加锁。",
		.of_socket = hint_find_shared},
	{"double-close", HINT_BREAKS, "a number was closed that was not the program's any more",
		"Let one owner close a descriptor, and forget its number then: between the two closes it may have "
		"become another thread's, whose descriptor the second one closes.",
		.title_zh = "关闭了一个已不属于程序的编号",
		.advice_zh =
			"让一个所有者关闭描述符，随后忘掉它的编号：两次 close 之间它可能已属于另一个线程，第二次关掉的就是那个线程的描述符。",
		.before = {"use-after-close"}, .of_trace = hint_find_double_close},
	{"not-listening", HINT_BREAKS, "a server does not listen",
		"Call listen after bind, before the first accept and before a client connects.",
		.title_zh = "服务器没有监听",
		.advice_zh =
			"bind 之后要调用 listen，而且要在第一次 accept 和客户端 connect 之前。",
		.before = {"fallback"}, .of_trace = hint_find_not_listening},
	{"byte-order", HINT_BREAKS, "a port was given with its two bytes in the wrong order",
		"Put the port through htons(3), at the server and at the client.",
		.title_zh = "端口号的两个字节顺序颠倒",
		.advice_zh = "服务器和客户端的端口号都要经过 htons(3) 转换成网络字节顺序。",
		.of_trace = hint_find_byte_order},
	{"short-address", HINT_BREAKS, "an address was given with too short a length",
		"Give the size of the struct, and not that of a pointer to it: sizeof(struct sockaddr_in).",
		.title_zh = "交给内核的地址长度不足",
		.advice_zh = "长度应是结构体的大小，而不是指针的大小：sizeof(struct sockaddr_in)。",
		.of_trace = hint_find_short_address},
	{"wrong-socket", HINT_BREAKS, "the listening socket was used to send or receive",
		"Use the descriptor that accept returned: each connection has its own.",
		.title_zh = "在监听套接字上发送或接收",
		.advice_zh = "使用 accept 返回的描述符：每个连接各有一个。",
		.of_trace = hint_find_wrong_socket},
	{"never-connected", HINT_BREAKS,
		"a socket without a connection was used to send or receive",
		"Call connect first, and go on only if it has worked; on UDP without connect use sendto.",
		.title_zh = "在没有连接的套接字上发送或接收",
		.advice_zh = "先调用 connect，成功之后再继续；UDP 不 connect 时要用 sendto。",
		.of_trace = hint_find_never_connected},
	{"use-after-close", HINT_BREAKS, "a descriptor was used after it was closed",
		"Close when everybody is done with it, and forget the number then: it soon stands for something "
		"else.",
		.title_zh = "描述符关闭之后又被使用",
		.advice_zh =
			"等所有使用者都用完再 close，此后不要再用这个编号：它很快会代表别的东西。",
		.of_trace = hint_find_use_after_close},
	{"ports-exhausted", HINT_BREAKS, "no local port was left for a connection",
		"Keep connections and use them again; a closed one holds its port for a minute "
		"more. Else widen net.ipv4.ip_local_port_range, or add addresses.",
		.title_zh = "没有可用于连接的本地端口了",
		.advice_zh =
			"保持连接并重复使用：关闭的连接还要占用端口一分钟。否则放宽 net.ipv4.ip_local_port_range，或增加地址。",
		.before = {"address-in-use"}, .of_trace = hint_find_ports_exhausted},
	{"address-in-use", HINT_BREAKS, "a port was in use",
		"End what has it (ss -tlnp names it), and make sockets with SOCK_CLOEXEC, so that "
		"no child keeps one. A connection in TIME_WAIT does not hold the port if "
		"SO_REUSEADDR is set before bind, in every run.",
		.title_zh = "端口已被占用",
		.advice_zh =
			"每次运行都在 bind 之前设置 SO_REUSEADDR：这样处于 TIME_WAIT 的连接就不会占住端口。（正在那里监听的程序则会：ss -tlnp 可以查出是谁。）",
		.before = {"inherited"}, .of_trace = hint_find_address_in_use},
	{"wrong-address", HINT_BREAKS, "a server was asked for where it does not listen",
		"Name the address that it listens at, or have it listen at more: at 0.0.0.0, or at "
		"\"::\" without IPV6_V6ONLY for both families.",
		.title_zh = "向服务器没有监听的地址发起了连接",
		.advice_zh =
			"指定它所监听的地址，或让它监听更多地址：监听 0.0.0.0，或者不设 IPV6_V6ONLY 而监听 \"::\"，兼顾两个地址族。",
		.of_trace = hint_find_wrong_address},
	{"unix-path", HINT_BREAKS, "the path of a UNIX socket does not lead to a server",
		"Unlink the file before bind, and at the end; let the client's user write to it, and "
		"enter its folders; a path has no more than 107 bytes: take a shorter or relative one.",
		.title_zh = "UNIX 套接字的路径通不到服务器",
		.advice_zh =
			"服务器启动时先删除旧路径再 bind，并让客户端有进入目录和写入套接字的权限；路径要与服务器的一致。",
		.of_trace = hint_find_unix_path},
	{"unchecked-connect", HINT_BREAKS, "nobody asked how a connect ended",
		"When the socket is ready, ask for SO_ERROR: select says \"ready\" of a failed "
		"connect, too.",
		.title_zh = "没有人询问 connect 的结果",
		.advice_zh = "套接字就绪后要查询 SO_ERROR：connect 失败时，select 同样报告“就绪”。",
		.of_socket = hint_find_unchecked_connect},
	{"epoll-left", HINT_BREAKS, "epoll goes on watching a socket that was closed",
		"Take it out with EPOLL_CTL_DEL before close: epoll forgets a socket when its "
		"last descriptor is closed, in whatever process.",
		.title_zh = "epoll 仍在监视一个已关闭的套接字",
		.advice_zh =
			"close 之前用 EPOLL_CTL_DEL 取出：要等任何进程里指向它的最后一个描述符都关闭了，epoll 才会忘记它。",
		.of_socket = hint_find_epoll_left},
	{"nagle", HINT_DELAYS, "small sends wait for the peer's delayed acknowledgement",
		"Send both parts with one call (writev, sendmsg, MSG_MORE), or set TCP_NODELAY.",
		.title_zh = "小块数据的发送在等对端的延迟确认",
		.advice_zh =
			"把两部分用一次调用发出（writev、sendmsg、MSG_MORE），或设置 TCP_NODELAY。",
		.of_trace = hint_find_nagle},
	{"failed-names", HINT_DELAYS, "names were looked up in vain",
		"Ask the server for the same (dig), and see /etc/resolv.conf.",
		.title_zh = "域名查询没有结果",
		.advice_zh = "查看 /etc/resolv.conf 里的域名服务器能否到达，以及名字是否写对。",
		.before = {"slow-names", "names", "refused-datagram"},
		.of_trace = hint_find_failed_names},
	{"refused-datagram", HINT_BREAKS, "a datagram was refused, and is lost",
		"Is the receiver there? Only a socket that is connected is told, and by a later "
		"call: what matters wants an answer.",
		.title_zh = "数据报被拒绝，已丢失",
		.advice_zh =
			"接收方在吗？只有已连接的套接字会得知，而且由之后的调用得知：重要的数据应要求应答。",
		.of_socket = hint_find_refused_datagram},
	{"slow-names", HINT_DELAYS, "looking up names took long",
		"Look at /etc/resolv.conf: does the first server answer? Keep what was looked up.",
		.title_zh = "查询域名花了很久",
		.advice_zh =
			"查看 /etc/resolv.conf：第一个域名服务器有回答吗？把查到的结果保存下来。",
		.of_trace = hint_find_names},
	{"long-wait", HINT_DELAYS, "one call took most of the time",
		"See what the peer does meanwhile; set a limit (SO_RCVTIMEO, for a connect "
		"SO_SNDTIMEO, or poll), or do other things while waiting.",
		.title_zh = "一次调用占去大部分时间",
		.advice_zh =
			"看看对端此时在做什么；设定时限（SO_RCVTIMEO，connect 用 SO_SNDTIMEO，或用 poll），或者在等待时做别的事。",
		.of_trace = hint_find_long_wait},
	{"busy-loop", HINT_WASTES, "the same comes back at once, again and again",
		"Do what ends it: close a socket that has ended or failed, read what is there, watch for "
		"POLLOUT only while there is something to send, wait where nothing is ready; after EMFILE "
		"wait until a descriptor is free.",
		.title_zh = "同样的结果立刻返回，一次又一次",
		.advice_zh =
			"消除它的起因：关闭已结束或失败的套接字，读走已到的数据，有数据要发时才监视 POLLOUT，无一就绪就等待；遇到 EMFILE，要等到有描述符空出来。",
		.of_trace = hint_find_busy_loop},
	{"leak", HINT_WASTES, "sockets that are of no use any more are not closed",
		"Close a socket when its peer has closed (a receive of 0 bytes), its connect "
		"failed, or nobody needs it.",
		.title_zh = "不再有用的套接字没有关闭",
		.advice_zh =
			"对端已关闭（接收返回 0 字节）、connect 失败或不再有人需要时，就关闭套接字。",
		.of_trace = hint_find_leak},
	{"uneven", HINT_WASTES, "workers are woken for clients that others accept",
		"Add the socket with EPOLLEXCLUSIVE, which wakes one of them, or give each a listening "
		"socket of its own with SO_REUSEPORT.",
		.title_zh = "工作进程被唤醒，客户却已被别的工作进程接受",
		.advice_zh =
			"用 EPOLLEXCLUSIVE 加入该套接字，只唤醒其中一个；或用 SO_REUSEPORT 让每个工作进程有自己的监听套接字。",
		.of_socket = hint_find_uneven},
	{"churn", HINT_WASTES, "a new connection is made for each exchange",
		"Keep connections and use them again: keep-alive, a session or a pool at the client, and a "
		"server that does not close after each answer.",
		.title_zh = "每次交换都新建一条连接",
		.advice_zh =
			"保留连接并重复使用：客户端用 keep-alive、会话或连接池，服务器不要每次回答后就关闭。",
		.of_trace = hint_find_churn},
	{"single-bytes", HINT_WASTES, "bytes move one by one, each with a system call",
		"Read into a buffer and take bytes from there; collect what is to be sent.",
		.title_zh = "数据一个字节一个字节地传送，每个字节一次系统调用",
		.advice_zh = "一次读入缓存，再从缓存里取；要发送的先攒在一起。",
		.of_socket = hint_find_single_bytes},
	{"inherited", HINT_WASTES, "a child that does not know of a socket keeps it open",
		"Make it with SOCK_CLOEXEC (accept4, too): then exec closes it.",
		.title_zh = "不知情的子进程使套接字一直打开",
		.advice_zh = "创建时加 SOCK_CLOEXEC（accept4 也一样）：exec 时就会自动关闭。",
		.of_socket = hint_find_inherited},
	{"fallback", HINT_TELLS, "an address did not work, the next one did",
		"Nothing, if it is rare; else name the one that answers, or let the server listen "
		"at both.",
		.title_zh = "一个地址不通，换下一个就通了",
		.advice_zh =
			"偶尔发生则无须理会；否则指定能通的那个地址，或让服务器在两个地址上都监听。",
		.of_trace = hint_find_fallback},
	{"names", HINT_TELLS, "name servers were asked",
		"Nothing, if they answer, and fast; each program asks anew, unless a cache on this "
		"machine answers.",
		.title_zh = "查询过域名服务器",
		.advice_zh = "回答得快就无须理会；每个程序都会重新查询，除非本机有缓存。",
		.of_trace = hint_find_names},
	{NULL},
};

const char *hint_weight_word(size_t index)
{
	static const char *const words[] = {
		[HINT_BREAKS] = "breaks",
		[HINT_DELAYS] = "delays",
		[HINT_WASTES] = "wastes",
		[HINT_TELLS] = "tells",
		NULL,
	};

	return words[index];
}
