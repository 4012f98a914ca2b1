/* SPDX-License-Identifier: MIT */
#include "tracer/recorder/unwind.h"

#include "tracer/recorder/code.h"
#include "tracer/recorder/patch_plan.h"

#define INSTRUCTION 2 /* bytes of a `syscall` */

/* The flags as lahf and seto put them into ax. */
#define LAHF_FLAGS    0xd5u /* in ah, and there in the flags: sign, zero, carry … */
#define OVERFLOW_FLAG (1u << 11)

static uint64_t with_overflow(uint64_t flags, bool is_set)
{
	return (flags & ~(uint64_t)OVERFLOW_FLAG) | (is_set ? OVERFLOW_FLAG : 0);
}

static uint64_t with_lahf(uint64_t flags, uint64_t ax)
{
	return (flags & ~(uint64_t)LAHF_FLAGS) | (ax >> 8 & LAHF_FLAGS);
}

static uint64_t with_all(uint64_t flags, uint64_t ax)
{
	return with_overflow(with_lahf(flags, ax), ax & 1);
}

static void unwind_trampoline(struct user_regs_struct *r, const struct patch_plan *plan)
{
	const struct code_labels *at = code_labels();
	const uint64_t place = r->rip - plan->trampoline + at->trampoline;

	if (place > at->traced_syscall) {
		r->rip = plan->site + INSTRUCTION;
		return;
	}
	if (place >= at->flagged && place <= at->traced)
		r->eflags = with_all(r->eflags, r->rax);
	else if (place == at->added)
		r->eflags = with_lahf(r->eflags, r->rax);
	if (place >= at->moved && place < at->traced_syscall)
		r->rax = r->r11;
	r->rip = plan->site;
}

/* The call is not made yet. */
static void unwind_before(struct user_regs_struct *r, const struct area *area,
	const struct patch_plan *plans, size_t plan_count)
{
	const struct code_labels *at = code_labels();
	bool is_slow = r->rip >= at->slow;
	bool is_saved = r->rip >= at->saved && !is_slow;
	bool has_flags = r->rip >= at->flags && !is_slow;
	const struct patch_plan *plan =
		is_saved ? NULL : patch_plan_find(plans, plan_count, r->rcx);

	r->eflags = with_all(r->eflags, has_flags ? area->flags : r->rax);
	r->rax = is_saved ? area->number : r->r11;
	if (is_saved)
		r->rdx = area->arguments[2];
	r->rip = plan ? plan->site : area->back - INSTRUCTION;
}

static void unwind_returned(struct user_regs_struct *r, struct area *area)
{
	const struct code_labels *at = code_labels();
	bool may_differ = (r->rip >= at->kept && r->rip < at->finished) || r->rip >= at->copy;

	if (r->rip < at->returned)
		area->result = (int64_t)r->rax;
	if (r->rip < at->timed)
		area->exit = 0;
	if (may_differ) {
		r->rbx = area->kept[0];
		r->rbp = area->kept[1];
		r->r12 = area->kept[2];
		r->r13 = area->kept[3];
		r->r14 = area->kept[4];
		r->r15 = area->kept[5];
	}
	r->rdi = area->arguments[0];
	r->rsi = area->arguments[1];
	r->rdx = area->arguments[2];
	r->r10 = area->arguments[3];
	r->r8 = area->arguments[4];
	r->r9 = area->arguments[5];
	r->rsp = area->stack_pointer;
	r->eflags = with_all(r->eflags, area->flags);
	r->rax = (uint64_t)area->result;
	r->rcx = r->rip = area->back;
}

enum unwound unwind(struct registers *registers, struct area *area, const struct patch_plan *plans,
	size_t plan_count)
{
	const struct code_labels *at = code_labels();
	struct user_regs_struct *r = &registers->all;
	const struct patch_plan *plan = patch_plan_find(plans, plan_count, r->rip);
	int64_t result;

	if (plan) {
		if (r->rip >= plan->trampoline && r->rip < plan->trampoline + TRAMPOLINE_SIZE)
			unwind_trampoline(r, plan);
		else
			r->rip = plan->site;
		return UNWOUND_BEFORE;
	}
	/* Calls that the tracer has a thread make stand before the entry. */
	if (!area || r->rip < at->entry || r->rip >= AREA_CODE + AREA_CODE_SIZE)
		return UNWOUND_OUTSIDE;
	if (r->rip <= at->allowed || (r->rip >= at->checks && r->rip < at->slow_end)) {
		unwind_before(r, area, plans, plan_count);
		return UNWOUND_BEFORE;
	}
	if (r->rip == at->allowed_return && registers_has_result(registers, &result)) {
		r->eflags = with_all(r->eflags, area->flags);
		r->rcx = r->rip = area->back;
		return UNWOUND_CALL;
	}
	unwind_returned(r, area);
	return UNWOUND_RETURNED;
}

uint64_t unwind_address(uint64_t address, const struct area *area, const struct patch_plan *plans,
	size_t plan_count)
{
	const struct code_labels *at = code_labels();
	const struct patch_plan *plan = patch_plan_find(plans, plan_count, address);

	if (plan &&
		address == plan->trampoline + (at->traced_syscall - at->trampoline) + INSTRUCTION)
		return plan->site + INSTRUCTION;
	return area && address == at->allowed_return ? area->back : address;
}

bool unwind_fault(struct registers *registers)
{
	const struct code_labels *at = code_labels();
	struct user_regs_struct *r = &registers->all;

	if (r->rip < at->copy || r->rip >= at->copy_end)
		return false;
	r->rip = at->copy_fault;
	return true;
}
