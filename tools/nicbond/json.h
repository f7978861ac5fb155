/* SPDX-License-Identifier: GPL-2.0 */
/* JSON on standard output, on one line. */
#ifndef JSON_H
#define JSON_H

#include <stdint.h>

/* @bracket: { or [. What is closed is what was opened last. */
void json_open(char bracket);
void json_close(void);

/* In an object, before each value. */
void json_key(const char *name);

void json_number(unsigned long long number);
void json_fraction(double number, int digits);
void json_string(const char *text);
void json_null(void);

#endif /* JSON_H */
