/* SPDX-License-Identifier: GPL-2.0 */
/* The names of numbers, by the rows. */
#ifndef NAMES_H
#define NAMES_H

#include "../rows.h"

#include <stdint.h>
#include <stdio.h>

/* The name of a value of register, or state, @reg; "?", if it has none. */
const char *name_of_value(const char *reg, uint32_t number);

/* The names of the fields of register @reg that are in @set, with commas between. */
void print_set(FILE *file, const char *reg, uint32_t set);

#endif /* NAMES_H */
