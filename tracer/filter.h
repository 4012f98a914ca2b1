/* The seccomp filter that stops a tracee where the syscall table says so. */
#ifndef TRACER_FILTER_H
#define TRACER_FILTER_H

#include <linux/filter.h>

/*
 * Makes a filter that answers SECCOMP_RET_TRACE for each row of the syscall table and lets
 * everything else pass. The caller frees filter->filter. Returns 0 or a negative errno.
 */
int filter_make(struct sock_fprog *filter);

/*
 * Installs it in the calling thread, which is about to become the tracee. Takes no lock and no
 * memory, as must be between fork(2) and exec. Returns 0 or a negative errno. Without
 * CAP_SYS_ADMIN it sets no_new_privs, which the kernel asks for then: seccomp(2).
 */
int filter_install(const struct sock_fprog *filter);

#endif
