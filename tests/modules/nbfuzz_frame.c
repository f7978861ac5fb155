// SPDX-License-Identifier: GPL-2.0
/* The frames of nicbond's KUnit tests, for a module of its own, and where KUnit is not. */
#include "../../drivers/net/nicbond/tests/frame.c"
