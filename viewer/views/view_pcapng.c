/* SPDX-License-Identifier: MIT */
/* The trace as packets, for Wireshark and its kin. */
#include <inttypes.h>
#include <string.h>

#include "format/messages.h"
#include "format/version.h"
#include "viewer/layout/packets.h"
#include "viewer/model/address.h"
#include "viewer/views/follow.h"
#include "viewer/views/growing.h"
#include "viewer/views/packet_header.h"
#include "viewer/views/pcapng.h"
#include "viewer/views/tell.h"
#include "viewer/views/view.h"
#include "viewer/wording/names.h"
#include "viewer/wording/warnings.h"

/* Words of a trace are cut here. */
#define LONGEST ((size_t)200)

/* One block has no more bytes of keys. */
#define KEYS_MOST ((size_t)1 << 20)

/* "curl 7000 fd 5 socket 5: sendto = 79", and the thread where it is not the first one. */
static void add_comment(
	struct text *words, const struct trace *trace, const struct captured *packet)
{
	const struct descriptor *descriptor = packet->descriptor;
	const struct call *call = packet->call == NO_CALL ? NULL : &trace->calls[packet->call];
	const struct process *process = call ? call->process : descriptor->process;

	name_process(words, STYLE_PLAIN, process, LONGEST);
	if (call && call->tid != process->pid)
		text_addf(words, STYLE_PLAIN, " thread %" PRId32, call->tid);
	text_addf(words, STYLE_PLAIN, " fd %" PRId64 " socket %" PRId64 ": ", descriptor->fd,
		descriptor->socket->id);
	if (!call) {
		const char *why = descriptor->ended_by ? descriptor->ended_by : "";
		if (!*why)
			why = descriptor->ended_ns == INT64_MAX ? "end of the trace" : "end";
		text_add_foreign(words, STYLE_PLAIN, why, strlen(why), 2 * LONGEST);
		return;
	}
	const char *name = trace_word(trace, call->name);
	text_add_foreign(words, STYLE_PLAIN, name, strlen(name), 2 * LONGEST);
	if (call_is(call, CALL_UNFINISHED))
		text_addf(words, STYLE_PLAIN, " = ?");
	else
		text_addf(words, STYLE_PLAIN, " = %" PRId64, call->result);
	if (!call->error)
		return;
	const char *error = trace_word(trace, call->error);
	text_addf(words, STYLE_PLAIN, " ");
	text_add_foreign(words, STYLE_PLAIN, error, strlen(error), 3 * LONGEST);
}

/* --- as a file --- */

/* Of each kind: on which interface, one more than its number, it is. */
struct recorder_of_packets {
	struct pcapng pcapng;
	struct text words; /* owned */
	struct text keys;  /* owned: lines that are in no block yet */
	uint32_t interfaces[PACKET_KINDS];
	int64_t started_ns;
};

static uint32_t interface_of(struct recorder_of_packets *recorder, enum packet_kind kind)
{
	static const struct {
		enum pcapng_linktype linktype;
		const char *name, *description;
	} kinds[PACKET_KINDS] = {
		[PACKET_TCP] = {LINKTYPE_RAW, "ip",
			"TCP and UDP as the traced programs saw them: segments are made of calls"},
		[PACKET_UNIX] = {LINKTYPE_WIRESHARK_UPPER_PDU, "unix",
			"UNIX sockets of the traced programs: what was sent; ports are sockets"},
		[PACKET_NETLINK] = {LINKTYPE_NETLINK, "netlink",
			"netlink sockets of the traced programs"},
	};

	if (kind == PACKET_UDP)
		kind = PACKET_TCP;
	if (recorder->interfaces[kind] == 0)
		recorder->interfaces[kind] =
			1 + pcapng_interface(&recorder->pcapng, kinds[kind].linktype,
				    kinds[kind].name, kinds[kind].description);
	return recorder->interfaces[kind] - 1;
}

static void write_keys(struct recorder_of_packets *recorder)
{
	if (recorder->keys.length > 0)
		pcapng_keys(&recorder->pcapng, recorder->keys.bytes, recorder->keys.length);
	recorder->keys.length = 0;
}

static void record_key(void *context, const char *line, size_t length)
{
	struct recorder_of_packets *recorder = context;

	if (recorder->keys.length + length > KEYS_MOST)
		write_keys(recorder);
	text_raw(&recorder->keys, line, length);
}

static bool record_packet(void *context, const struct trace *trace, const struct captured *packet)
{
	struct recorder_of_packets *recorder = context;
	unsigned char header[PACKET_HEADER_SIZE];
	int64_t time_ns;

	uint32_t interface = interface_of(recorder, packet->kind);
	write_keys(recorder);
	if (__builtin_add_overflow(recorder->started_ns, packet->time_ns, &time_ns) || time_ns < 0)
		time_ns = 0;
	recorder->words.length = recorder->words.column = 0;
	add_comment(&recorder->words, trace, packet);
	struct pcapng_packet written = {
		.interface = interface,
		.time_ns = (uint64_t)time_ns,
		.is_sent = packet->is_sent,
		.header = header,
		.header_length = packet_header(header, packet),
		.bytes = packet->bytes,
		.known = packet->known,
		.length = packet->length,
		.comment = recorder->words.bytes,
		.comment_length = recorder->words.length,
	};
	pcapng_packet(&recorder->pcapng, &written);
	return !recorder->pcapng.text->is_unwanted;
}

static void record_name(void *context, const struct internet *address, const char *name)
{
	struct recorder_of_packets *recorder = context;

	write_keys(recorder);
	pcapng_name(&recorder->pcapng, address, name);
}

static void begin_file(struct recorder_of_packets *recorder, const struct trace *trace)
{
	const struct part *part = trace->part_count > 0 ? &trace->parts[0] : NULL;
	const struct record_trace *header = part ? part->header : NULL;
	struct text machine = {0}, system = {0}, warnings = {.width = SIZE_MAX};

	recorder->started_ns = part ? part->started_ns : 0;
	if (header && header->machine)
		text_add_foreign(
			&machine, STYLE_PLAIN, header->machine, strlen(header->machine), LONGEST);
	if (header && header->kernel) {
		text_add(&system, STYLE_PLAIN, "Linux ");
		text_add_foreign(
			&system, STYLE_PLAIN, header->kernel, strlen(header->kernel), LONGEST);
	}
	warnings_draw(&warnings, trace);
	text_raw(&warnings, "", 1);
	text_raw(&machine, "", 1);
	text_raw(&system, "", 1);
	pcapng_begin(&recorder->pcapng, machine.bytes, system.bytes, "sockview " SOCKLINE_VERSION,
		warnings.bytes);
	text_free(&warnings);
	text_free(&machine);
	text_free(&system);
}

static void end_file(struct recorder_of_packets *recorder)
{
	write_keys(recorder);
	pcapng_free(&recorder->pcapng);
	text_free(&recorder->words);
	text_free(&recorder->keys);
}

/* In a file of packets it would be overlooked. */
static void say_lack(const struct packets *packets, const struct trace *trace)
{
	struct packets_lack lack = packets_lack(packets);
	size_t unkept = lack.packets - lack.cut;

	if (lack.cut > 0 && trace_is_redacted(trace))
		print_message("sockview: pcapng: of what %zu packet%s carried nothing is there, as "
			      "payloads were taken out of the trace\n",
			lack.cut, lack.cut == 1 ? "" : "s");
	else if (lack.cut > 0)
		print_message("sockview: pcapng: %zu %s cut, as the trace has only the beginning "
			      "of what is carried there; to have all, trace with --payload=all\n",
			lack.cut, lack.cut == 1 ? "packet is" : "packets are");
	if (unkept > 0 && trace_has_no_payloads(trace) && !trace_is_redacted(trace))
		print_message("sockview: pcapng: of what %zu packet%s carried nothing is there, as "
			      "the trace keeps nothing of it; to have all, trace with "
			      "--payload=all\n",
			unkept, unkept == 1 ? "" : "s");
	else if (unkept > 0)
		print_message("sockview: pcapng: of what %zu packet%s carried nothing is there, as "
			      "it was in no buffer of the program that sent it: sendfile(2), "
			      "splice(2)\n",
			unkept, unkept == 1 ? "" : "s");
	if (trace_has_keys(trace) && trace_is_redacted(trace))
		print_message(
			"sockview: pcapng: no TLS can be decrypted, as keys were taken out of "
			"the trace\n");
	if (lack.unshown > 0)
		print_message(
			"sockview: pcapng: left out: what %zu call%s moved on sockets that are "
			"not of TCP, UDP, AF_UNIX or netlink\n",
			lack.unshown, lack.unshown == 1 ? "" : "s");
}

void view_pcapng(
	struct text *text, const struct selection *selection, const struct view_options *options)
{
	struct recorder_of_packets recorder = {.pcapng = {.text = text}};
	struct packet_sink sink = {.context = &recorder,
		.packet = record_packet,
		.name = record_name,
		.key = record_key};
	struct packets *packets = packets_new(&sink);

	(void)options;
	begin_file(&recorder, selection->trace);
	packets_take(packets, selection, selection->trace->call_count, true);
	if (!text->is_unwanted)
		say_lack(packets, selection->trace);
	packets_free(packets);
	end_file(&recorder);
}

/* --- while the trace grows --- */

struct packets_following {
	struct text *text;
	struct trace *trace;
	const struct filter *filter;
	struct recorder_of_packets recorder;
	struct packets *packets;
	bool has_begun;
	size_t seen; /* so many calls, by the last look */
};

/* Keys are in the trace a moment after the call that the program has them from, and after what its
 * server has sent with them: packets wait for the next look, so that keys are before them. */
static bool is_held(const struct trace *trace, bool is_last)
{
	return !is_last && trace_has_keys(trace) && !trace_is_redacted(trace);
}

static bool look(void *context, bool is_last)
{
	struct packets_following *following = context;

	if (!following->has_begun)
		begin_file(&following->recorder, following->trace);
	following->has_begun = true;
	size_t count = following->trace->call_count;
	size_t until = is_held(following->trace, is_last) ? following->seen : count;
	struct selection *selection = selection_new(following->trace, following->filter);
	packets_take(following->packets, selection, until, is_last);
	selection_free(selection);
	text_flush(following->text);
	following->seen = count;
	return until < count;
}

/* The head of the file has those that came before it. */
static void warn(void *context, const struct record_warning *warning)
{
	const struct packets_following *following = context;

	if (following->has_begun)
		print_message("sockview: %s\n", warning->message);
}

bool follow_pcapng(struct text *text, struct trace *trace, struct source *source,
	struct filter *filter, enum time_mode time, size_t *shown)
{
	struct packets_following following = {.text = text,
		.trace = trace,
		.filter = filter,
		.recorder = {.pcapng = {.text = text}}};
	struct packet_sink sink = {.context = &following.recorder,
		.packet = record_packet,
		.name = record_name,
		.key = record_key};
	struct growing growing = {.text = text,
		.trace = trace,
		.filter = filter,
		.look = look,
		.warn = warn,
		.context = &following};

	(void)time;
	following.packets = packets_new(&sink);
	bool is_good = growing_follow(&growing, source);
	if (is_good && !following.has_begun)
		begin_file(&following.recorder, trace);
	if (!text->is_unwanted)
		say_lack(following.packets, trace);
	*shown = trace->call_count;
	packets_free(following.packets);
	end_file(&following.recorder);
	return is_good;
}

/* --- as JSON --- */

struct packets_telling {
	struct json_output *output;
	struct text words;        /* owned */
	struct json_writer names; /* owned */
	size_t keys;              /* lines */
};

static void tell_flags(struct json_writer *w, unsigned int flags)
{
	static const struct {
		enum packet_flag flag;
		const char *name;
	} names[] = {{PACKET_SYN, "SYN"}, {PACKET_FIN, "FIN"}, {PACKET_RST, "RST"},
		{PACKET_PSH, "PSH"}, {PACKET_ACK, "ACK"}};

	json_array_begin(w, "flags");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & names[i].flag)
			json_text(w, NULL, names[i].name);
	json_array_end(w);
}

static void tell_kind(struct json_writer *w, const struct captured *packet)
{
	static const char *const kinds[PACKET_KINDS] = {[PACKET_TCP] = "tcp",
		[PACKET_UDP] = "udp",
		[PACKET_UNIX] = "unix",
		[PACKET_NETLINK] = "netlink"};
	char from[INTERNET_TEXT_SIZE], to[INTERNET_TEXT_SIZE];

	json_text(w, "kind", kinds[packet->kind]);
	if (packet->kind == PACKET_TCP || packet->kind == PACKET_UDP) {
		internet_text(from, &packet->from);
		internet_text(to, &packet->to);
		json_text(w, "from", from);
		json_text(w, "to", to);
	}
	if (packet->kind == PACKET_TCP) {
		tell_flags(w, packet->flags);
		json_number(w, "sequence", packet->sequence);
		json_number(w, "acknowledgement", packet->acknowledgement);
	}
	if (packet->kind == PACKET_UNIX)
		json_text(w, "dissector", packet->dissector);
	if (packet->kind == PACKET_NETLINK)
		json_number(w, "protocol", packet->netlink);
}

static bool tell_packet(void *context, const struct trace *trace, const struct captured *packet)
{
	struct packets_telling *telling = context;
	struct json_output *output = telling->output;
	struct json_writer *w = &output->writer;

	json_object_begin(w, NULL);
	json_number(w, "time_ns", packet->time_ns);
	if (packet->call != NO_CALL) {
		tell_call_number(w, "call", trace, packet->call);
		tell_trace_of(w, "trace", trace, packet->descriptor->process->part);
	}
	json_number(w, "socket", packet->descriptor->socket->id);
	json_text(w, "direction", packet->is_sent ? "out" : "in");
	tell_kind(w, packet);
	json_number(w, "bytes", (int64_t)packet->length);
	json_number(w, "known", (int64_t)packet->known);
	telling->words.length = telling->words.column = 0;
	add_comment(&telling->words, trace, packet);
	json_output_words(output, "comment", &telling->words);
	json_object_end(w);
	json_output_some(output);
	return !output->text->is_unwanted;
}

static void tell_name(void *context, const struct internet *address, const char *name)
{
	struct packets_telling *telling = context;
	struct internet host = {.is_ipv6 = address->is_ipv6};
	char text[INTERNET_TEXT_SIZE];

	memcpy(host.address, address->address, sizeof(host.address));
	internet_text(text, &host);
	address_cut_port(text);
	json_object_begin(&telling->names, NULL);
	json_text(&telling->names, "address", text);
	json_text(&telling->names, "name", name);
	json_object_end(&telling->names);
}

static void tell_key(void *context, const char *line, size_t length)
{
	struct packets_telling *telling = context;

	(void)line;
	(void)length;
	telling->keys++;
}

void view_pcapng_tell(struct json_output *output, const struct selection *selection,
	const struct view_options *options)
{
	struct packets_telling telling = {.output = output};
	struct packet_sink sink = {
		.context = &telling, .packet = tell_packet, .name = tell_name, .key = tell_key};
	struct packets *packets = packets_new(&sink);
	struct json_writer *w = &output->writer;

	(void)options;
	json_array_begin(w, "packets");
	json_array_begin(&telling.names, NULL);
	packets_take(packets, selection, selection->trace->call_count, true);
	json_array_end(&telling.names);
	json_array_end(w);
	json_raw(w, "names", telling.names.text, telling.names.length);
	json_number(w, "keys", (int64_t)telling.keys);
	struct packets_lack lack = packets_lack(packets);
	json_number(w, "packets_cut", (int64_t)lack.packets);
	json_number(w, "calls_left_out", (int64_t)lack.unshown);
	packets_free(packets);
	json_writer_free(&telling.names);
	text_free(&telling.words);
}
