// SPDX-License-Identifier: GPL-2.0
/*
 * registers - print the register map as reStructuredText, for scripts/docs;
 * with --shell its offsets and fields as variables of a shell, for the tests.
 *
 * Only the introductions are written here. Everything of a register or a counter is
 * in its rows in include/uapi/linux/nicbond.h.
 */
#include "rows.h"
#include "rst.h"

#include <stdio.h>
#include <string.h>

static const char *access_name(int access)
{
	return access == NICBOND_RW ? "read-write" : "read-only";
}

/* What the firmware finds out by itself has no reset value. */
static int has_reset(const struct reg *reg)
{
	return reg->access == NICBOND_RW || reg->reset;
}

static void print_overview(void)
{
	const struct reg *reg;
	char offset[16], count[16], reset[16];

	heading("Overview", '=');
	table_begin(6);
	table_row("Offset", "Name", "Count", "Access", "Reset", "Meaning");
	for (reg = regs; reg->name; reg++) {
		snprintf(offset, sizeof(offset), "0x%04x", reg->offset);
		snprintf(count, sizeof(count), "%u", reg->count);
		snprintf(reset, sizeof(reset), "0x%08x", reg->reset);
		table_row(offset, reg->name, count, access_name(reg->access),
			  has_reset(reg) ? reset : "-", reg->text);
	}
	table_end();
}

static void print_fields(const struct reg *reg)
{
	const struct field *field;
	char bits[16];

	table_begin(3);
	table_row("Bits", "Field", "Meaning");
	for (field = fields; field->name; field++) {
		int low = __builtin_ctz(field->mask);
		int high = 31 - __builtin_clz(field->mask);

		if (strcmp(field->reg, reg->name))
			continue;
		if (high == low)
			snprintf(bits, sizeof(bits), "%d", low);
		else
			snprintf(bits, sizeof(bits), "%d:%d", high, low);
		table_row(bits, field->name, field->text);
	}
	table_end();
}

static void print_values(const struct reg *reg)
{
	const struct value *value;
	char number[16];

	table_begin(3);
	table_row("Value", "Name", "Meaning");
	for (value = values; value->name; value++) {
		if (strcmp(value->reg, reg->name))
			continue;
		snprintf(number, sizeof(number), "%u", value->number);
		table_row(number, value->name, value->text);
	}
	table_end();
}

static void print_ranges(const struct reg *reg)
{
	const struct range *range;

	for (range = ranges; range->reg; range++)
		if (!strcmp(range->reg, reg->name))
			printf("Takes %u to %u%s%s%s; %u after a reset.\n\n",
			       range->least, range->most, *range->unit ? " " : "", range->unit,
			       range->steps == NICBOND_POWERS_OF_2 ?
			       ", powers of two only" : "", reg->reset);
}

static void print_register(const struct reg *reg)
{
	char text[64];

	if (reg->count > 1)
		snprintf(text, sizeof(text), "%s[0..%u]", reg->name, reg->count - 1);
	else
		snprintf(text, sizeof(text), "%s", reg->name);
	heading(text, '-');

	sentence(reg->text);
	printf("Offset 0x%04x", reg->offset);
	if (reg->count > 1)
		printf(" to 0x%04x", reg->offset + 4 * (reg->count - 1));
	printf("; %s", access_name(reg->access));
	if (has_reset(reg))
		printf("; 0x%08x after a reset", reg->reset);
	fputs(".\n\n", stdout);
	print_fields(reg);
	print_values(reg);
	print_ranges(reg);
}

static void print_counters(void)
{
	char low[16];
	unsigned int i;

	table_begin(3);
	table_row("Offset", "Name", "Counts");
	for (i = 0; counters[i].name; i++) {
		snprintf(low, sizeof(low), "0x%04x", NICBOND_REG_COUNTER_LOW(i));
		table_row(low, counters[i].name, counters[i].text);
	}
	table_end();
}

static const char introduction[] =
"====================================\n"
"nicbond: the registers of an adaptor\n"
"====================================\n"
"\n"
"Each member of a master has an adaptor: the firmware that transmits its packets.\n"
"The host driver and the adaptor share one thing besides the packets, this register\n"
"file. The host writes who is primary, who else is there and how to balance; the\n"
"adaptor tells its state, its indirection table and what it has counted.\n"
"\n"
"Registers are 32 bits wide, at byte offsets, in the byte order of the host.\n"
"\n"
"- Reading has no side effects. What is not in this list reads as zero.\n"
"- The host writes read-write registers only. A refused write changes nothing, and\n"
"  says why: -ENOENT (no such register), -EROFS (read-only), -EINVAL (a reserved bit,\n"
"  or a value that the register does not take), -ESTALE (of an older epoch), -ENOMEM.\n"
"- Bits that are in no field of a register with fields are reserved: they read as zero,\n"
"  and a write that sets one is refused. A register with values takes no other.\n"
"- A reset, by CTRL, gives each register its reset value. Those without one tell what\n"
"  the firmware finds out by itself; the counters go on.\n"
"\n"
"To see them, as root::\n"
"\n"
"    cat /sys/kernel/debug/nicbond/nb0/eth0/registers   # one adaptor's, decoded\n"
"    cat /sys/kernel/debug/nicbond/nb0/eth0/table       # who has which bucket\n"
"    ethtool -d nb0                                     # all adaptors', in hexadecimal\n"
"    ethtool -S nb0                                     # the counters\n"
"\n"
"For C, <linux/nicbond.h> has a constant for each: NICBOND_REG_ROLE is an offset,\n"
"NICBOND_RESET_ROLE a reset value, NICBOND_PEER_UP a field's mask, NICBOND_ROLE_PRIMARY\n"
"a value, NICBOND_FLOWLET_GAP_MAX the end of a range.\n"
"\n";

static const char counting[] =
"64 bits each, since the adaptor was created; the low word is at the offset given, the\n"
"high word behind it. To have a whole value, read the high word before and after the\n"
"low one, until both are the same.\n"
"\n"
"Packets, unless it says bytes. Each packet that was handed over by the host, or\n"
"received over the channel, ends as transmitted, forwarded, or one of the drops.\n"
"\n";

static void print_document(void)
{
	const struct reg *reg;

	fputs(introduction, stdout);
	printf("This is version %d of the map, as ``ethtool -d`` reports it; a register file\n"
	       "is %d bytes long, and a master has at most %d adaptors.\n\n",
	       NICBOND_REGISTERS_VERSION, NICBOND_REGISTERS_SIZE, NICBOND_SLOTS);

	print_overview();
	heading("Registers", '=');
	for (reg = regs; reg->name; reg++)
		print_register(reg);
	heading("Counters", '=');
	fputs(counting, stdout);
	print_counters();
}

/* REG_ROLE=32, PEER_UP=2: as <linux/nicbond.h> names them, without NICBOND_. */
static void print_variables(void)
{
	const struct field *field;
	const struct reg *reg;

	printf("REGISTERS_VERSION=%d\nREGISTERS_SIZE=%d\n", NICBOND_REGISTERS_VERSION,
	       NICBOND_REGISTERS_SIZE);
	for (reg = regs; reg->name; reg++)
		printf("REG_%s=%u\n", reg->name, reg->offset);
	for (field = fields; field->name; field++)
		printf("%s_%s=%u\n", field->reg, field->id, field->mask);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--shell")) {
		print_variables();
	} else if (argc == 1) {
		print_document();
	} else {
		fprintf(stderr, "usage: registers [--shell]\n");
		return 2;
	}

	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
