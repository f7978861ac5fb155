/* SPDX-License-Identifier: GPL-2.0 */
/* Shadow of <kunit/static_stub.h>: no stubs where KUnit has none. */
#ifndef _NICBOND_COMPAT_KUNIT_STATIC_STUB_H
#define _NICBOND_COMPAT_KUNIT_STATIC_STUB_H

#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#include_next <kunit/static_stub.h>
#else
#define KUNIT_STATIC_STUB_REDIRECT(real_fn_name, args...) do {} while (0)
#endif

#endif /* _NICBOND_COMPAT_KUNIT_STATIC_STUB_H */
