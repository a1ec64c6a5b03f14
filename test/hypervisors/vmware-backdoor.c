/*
 * VMware's backdoor for programs that run where there is no VMware: the host's side of the guest's own tools
 * (vmware-rpctool, vmtoolsd), so that the real ones can be run in tests and in virtual machines of any hypervisor.
 *
 *   vmware-backdoor [--deny COMMAND] [--hang] FOLDER -- PROGRAM [ARGUMENT...]
 *
 * FOLDER holds guestinfo, one file for each key (`guestinfo.ovfEnv`); info-set writes there. Every other RPCI command is answered
 * by the file that is called as it is (`guestlib.info.get 3`, `guestlib.stat.get json resources`), and unknown without one. The file
 * `mhz` holds a processor's speed, `synctime` 1 where the tools are to follow the host's clock, which is our own.
 * --deny COMMAND  answers that RPCI command with "Permission denied", as guest_rpc.rpci.auth.cmd.COMMAND does
 * --hang          never answers a message
 *
 * PROGRAM runs under ptrace. Its `in` on port 0x5658 and its `rep insb`/`rep outsb` on 0x5659 fault in user mode; the
 * fault is answered here and the program never sees it. Where the processor can fault on CPUID (arch_prctl(2)), the
 * hypervisor's leaf reads VMwareVMware; elsewhere it stays what the machine says.
 * The protocol: open-vm-tools, lib/include/backdoor_def.h and guest_msg_def.h, lib/message/message.c, lib/rpcOut/rpcout.c.
 */
#define _GNU_SOURCE
#include <cpuid.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 0x5658, PORT_HB = 0x5659, MAGIC = 0x564D5868, ARCH_SET_CPUID = 0x1012 };
enum command { GETMHZ = 1, GETVERSION = 10, GETGUIOPTIONS = 13, MESSAGE = 30, GETTIMEFULL = 46 };
enum { SYNC_TIME = 0x400 }; /* VMWARE_GUI_SYNC_TIME of guestrpc/tclodefs.h */
enum message { OPEN, SENDSIZE, SENDPAYLOAD, RECVSIZE, RECVPAYLOAD, RECVSTATUS, CLOSE };
enum status { SUCCESS = 0x1, DORECV = 0x2, HIGH_BANDWIDTH = 0x80 };

typedef unsigned long long u64;
typedef unsigned int u32;

struct channel {
  bool open;
  char *request; u32 requested;
  char *reply; u32 replied;
};

static struct channel channels[8];
static const char *folder, *denied = "";
static bool hangs;

static void die(const char *what) { perror(what); exit(125); }

static void *allocated(void *memory) { if (memory == NULL) die("memory"); return memory; }

/* --- guestinfo ---------------------------------------------------------------------------------------------------- */

/* The key's file in FOLDER, whatever its case: the host does not mind it either. */
static char *file_of(const char *key) {
  char *path = NULL;
  DIR *entries = opendir(folder);
  if (entries == NULL) die(folder);
  for (struct dirent *entry; (entry = readdir(entries)) != NULL && path == NULL;)
    if (strcasecmp(entry->d_name, key) == 0 && asprintf(&path, "%s/%s", folder, entry->d_name) < 0) die("memory");
  closedir(entries);
  return path;
}

static void answer(struct channel *c, const char *text) {
  c->reply = allocated(strdup(text));
  c->replied = strlen(text);
}

/* The file's content, or what is said without it. */
static void tell(struct channel *c, const char *name, const char *otherwise) {
  char *path = file_of(name);
  FILE *file = path == NULL ? NULL : fopen(path, "re");
  if (file == NULL) { answer(c, otherwise); return; }
  fseek(file, 0, SEEK_END);
  size_t size = ftell(file);
  rewind(file);
  c->reply = allocated(malloc(size + 2));
  memcpy(c->reply, "1 ", 2);
  c->replied = 2 + fread(c->reply + 2, 1, size, file);
  fclose(file);
  free(path);
}

static void info_set(struct channel *c, char *assignment) {
  char *value = strchr(assignment, ' ');
  if (value == NULL) { answer(c, "0 Too few arguments"); return; }
  *value++ = '\0';
  char *path = file_of(assignment);
  if (path == NULL && asprintf(&path, "%s/%s", folder, assignment) < 0) die("memory");
  FILE *file = fopen(path, "we");
  if (file == NULL) die(path);
  fputs(value, file);
  fclose(file);
  free(path);
  answer(c, "1 ");
}

/* `vmx.set_option synctime 1 0`: the name, what it was, what it is to be. */
static void set_option(struct channel *c, char *argument) {
  char name[64], assignment[80];
  int was, is;
  if (sscanf(argument, "%63s %d %d", name, &was, &is) != 3) { answer(c, "0 Too few arguments"); return; }
  snprintf(assignment, sizeof assignment, "%s %d", name, is);
  info_set(c, assignment);
}

/* One RPCI command: `info-get KEY`. Answers begin with 1 (done) or 0 (refused). */
static void obey(struct channel *c) {
  char whole[256];
  snprintf(whole, sizeof whole, "%s", c->request);
  for (size_t end = strlen(whole); end > 0 && whole[end - 1] == ' '; end--) whole[end - 1] = '\0';
  char *argument = c->request + strcspn(c->request, " ");
  if (*argument != '\0') *argument++ = '\0';
  if (strcmp(c->request, denied) == 0) answer(c, "0 Permission denied");
  else if (strcmp(c->request, "info-get") == 0) tell(c, argument, "0 No value found");
  else if (strcmp(c->request, "info-set") == 0) info_set(c, argument);
  else if (strcmp(c->request, "vmx.set_option") == 0) set_option(c, argument);
  else tell(c, whole, "0 Unknown command");
}

/* --- the message channel ------------------------------------------------------------------------------------------ */

static void close_channel(struct channel *c) {
  free(c->request);
  free(c->reply);
  *c = (struct channel){0};
}

static int open_channel(void) {
  for (int id = 0; id < 8; id++)
    if (!channels[id].open) { channels[id].open = true; return id; }
  return -1;
}

static void set_low(unsigned long long *reg, u32 value) { *reg = value; } /* a 32-bit write clears the upper half */
static void set_status(struct user_regs_struct *r, u32 status) { set_low(&r->rcx, (r->rcx & 0xffff) | status << 16); }

static void message(struct user_regs_struct *r) {
  u32 type = r->rcx >> 16 & 0xffff, id = r->rdx >> 16 & 0xffff;
  if (type == OPEN) {
    int fresh = open_channel();
    if (fresh < 0) { set_status(r, 0); return; }
    set_low(&r->rdx, (r->rdx & 0xffff) | fresh << 16);
    set_low(&r->rsi, 0x11111111);
    set_low(&r->rdi, 0x22222222);
    set_status(r, SUCCESS);
    return;
  }
  if (id >= 8 || !channels[id].open) { set_status(r, 0); return; }
  struct channel *c = &channels[id];
  switch (type) {
    case SENDSIZE:
      free(c->request);
      c->requested = r->rbx;
      c->request = allocated(calloc(1, c->requested + 1));
      set_status(r, SUCCESS | HIGH_BANDWIDTH);
      return;
    case RECVSIZE:
      if (c->reply == NULL) { set_status(r, SUCCESS); return; }
      set_low(&r->rbx, c->replied);
      set_low(&r->rdx, (r->rdx & 0xffff) | SENDSIZE << 16);
      set_status(r, SUCCESS | DORECV | HIGH_BANDWIDTH);
      return;
    case RECVSTATUS:
      free(c->reply);
      c->reply = NULL;
      set_status(r, SUCCESS);
      return;
    case CLOSE:
      close_channel(c);
      set_status(r, SUCCESS);
      return;
    default:
      set_status(r, 0);
  }
}

/* `rep outsb` sends a message to the host, `rep insb` takes one: registers as in Backdoor_HbOut and Backdoor_HbIn. */
static void transfer(pid_t pid, struct user_regs_struct *r, bool out) {
  u32 id = r->rdx >> 16 & 0xffff;
  struct channel *c = id < 8 && channels[id].open ? &channels[id] : NULL;
  char *ours = c == NULL ? NULL : out ? c->request : c->reply;
  u32 size = r->rcx;
  bool fits = ours != NULL && size <= (out ? c->requested : c->replied);
  struct iovec here = {ours, size}, there = {(void *)(out ? r->rsi : r->rdi), size};
  ssize_t moved = !fits ? -1 : out ? process_vm_readv(pid, &here, 1, &there, 1, 0) : process_vm_writev(pid, &here, 1, &there, 1, 0);
  bool done = moved == (ssize_t)size;
  if (done && out) {
    while (hangs) pause();
    obey(c);
  }
  if (out) r->rsi += size; else r->rdi += size;
  r->rcx = 0;
  set_low(&r->rbx, (r->rbx & 0xffff) | (done ? SUCCESS : 0) << 16);
}

static u32 number_in(const char *name) {
  char *path = file_of(name);
  FILE *file = path == NULL ? NULL : fopen(path, "re");
  u32 number = 0;
  if (file != NULL && fscanf(file, "%u", &number) != 1) number = 0;
  if (file != NULL) fclose(file);
  free(path);
  return number;
}

static void backdoor(struct user_regs_struct *r) {
  struct timespec now;
  switch (r->rcx & 0xffff) {
    case GETMHZ:
      set_low(&r->rax, number_in("mhz"));
      return;
    case GETGUIOPTIONS:
      set_low(&r->rax, number_in("synctime") ? SYNC_TIME : 0);
      return;
    case GETTIMEFULL:
      clock_gettime(CLOCK_REALTIME, &now);
      set_low(&r->rax, MAGIC);
      set_low(&r->rbx, now.tv_nsec / 1000);
      set_low(&r->rcx, 0);
      set_low(&r->rdx, now.tv_sec & 0xffffffff);
      set_low(&r->rsi, (u64)now.tv_sec >> 32);
      return;
    case GETVERSION:
      set_low(&r->rax, 6);
      set_low(&r->rbx, MAGIC);
      set_low(&r->rcx, 2); /* ESX */
      return;
    case MESSAGE:
      message(r);
      return;
    default:
      set_low(&r->rax, -1);
  }
}

/* --- the processor ------------------------------------------------------------------------------------------------ */

static void cpuid(struct user_regs_struct *r) {
  u32 leaf = r->rax, a, b, c, d;
  __cpuid_count(leaf, (u32)r->rcx, a, b, c, d);
  if (leaf == 1) c |= 1u << 31; /* a hypervisor is present */
  if (leaf == 0x40000000) { a = 0x40000010; memcpy(&b, "VMwa", 4); memcpy(&c, "reVM", 4); memcpy(&d, "ware", 4); }
  if (leaf > 0x40000000 && leaf <= 0x40000010) a = b = c = d = 0; /* no VMCALL interface: the tools use the port */
  set_low(&r->rax, a);
  set_low(&r->rbx, b);
  set_low(&r->rcx, c);
  set_low(&r->rdx, d);
}

/* Runs one system call in the stopped program, at the place where it stands, and puts everything back. */
static void call_in(pid_t pid, long number, long one, long two) {
  struct user_regs_struct before, during;
  if (ptrace(PTRACE_GETREGS, pid, 0, &before) != 0) die("ptrace");
  long code = ptrace(PTRACE_PEEKTEXT, pid, before.rip, 0);
  ptrace(PTRACE_POKETEXT, pid, before.rip, (code & ~0xffffL) | 0x050f);
  during = before;
  during.rax = number, during.rdi = one, during.rsi = two;
  during.orig_rax = -1;
  ptrace(PTRACE_SETREGS, pid, 0, &during);
  ptrace(PTRACE_SINGLESTEP, pid, 0, 0);
  waitpid(pid, NULL, __WALL);
  ptrace(PTRACE_POKETEXT, pid, before.rip, code);
  ptrace(PTRACE_SETREGS, pid, 0, &before);
}

/* True when the fault was one of ours and the program may go on behind the instruction. */
static bool answered(pid_t pid) {
  struct user_regs_struct r;
  if (ptrace(PTRACE_GETREGS, pid, 0, &r) != 0) return false;
  long code = ptrace(PTRACE_PEEKTEXT, pid, r.rip, 0);
  unsigned first = code & 0xff, both = code & 0xffff;
  u32 port = r.rdx & 0xffff, magic = r.rax;
  if (both == 0xa20f) { cpuid(&r); r.rip += 2; }
  else if (first == 0xed && port == PORT && magic == MAGIC) { backdoor(&r); r.rip += 1; }
  else if (both == 0x6ef3 && port == PORT_HB) { transfer(pid, &r, true); r.rip += 2; }
  else if (both == 0x6cf3 && port == PORT_HB) { transfer(pid, &r, false); r.rip += 2; }
  else return false;
  return ptrace(PTRACE_SETREGS, pid, 0, &r) == 0;
}

static int serve(pid_t first) {
  for (;;) {
    int status;
    pid_t pid = waitpid(-1, &status, __WALL);
    if (pid < 0) { if (errno == EINTR) continue; die("wait"); }
    if (pid == first && WIFEXITED(status)) return WEXITSTATUS(status);
    if (pid == first && WIFSIGNALED(status)) return 128 + WTERMSIG(status);
    if (!WIFSTOPPED(status)) continue;
    int signal = WSTOPSIG(status), event = status >> 16;
    bool executed = event == 0 && signal == SIGTRAP; /* ptrace(2): sent after execve(2), which lets CPUID through again */
    if (executed) call_in(pid, SYS_arch_prctl, ARCH_SET_CPUID, 0);
    bool ours = event != 0 || executed || signal == SIGSTOP || (signal == SIGSEGV && answered(pid));
    ptrace(PTRACE_CONT, pid, 0, ours ? 0 : signal);
  }
}

int main(int argc, char **argv) {
  int at = 1;
  for (; at < argc && argv[at][0] == '-'; at++) {
    if (strcmp(argv[at], "--hang") == 0) hangs = true;
    else if (strcmp(argv[at], "--deny") == 0 && at + 1 < argc) denied = argv[++at];
    else break;
  }
  if (at + 2 >= argc || strcmp(argv[at + 1], "--") != 0) {
    fprintf(stderr, "usage: %s [--deny COMMAND] [--hang] FOLDER -- PROGRAM [ARGUMENT...]\n", argv[0]);
    return 2;
  }
  folder = argv[at];
  pid_t pid = fork();
  if (pid < 0) die("fork");
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    execvp(argv[at + 2], argv + at + 2);
    _exit(errno == ENOENT ? 127 : 126);
  }
  if (waitpid(pid, NULL, 0) != pid) die("wait");
  long options = PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  if (ptrace(PTRACE_SETOPTIONS, pid, 0, options) != 0) die("ptrace");
  ptrace(PTRACE_CONT, pid, 0, 0);
  return serve(pid);
}
