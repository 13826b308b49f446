// inject.c - runs a program and lets chosen system calls on files fail. usage: inject CONTROL ROOT PROGRAM [ARGUMENT...]
//
// A seccomp filter, which the program's children inherit, stops each call on files; this process learns the path of the call, and answers
// with an error or lets the call go on. So it does not matter which library makes the call, or in which language the program is written.
//
// A place is "CALL PATH", such as "openat claim/owner": the path is that beneath ROOT, or one of /proc. Each place that is met for the first
// time of a round becomes a line of the file CONTROL.places. CONTROL is the memory that is shared with the test (struct control).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

struct control {
  _Atomic int32_t armed;   // 0: no call fails; 1: all calls at the place fail; 2: the first one fails
  _Atomic int32_t error;   // what they fail with
  _Atomic int32_t hits;    // how many have failed
  _Atomic int32_t process; // only calls of this process count; 0: of all
  _Atomic int32_t round;   // when it changes, the list of places begins anew
  char place[1024];
};

enum kind { BY_PATH, BY_PATH_AT, BY_DESCRIPTOR };
static const struct call { int number; enum kind kind; int at; const char *name; } calls[] = {
#define CALL(name, kind, at) {SYS_##name, kind, at, #name}
#ifdef SYS_open
  CALL(open, BY_PATH, 0), CALL(creat, BY_PATH, 0), CALL(stat, BY_PATH, 0), CALL(lstat, BY_PATH, 0), CALL(access, BY_PATH, 0),
  CALL(mkdir, BY_PATH, 0), CALL(rmdir, BY_PATH, 0), CALL(unlink, BY_PATH, 0), CALL(rename, BY_PATH, 1), CALL(readlink, BY_PATH, 0),
  CALL(link, BY_PATH, 1), CALL(symlink, BY_PATH, 1), CALL(chmod, BY_PATH, 0), CALL(mknod, BY_PATH, 0),
#endif
  CALL(openat, BY_PATH_AT, 0), CALL(openat2, BY_PATH_AT, 0), CALL(newfstatat, BY_PATH_AT, 0), CALL(statx, BY_PATH_AT, 0),
  CALL(faccessat, BY_PATH_AT, 0), CALL(faccessat2, BY_PATH_AT, 0), CALL(mkdirat, BY_PATH_AT, 0), CALL(unlinkat, BY_PATH_AT, 0),
  CALL(readlinkat, BY_PATH_AT, 0), CALL(renameat, BY_PATH_AT, 2), CALL(renameat2, BY_PATH_AT, 2), CALL(linkat, BY_PATH_AT, 2),
  CALL(symlinkat, BY_PATH_AT, 1), CALL(fchmodat, BY_PATH_AT, 0), CALL(mknodat, BY_PATH_AT, 0),
  CALL(read, BY_DESCRIPTOR, 0), CALL(pread64, BY_DESCRIPTOR, 0), CALL(readv, BY_DESCRIPTOR, 0), CALL(preadv, BY_DESCRIPTOR, 0),
  CALL(write, BY_DESCRIPTOR, 0), CALL(pwrite64, BY_DESCRIPTOR, 0), CALL(writev, BY_DESCRIPTOR, 0), CALL(pwritev, BY_DESCRIPTOR, 0),
  CALL(fstat, BY_DESCRIPTOR, 0), CALL(getdents64, BY_DESCRIPTOR, 0), CALL(fsync, BY_DESCRIPTOR, 0), CALL(fdatasync, BY_DESCRIPTOR, 0),
  CALL(ftruncate, BY_DESCRIPTOR, 0), CALL(fchmod, BY_DESCRIPTOR, 0), CALL(lseek, BY_DESCRIPTOR, 0),
};
#define CALLS (sizeof calls / sizeof *calls)

static struct control *control;
static const char *root;
static FILE *places;

static void die(const char *what) {
  fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
  exit(125);
}

static int make_filter(void) { // in the program's process: the listener's descriptor
  struct sock_filter filter[CALLS + 3];
  int length = 0;
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (size_t i = 0; i < CALLS; i++)
    filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, CALLS - i, 0);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
  struct sock_fprog program = {.len = length, .filter = filter};
  if (geteuid() != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) die("no_new_privs");
  // A call is not made twice because a signal came while it was stopped.
  int listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER | (1UL << 5), &program);
  return listener >= 0 ? listener : syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
}

static int link_of(pid_t pid, const char *what, char *path, size_t size) {
  char name[64];
  snprintf(name, sizeof name, "/proc/%d/%s", pid, what);
  ssize_t length = readlink(name, path, size - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return path[0] == '/';
}

static int text_of(pid_t pid, uint64_t address, char *text, size_t size) { // page by page: the next one may not be there
  size_t length = 0;
  while (length < size - 1) {
    size_t count = 4096 - ((address + length) & 4095);
    if (count > size - 1 - length) count = size - 1 - length;
    struct iovec to = {text + length, count}, from = {(void *)(address + length), count};
    ssize_t read = process_vm_readv(pid, &to, 1, &from, 1, 0);
    if (read <= 0) return 0;
    if (memchr(text + length, 0, read)) return 1;
    length += read;
  }
  return 0;
}

static int path_of(const struct call *call, const struct seccomp_notif *notice, char *path, size_t size) {
  char link[32], name[4096];
  const uint64_t *arguments = (const uint64_t *)notice->data.args;
  if (call->kind == BY_DESCRIPTOR) {
    snprintf(link, sizeof link, "fd/%d", (int)arguments[0]);
    return link_of(notice->pid, link, path, size);
  }
  int is_at = call->kind == BY_PATH_AT;
  if (!text_of(notice->pid, arguments[call->at + is_at], name, sizeof name)) return 0;
  if (name[0] == '/') return snprintf(path, size, "%s", name), 1;
  int directory = is_at ? (int)arguments[call->at] : AT_FDCWD;
  if (directory == AT_FDCWD) snprintf(link, sizeof link, "cwd"); else snprintf(link, sizeof link, "fd/%d", directory);
  if (!link_of(notice->pid, link, path, size)) return 0;
  size_t length = strlen(path);
  if (name[0] && strcmp(name, ".")) snprintf(path + length, size - length, "/%s", name);
  return 1;
}

// Numbers in /proc, names that are made by chance and the names of attempts differ from one run to the next.
static int place_of(const char *call, const char *path, char *place, size_t size) {
  size_t length = strlen(root);
  int proc = strncmp(path, "/proc/", 6) == 0 && path[6] >= '1' && path[6] <= '9';
  if (!proc && strcmp(path, "/proc") != 0 && (strncmp(path, root, length) != 0 || (path[length] != '/' && path[length] != 0))) return 0;
  const char *from = path[1] == 'p' && strncmp(path, "/proc", 5) == 0 ? path : path[length] ? path + length + 1 : ".";
  size_t at = snprintf(place, size, "%s ", call);
  while (*from && at < size - 8) {
    size_t word = strspn(from, proc ? "0123456789" : "0123456789abcdef-");
    if (word >= (proc ? 1 : 32)) {
      place[at++] = '*';
      from += word;
      if (!proc && *from == '.' && from[1] >= '0' && from[1] <= '9') from += 1 + strspn(from + 1, "0123456789"); // an attempt's number
    } else {
      if (!word) word = 1;
      while (word-- && at < size - 8) place[at++] = *from++;
    }
  }
  place[at] = 0;
  return 1;
}

static int is_wanted(pid_t thread) {
  int process = control->process;
  char path[64];
  if (!process || thread == process) return 1;
  snprintf(path, sizeof path, "/proc/%d/task/%d", process, thread);
  return access(path, F_OK) == 0;
}

static void note(const char *place) {
  static char *known[4096];
  static size_t count;
  static int round;
  if (round != control->round) {
    while (count > 0) free(known[--count]);
    places = freopen(NULL, "we", places);
    round = control->round;
  }
  for (size_t i = 0; i < count; i++)
    if (strcmp(known[i], place) == 0) return;
  if (count < 4096) known[count++] = strdup(place);
  fprintf(places, "%s\n", place);
  fflush(places);
}

static int error_for(const struct seccomp_notif *notice) {
  char path[8192], place[1024];
  for (size_t i = 0; i < CALLS; i++) {
    if (calls[i].number != notice->data.nr) continue;
    if (!path_of(&calls[i], notice, path, sizeof path) || !place_of(calls[i].name, path, place, sizeof place)) return 0;
    if (!is_wanted(notice->pid)) return 0;
    note(place);
    if (!control->armed || strcmp(place, control->place) != 0) return 0;
    if (control->armed == 2 && control->hits > 0) return 0;
    control->hits++;
    return control->error;
  }
  return 0;
}

int main(int count, char **arguments) {
  if (count < 4) die("usage: inject CONTROL ROOT PROGRAM [ARGUMENT...]");
  char list[4096];
  snprintf(list, sizeof list, "%s.places", arguments[1]);
  int file = open(arguments[1], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || (places = fopen(list, "ae")) == NULL || ftruncate(file, sizeof *control) != 0) die(arguments[1]);
  control = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  root = arguments[2];
  _Atomic int *listener = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (control == MAP_FAILED || listener == MAP_FAILED) die("mmap");
  *listener = -2;
  pid_t child = fork();
  if (child == 0) {
    int made = make_filter();
    *listener = made;
    if (made < 0) _exit(125);
    while (*listener != -3) usleep(1000); // until it is taken: this process can make no call on files before
    close(made);
    execvp(arguments[3], arguments + 3);
    _exit(127);
  }
  while (*listener == -2) usleep(1000);
  int process = syscall(SYS_pidfd_open, child, 0);
  int notices = syscall(SYS_pidfd_getfd, process, *listener, 0);
  if (*listener < 0 || notices < 0) die("the filter");
  *listener = -3;
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  // What the program leaves running is served for five seconds more.
  struct pollfd waiting[] = {{.fd = notices, .events = POLLIN}, {.fd = process, .events = POLLIN}};
  int rest = 50;
  while (rest > 0 && (poll(waiting, waiting[1].fd < 0 ? 1 : 2, waiting[1].fd < 0 ? 100 : -1) >= 0 || errno == EINTR)) {
    if (waiting[0].revents & POLLIN) {
      struct seccomp_notif notice = {0};
      if (ioctl(notices, SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0) continue;
      struct seccomp_notif_resp answer = {.id = notice.id};
      int error = error_for(&notice);
      if (error) answer.error = -error; else answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
      ioctl(notices, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    } else if (waiting[0].revents & (POLLHUP | POLLERR)) {
      break;
    } else if (waiting[1].fd < 0) {
      rest--;
    } else if (waiting[1].revents & POLLIN) {
      waiting[1].fd = -1;
    }
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
