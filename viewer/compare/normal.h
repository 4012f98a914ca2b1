/* SPDX-License-Identifier: MIT */
/* Words without what is another one each time a program runs: ports that the kernel picked, process
 * ids, names of temporary files, counters, hashes. Two runs of one program have the same. */
#ifndef VIEWER_NORMAL_H
#define VIEWER_NORMAL_H

#include <stddef.h>

#include "viewer/model/address.h"

/* The ports that the kernel picks from, unless it is told otherwise: ip(7), ip_local_port_range. */
#define NORMAL_PORT_FIRST 32768
#define NORMAL_PORT_LAST  60999

/* Of an address as address_text() has it: "127.0.0.1:40113" is "127.0.0.1:*", and the same name may
 * have another one below /tmp: any name directly below it, in /var/tmp and /dev/shm is "*". In
 * other paths and names numbers are "#". */
void normal_address(char normal[ADDRESS_SIZE], const char *address);

/* Of what an exchange asks, or is answered: numbers of at least so many digits are "#", and longer
 * words of hexadecimal digits, or of letters and digits in a mixture that nobody types, "*". Cut at
 * the size. */
#define NORMAL_NAME_DIGITS   3
#define NORMAL_ANSWER_DIGITS 4
void normal_words(char *normal, size_t size, const char *words, size_t least_digits);

#endif
