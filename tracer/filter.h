/* The seccomp filter that stops a tracee where the syscall table says so. */
#ifndef TRACER_FILTER_H
#define TRACER_FILTER_H

/*
 * Installs in the calling thread, which is about to become the tracee, a filter that answers
 * SECCOMP_RET_TRACE with the row's index for each row of the syscall table and lets everything
 * else pass. Returns 0 or a negative errno. Without CAP_SYS_ADMIN it sets no_new_privs, which the
 * kernel asks for then: seccomp(2).
 */
int filter_install(void);

#endif
