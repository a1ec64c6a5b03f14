/*
 * Hyper-V's KVP channel for Debian's hv_kvp_daemon where there is no Hyper-V. Preloaded into the daemon (ld.so(8),
 * LD_PRELOAD): /dev/vmbus/hv_kvp is descriptor 3, on whose other end a test plays the kernel and the host, and
 * /var/lib/hyperv is the folder KVP_POOLS. Everything else, above all how the pools are written, is the daemon's own.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char device[] = "/dev/vmbus/hv_kvp", pools[] = "/var/lib/hyperv";

static const char *moved(const char *path, char *room, size_t size) {
  if (strncmp(path, pools, sizeof pools - 1) != 0) return path;
  snprintf(room, size, "%s%s", getenv("KVP_POOLS"), path + sizeof pools - 1);
  return room;
}

int open(const char *path, int flags, ...) {
  static int opened;
  char room[4096];
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
  va_end(more);
  if (strcmp(path, device) != 0) return openat(AT_FDCWD, moved(path, room, sizeof room), flags, mode);
  if (opened++) exit(0); /* the daemon opens it again when the other end is gone */
  return 3;
}

FILE *fopen(const char *path, const char *mode) {
  static FILE *(*real)(const char *, const char *);
  char room[4096];
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "fopen");
  return real(moved(path, room, sizeof room), mode);
}

int access(const char *path, int mode) {
  char room[4096];
  return faccessat(AT_FDCWD, moved(path, room, sizeof room), mode, 0);
}

int mkdir(const char *path, mode_t mode) {
  char room[4096];
  return mkdirat(AT_FDCWD, moved(path, room, sizeof room), mode);
}
