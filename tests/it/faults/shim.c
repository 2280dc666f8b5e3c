/*
 * Makes the n-th call of the file layer fail, for the calls that touch files below one folder.
 *
 * Loaded before the C library into the program under test; every call goes straight to the kernel from here, so
 * nothing of the library is looked up. Names are also changed by code that goes to the kernel without the C library;
 * on x86-64 a filter of the kernel sends those calls back here. Other calls made that way are not seen.
 *
 *   FAULT_UNDER   the folder whose files are watched; without it nothing is
 *   FAULT_LOG     a file outside of it: one line "number call place" for each watched call, "!" in front of those
 *                 that were made to fail
 *   FAULT_AT      which call, counted from 1; 0 or nothing makes none fail
 *   FAULT_STAYS   1: that call and every one after it that the same trouble would stop
 *   FAULT_HOW     a number: that errno. "short": half of a write is done, and the count says so.
 *                 "lie": a write is not done, and the count says that it was
 *   FAULT_ONLY    only files whose path ends with this
 *   FAULT_READS   1: reading counts too
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <ucontext.h>
#include <unistd.h>

enum { PASS, FAIL, SHORT, LIE };

static char under[PATH_MAX], only[NAME_MAX];
static int log_fd = -1, error, how = FAIL, stays, reads;
static long at;
static atomic_long seen;

static void watch_names(void);

static const char *given(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

__attribute__((constructor)) static void begin(void) {
    snprintf(under, sizeof under, "%s", given("FAULT_UNDER"));
    snprintf(only, sizeof only, "%s", given("FAULT_ONLY"));
    at = atol(given("FAULT_AT"));
    stays = atoi(given("FAULT_STAYS"));
    reads = atoi(given("FAULT_READS"));
    const char *what = given("FAULT_HOW");
    if (!strcmp(what, "short")) how = SHORT;
    else if (!strcmp(what, "lie")) how = LIE;
    else error = atoi(what);
    if (*given("FAULT_LOG"))
        log_fd = syscall(SYS_openat, AT_FDCWD, given("FAULT_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (*under) watch_names();
}

/* A full drive stops what needs room, and nothing else. */
static int needs_room(const char *call) {
    return !strcmp(call, "write") || !strcmp(call, "create") || !strcmp(call, "mkdir") || !strcmp(call, "link") ||
           !strcmp(call, "truncate");
}

/* Counts a call and says what is to become of it. */
static int meet(const char *call, const char *path) {
    size_t length = strlen(under);
    if (!length || strncmp(path, under, length) || (path[length] && path[length] != '/')) return PASS;
    size_t whole = strlen(path), end = strlen(only);
    if (end > whole || strcmp(path + whole - end, only)) return PASS;
    if (!reads && (!strcmp(call, "read") || !strcmp(call, "open"))) return PASS;
    long number = atomic_fetch_add(&seen, 1) + 1;
    int hit = at && (number == at || (stays && number > at));
    if (hit && number > at && error == ENOSPC && !needs_room(call)) hit = 0;
    if (hit && how != FAIL && strcmp(call, "write")) hit = 0;
    if (log_fd >= 0) {
        char line[PATH_MAX + 64];
        int size = snprintf(line, sizeof line, "%s%ld %s %s\n", hit ? "!" : "", number, call, path + length);
        if (size > 0) syscall(SYS_write, log_fd, line, (size_t)size);
    }
    if (hit) errno = error;
    return hit ? how : PASS;
}

static int meet_fd(const char *call, int fd) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (size < 0) return PASS;
    path[size] = 0;
    return meet(call, path);
}

static int meet_at(const char *call, int folder, const char *name) {
    char link[64], path[2 * PATH_MAX];
    if (!name) return PASS;
    if (*name == '/') return meet(call, name);
    if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t size = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX);
    if (size < 0) return PASS;
    snprintf(path + size, sizeof path - size, "/%s", name);
    return meet(call, path);
}

/* --- opening --- */

static int opened(int folder, const char *path, int flags, mode_t mode) {
    /* Opening to write or to make something is one kind of call, opening to look another. */
    const char *call = flags & O_CREAT ? "create" : (flags & O_ACCMODE) == O_RDONLY ? "open" : "open-to-write";
    if (meet_at(call, folder, path) == FAIL) return -1;
    return syscall(SYS_openat, folder, path, flags, mode);
}

#define MODE(flags)                                             \
    mode_t mode = 0;                                            \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {                    \
        va_list rest;                                           \
        va_start(rest, flags);                                  \
        mode = va_arg(rest, mode_t);                            \
        va_end(rest);                                           \
    }

int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return opened(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return opened(folder, path, flags, mode); }

/* --- writing and reading --- */

static ssize_t wrote(int fd, const void *from, size_t size, off_t place, int placed) {
    switch (meet_fd("write", fd)) {
    case FAIL: return -1;
    case LIE: return (ssize_t)size;
    case SHORT: size /= 2; break;
    }
    return placed ? syscall(SYS_pwrite64, fd, from, size, place) : syscall(SYS_write, fd, from, size);
}

ssize_t write(int fd, const void *from, size_t size) { return wrote(fd, from, size, 0, 0); }
ssize_t pwrite(int fd, const void *from, size_t size, off_t place) { return wrote(fd, from, size, place, 1); }
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t place) { return wrote(fd, from, size, place, 1); }

ssize_t read(int fd, void *to, size_t size) {
    return meet_fd("read", fd) == FAIL ? -1 : syscall(SYS_read, fd, to, size);
}
ssize_t pread(int fd, void *to, size_t size, off_t place) {
    return meet_fd("read", fd) == FAIL ? -1 : syscall(SYS_pread64, fd, to, size, place);
}
ssize_t pread64(int fd, void *to, size_t size, off64_t place) {
    return meet_fd("read", fd) == FAIL ? -1 : syscall(SYS_pread64, fd, to, size, place);
}

ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags) {
    return meet_fd("write", out) == FAIL ? -1 : syscall(SYS_copy_file_range, in, from, out, to, size, flags);
}
ssize_t sendfile64(int out, int in, off64_t *from, size_t size) {
    return meet_fd("write", out) == FAIL ? -1 : syscall(SYS_sendfile, out, in, from, size);
}

/* --- the drive --- */

static const char *sync_of(int fd) {
    /* A folder's list of names is another matter than a file. */
    struct stat met;
    return !fstat(fd, &met) && S_ISDIR(met.st_mode) ? "sync-folder" : "sync";
}

int fsync(int fd) { return meet_fd(sync_of(fd), fd) == FAIL ? -1 : syscall(SYS_fsync, fd); }
int fdatasync(int fd) { return meet_fd(sync_of(fd), fd) == FAIL ? -1 : syscall(SYS_fdatasync, fd); }
int ftruncate(int fd, off_t size) { return meet_fd("truncate", fd) == FAIL ? -1 : syscall(SYS_ftruncate, fd, size); }
int ftruncate64(int fd, off64_t size) {
    return meet_fd("truncate", fd) == FAIL ? -1 : syscall(SYS_ftruncate, fd, size);
}

static void *mapped(void *where, size_t size, int rights, int flags, int fd, off64_t from) {
    /* Only what several processes share; programs and libraries are mapped too, and are not below the folder. */
    if (fd >= 0 && (flags & MAP_SHARED) && meet_fd("map", fd) == FAIL) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, where, size, rights, flags, fd, from);
}
void *mmap(void *where, size_t size, int rights, int flags, int fd, off_t from) {
    return mapped(where, size, rights, flags, fd, from);
}
void *mmap64(void *where, size_t size, int rights, int flags, int fd, off64_t from) {
    return mapped(where, size, rights, flags, fd, from);
}

/* --- names --- */

/* Marks the calls of this file, in an argument that the kernel does not look at, so that the filter lets them by. */
#define OURS 0x4b570001L

static int named(const char *call, int folder, const char *path, long number, long a, long b, long c, long d, long e) {
    return meet_at(call, folder, path) == FAIL ? -1 : (int)syscall(number, a, b, c, d, e, OURS);
}
static int renamed(int a, const char *from, int b, const char *to, unsigned flags) {
    return named("rename", b, to, SYS_renameat2, a, (long)from, b, (long)to, flags);
}
static int linked(int a, const char *from, int b, const char *to, int flags) {
    return named("link", b, to, SYS_linkat, a, (long)from, b, (long)to, flags);
}
static int removed(int folder, const char *path, int flags) {
    return named("unlink", folder, path, SYS_unlinkat, folder, (long)path, flags, 0, 0);
}
static int made(int folder, const char *path, mode_t mode) {
    return named("mkdir", folder, path, SYS_mkdirat, folder, (long)path, mode, 0, 0);
}

int rename(const char *from, const char *to) { return renamed(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return renamed(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return renamed(a, from, b, to, flags); }
int link(const char *from, const char *to) { return linked(AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int a, const char *from, int b, const char *to, int flags) { return linked(a, from, b, to, flags); }
int unlink(const char *path) { return removed(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return removed(folder, path, flags); }
int rmdir(const char *path) { return removed(AT_FDCWD, path, AT_REMOVEDIR); }
int mkdir(const char *path, mode_t mode) { return made(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { return made(folder, path, mode); }

#ifdef __x86_64__
static void trapped(int signal, siginfo_t *info, void *context) {
    (void)signal;
    greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
    long a = r[REG_RDI], b = r[REG_RSI], c = r[REG_RDX], d = r[REG_R10], e = r[REG_R8];
    int result = -1;
    switch (info->si_syscall) {
    case SYS_rename: result = renamed(AT_FDCWD, (char *)a, AT_FDCWD, (char *)b, 0); break;
    case SYS_renameat: result = renamed((int)a, (char *)b, (int)c, (char *)d, 0); break;
    case SYS_renameat2: result = renamed((int)a, (char *)b, (int)c, (char *)d, (unsigned)e); break;
    case SYS_link: result = linked(AT_FDCWD, (char *)a, AT_FDCWD, (char *)b, 0); break;
    case SYS_linkat: result = linked((int)a, (char *)b, (int)c, (char *)d, (int)e); break;
    case SYS_unlink: result = removed(AT_FDCWD, (char *)a, 0); break;
    case SYS_unlinkat: result = removed((int)a, (char *)b, (int)c); break;
    case SYS_mkdirat: result = made((int)a, (char *)b, (mode_t)c); break;
    default: errno = ENOSYS;
    }
    r[REG_RAX] = result < 0 ? -errno : result;
}

static void watch_names(void) {
    static const int calls[] = {SYS_rename, SYS_renameat, SYS_renameat2, SYS_link, SYS_linkat, SYS_unlink,
                                SYS_unlinkat, SYS_mkdirat};
    enum { COUNT = sizeof calls / sizeof *calls };
    struct sock_filter code[COUNT + 6];
    int at = 0;
#define STEP(...) code[at++] = (struct sock_filter)__VA_ARGS__
    STEP(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
    for (int i = 0; i < COUNT; i++) STEP(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], COUNT - i, 0));
    STEP(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    STEP(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[5])));
    STEP(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OURS, 0, 1));
    STEP(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    STEP(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP));
    struct sigaction action = {.sa_sigaction = trapped, .sa_flags = SA_SIGINFO | SA_NODEFER};
    struct sock_fprog program = {(unsigned short)at, code};
    if (sigaction(SIGSYS, &action, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        static const char words[] = "the filter for names could not be set\n";
        syscall(SYS_write, 2, words, sizeof words - 1);
        _exit(99);
    }
}
#else
static void watch_names(void) {}
#endif
