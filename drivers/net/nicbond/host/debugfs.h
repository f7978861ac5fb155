/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NICBOND_HOST_DEBUGFS_H
#define _NICBOND_HOST_DEBUGFS_H

struct net_device;
struct nicbond_master;
struct nicbond_member;

/*
 * Nothing here fails: without debugfs, or without memory for it, files are
 * missing, and nothing else is different.
 */
#if IS_ENABLED(CONFIG_DEBUG_FS)

/* The module's folder, with nothing in it. Process context. */
void nicbond_debugfs_init(void);
void nicbond_debugfs_exit(void);

/* A master's folder, while it has no member. rtnl. */
void nicbond_debugfs_master_init(struct nicbond_master *master);
void nicbond_debugfs_master_uninit(struct nicbond_master *master);

/*
 * A member's folder in its master's. After _uninit nobody reads the member's
 * registers there any more. rtnl.
 */
void nicbond_debugfs_member_init(struct nicbond_member *member);
void nicbond_debugfs_member_uninit(struct nicbond_member *member);

/* @dev, maybe a master or a member or both, has another name. rtnl. */
void nicbond_debugfs_rename(struct net_device *dev);

#else

static inline void nicbond_debugfs_init(void)
{
}

static inline void nicbond_debugfs_exit(void)
{
}

static inline void nicbond_debugfs_master_init(struct nicbond_master *master)
{
}

static inline void nicbond_debugfs_master_uninit(struct nicbond_master *master)
{
}

static inline void nicbond_debugfs_member_init(struct nicbond_member *member)
{
}

static inline void nicbond_debugfs_member_uninit(struct nicbond_member *member)
{
}

static inline void nicbond_debugfs_rename(struct net_device *dev)
{
}

#endif

#endif /* _NICBOND_HOST_DEBUGFS_H */
