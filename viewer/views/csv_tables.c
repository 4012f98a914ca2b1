/* SPDX-License-Identifier: MIT */
#include "viewer/views/csv_tables.h"

#include <string.h>

#define EXCHANGE                                                                             \
	"socket,trace,time_ns,from,to,side,client.program,client.pid,client_address,"        \
	"server.program,server.pid,address,protocol,name,answer,bytes_asked,bytes_answered," \
	"wait_ns,total_ns,words,result,failed,ended_by,question_calls,answer_calls"

#define OF_CALL(object)                                                                         \
	object "seq," object "trace," object "time_ns," object "since_ns," object               \
	       "program," object "pid," object "tid," object "name," object "effect," object    \
	       "fd," object "socket," object "kind," object "direction," object "local," object \
	       "peer," object "phase," object "unfinished," object "duration_ns," object        \
	       "result," object "error," object "bytes," object "outcome," object               \
	       "end_of_stream," object "bytes_asked," object "limit_ns," object "details"

#define CALL OF_CALL("")

static const struct csv_table tables[] = {
	{"overview", "talks", "talks",
		"talk,who,whom,address,client.program,client.pid,client.processes,host,"
		"server.program,server.pid,server.processes,kind,count,outcomes.connected,"
		"outcomes.refused,outcomes.unreachable,outcomes.timed out,outcomes.backlog full,"
		"outcomes.given up,outcomes.failed,outcomes.connecting,open,bytes_to_server,"
		"bytes_to_client,exchanges.count,exchanges.failed,exchanges.pending,"
		"exchanges.p50_ns,exchanges.p99_ns,exchanges.max_ns,state,guessed"},
	{"overview", "threads", "threads",
		"program,trace,pid,tid,threads,time_ns,spent_ns.peer,spent_ns.clients,"
		"spent_ns.timer,spent_ns.other,spent_ns.calls,spent_ns.elsewhere"},
	{"overview", "waiting", "waiting",
		"waited_ns," OF_CALL("call.") ",other_end.pid,other_end.fd,other_end.has_read,"
					      "other_end.has_answered"},
	{"overview", "hints", "hints", "name,title,trace,pid,fd,more"},
	{"overview", "exchanges", "exchanges", EXCHANGE},
	{"socket", "sockets", "sockets",
		"socket,trace,kind,family,type,made_by.call,made_by.name,made_by.fd,made_by.socket,"
		"came_by.call,came_by.name,came_by.fd,came_by.socket,born_ns,ended_ns,local,peer,"
		"other_end,other_trace,bytes_in,receives,bytes_out,sends"},
	{"socket", "life", "sockets,life",
		"^socket,^trace,time_ns,since_ns,pid,fd,what,call,accepts,would_block,sends,"
		"bytes_out,receives,bytes_in,words,local,peer,state,open"},
	{"socket", "reports", "sockets,reports",
		"^socket,^trace,time_ns,call,tcp.state,tcp.rtt_us,tcp.retransmits,tcp.duplicates,"
		"tcp.unacked,tcp.notsent_bytes,tcp.receive_window,tcp.send_window,"
		"tcp.congestion_window,tcp.busy_us,tcp.rwnd_limited_us,tcp.sndbuf_limited_us,"
		"tcp.last_ack_us,queues.receive,queues.send,queues.backlog,queues.backlog_limit,"
		"queues.drops"},
	{"socket", "options", "sockets,options", "^socket,^trace,option,value"},
	{"socket", "holders", "sockets,holders", "^socket,^trace,descriptor,fd,pid,program"},
	{"calls", "calls", "calls", CALL},
	{"summary", "connections", "connections",
		"trace,count,socket,server_socket,kind,client,client_address,server,address,"
		"connect_ns,bytes_to_server,bytes_to_client,exchanges,wait_p50_ns,wait_p99_ns,"
		"wait_max_ns,failed,pending,calls,errors,in_calls_ns,first_byte_ns,"
		"bytes_per_second,lived_ns,outcome,ending,ended"},
	{"summary", "sockets", "sockets",
		"trace,socket,kind,local,peer,state,calls,bytes_in,bytes_out,bytes_per_second,"
		"first_byte_ns,in_calls_ns,errors"},
	{"summary", "calls", "calls", "call,count,total_ns,p50_ns,p99_ns,max_ns"},
	{"summary", "errors", "calls,errors", "^call,error,count"},
	{"exchanges", "exchanges", "exchanges", EXCHANGE},
	{"exchanges", "peers", "peers",
		"from,to,count,failed,pending,bytes_asked,bytes_answered,p50_ns,p99_ns,max_ns"},
	{"hints", "hints", "hints,found",
		"^name,^weight,^title,^advice,time_ns,program,pid,trace,fd,descriptor,socket,kind,"
		"direction,local,peer,seen,times,lost_ns"},
	{"hints", "calls", "hints,found,calls", "hint=^^name," CALL},
	{NULL},
};

const struct csv_table *csv_table_find(const char *view, const char *name)
{
	for (const struct csv_table *table = tables; table->name; table++)
		if (strcmp(table->view, view) == 0 && (!name || strcmp(table->name, name) == 0))
			return table;
	return NULL;
}

const char *csv_table_of(const char *view, size_t index)
{
	for (const struct csv_table *table = tables; table->name; table++)
		if (strcmp(table->view, view) == 0 && index-- == 0)
			return table->name;
	return NULL;
}

static bool is_first_of_name(const struct csv_table *table)
{
	for (const struct csv_table *other = tables; other < table; other++)
		if (strcmp(other->name, table->name) == 0)
			return false;
	return true;
}

const char *csv_table_word(size_t index)
{
	for (const struct csv_table *table = tables; table->name; table++)
		if (is_first_of_name(table) && index-- == 0)
			return table->name;
	return NULL;
}
