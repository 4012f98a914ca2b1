/* SPDX-License-Identifier: MIT */
/* Opens files to write to that may hold what programs said to each other. */
#ifndef FORMAT_LOG_FILE_H
#define FORMAT_LOG_FILE_H

/*
 * Opens the file `name` to write it from its beginning on. A new one is for its user only (0600);
 * under sudo(8) that is the user who called it. In a directory where everybody may make files,
 * one that another user has put there, or a link of theirs, is not written: EPERM. That is the rule
 * of fs.protected_symlinks and fs.protected_regular, which not every system has on:
 * Documentation/admin-guide/sysctl/fs.rst. One that another socktrace or sockview writes is not
 * touched: EBUSY; the lock goes with the descriptor. Returns the descriptor, which no program
 * inherits, or -1: see errno.
 */
int log_file_open(const char *name);

/* The same of a file that is not there, or empty: what another one has, or a link, is not touched:
 * EEXIST. */
int log_file_open_new(const char *name);

/* Such an errno in words for the user. */
const char *log_file_error(int error);

#endif
