/* SPDX-License-Identifier: MIT */
#include "format/file_kind.h"

#include <stdbool.h>
#include <string.h>

#define MAGIC(text) (text), sizeof(text) - 1

static const struct file_kind kinds[] = {
	{MAGIC("\x1f\x8b"), "a file compressed with gzip", "gzip -dc FILE | sockview"},
	{MAGIC("\x28\xb5\x2f\xfd"), "a file compressed with zstd", "zstd -dc FILE | sockview"},
	{MAGIC("\xfd"
	       "7zXZ"),
		"a file compressed with xz", "xz -dc FILE | sockview"},
	{MAGIC("BZh"), "a file compressed with bzip2", "bzip2 -dc FILE | sockview"},
	{MAGIC("\x04\x22\x4d\x18"), "a file compressed with lz4", "lz4 -dc FILE | sockview"},
	{MAGIC("PK\x03\x04"), "a zip archive", "unzip -p FILE | sockview"},
	{MAGIC("\x7f"
	       "ELF"),
		"a program (ELF)", "it is traced with: socktrace -o FILE PROGRAM"},
	{MAGIC("#!"), "a script", "it is traced with: socktrace -o FILE PROGRAM"},
	{MAGIC("MZ\x90"), "a program for Windows", NULL},
	{MAGIC("\xcf\xfa\xed\xfe"), "a program for macOS", NULL},
	{MAGIC("\xd4\xc3\xb2\xa1"), "a packet capture (pcap)", "tcpdump -r FILE, or Wireshark"},
	{MAGIC("\xa1\xb2\xc3\xd4"), "a packet capture (pcap)", "tcpdump -r FILE, or Wireshark"},
	{MAGIC("\x4d\x3c\xb2\xa1"), "a packet capture (pcap)", "tcpdump -r FILE, or Wireshark"},
	{MAGIC("\xa1\xb2\x3c\x4d"), "a packet capture (pcap)", "tcpdump -r FILE, or Wireshark"},
	{MAGIC("\x0a\x0d\x0d\x0a"), "a packet capture (pcapng)", "tcpdump -r FILE, or Wireshark"},
	{MAGIC("PERFILE2"), "a record of perf(1)", "perf report -i FILE"},
	{MAGIC("<!DOCTYPE html"), "a page", "a browser shows it"},
	{MAGIC("<svg"), "a picture (SVG)", "a browser shows it"},
	{MAGIC("sequenceDiagram"), "a Mermaid diagram", NULL},
};

/* A character that no text has. */
static bool has_control(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] >= 0 && bytes[i] < ' ' && !(bytes[i] >= '\b' && bytes[i] <= '\r') &&
			bytes[i] != '\x1b')
			return true;
	return false;
}

const struct file_kind *file_kind(const void *bytes, size_t length)
{
	static const struct file_kind binary = {.name = "a binary file"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (length >= kinds[i].length &&
			memcmp(bytes, kinds[i].magic, kinds[i].length) == 0)
			return &kinds[i];
	return has_control(bytes, length) ? &binary : NULL;
}
