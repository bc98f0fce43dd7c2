/* The process that loads the library is somebody else's: nothing of it changes, nothing is written to its streams, and
 * no thread is started before it is needed. What is found goes to the file REPORT, since the streams must stay empty.
 *
 *   host_process HOST PORT REPORT */
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "check.h"

extern char **environ;

struct process {
  char environment[65536], locale[1000], folder[4096];
  struct sigaction handlers[65];
  sigset_t blocked;
  mode_t umask;
  struct rlimit limits[16];
};

/* Without `.` and `..`. */
static int threads(void) { return entries("/proc/self/task") - 2; }

/* Descriptors from `first` on, and those of them that a program started by exec would inherit. */
static int descriptors(FILE *report, int first) {
  int count = 0;
  for (int fd = first; fd < 256; fd++) {
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0) continue;
    count++;
    if (!(flags & FD_CLOEXEC)) fprintf(report, "descriptor %d stays open over exec\n", fd);
  }
  return count;
}

static void look(struct process *p) {
  memset(p, 0, sizeof *p);
  char *at = p->environment;
  for (char **e = environ; *e && at + strlen(*e) + 2 < p->environment + sizeof p->environment; e++) at += sprintf(at, "%s\n", *e);
  snprintf(p->locale, sizeof p->locale, "%s", setlocale(LC_ALL, NULL));
  if (!getcwd(p->folder, sizeof p->folder)) p->folder[0] = 0;
  for (int i = 1; i < 65; i++) sigaction(i, NULL, &p->handlers[i]);
  pthread_sigmask(SIG_BLOCK, NULL, &p->blocked);
  p->umask = umask(0);
  umask(p->umask);
  for (int i = 0; i < 16; i++) getrlimit(i, &p->limits[i]);
}

static void compare(FILE *report, const char *when, struct process *was) {
  static struct process is;
  look(&is);
  if (strcmp(was->environment, is.environment)) fprintf(report, "%s: environment changed\n", when);
  if (strcmp(was->locale, is.locale)) fprintf(report, "%s: locale changed to %s\n", when, is.locale);
  if (strcmp(was->folder, is.folder)) fprintf(report, "%s: working directory changed\n", when);
  for (int i = 1; i < 65; i++)
    if (was->handlers[i].sa_handler != is.handlers[i].sa_handler || was->handlers[i].sa_flags != is.handlers[i].sa_flags)
      fprintf(report, "%s: handler of signal %d changed\n", when, i);
  if (memcmp(&was->blocked, &is.blocked, sizeof was->blocked)) fprintf(report, "%s: signal mask changed\n", when);
  if (was->umask != is.umask) fprintf(report, "%s: umask changed\n", when);
  if (memcmp(was->limits, is.limits, sizeof was->limits)) fprintf(report, "%s: limits changed\n", when);
}

int main(int argc, char **argv) {
  setlocale(LC_ALL, ""); /* the program has chosen one: see locale.c for those that have not */
  static struct process before;
  if (argc < 4) return 2;
  FILE *report = fopen(argv[3], "w");
  look(&before);
  fprintf(report, "threads before: %d\n", threads());
  if (taos_init() != 0) fprintf(report, "taos_init failed\n");
  taos_get_client_info();
  taos_data_type(1);
  taos_errno(NULL);
  fprintf(report, "threads after init: %d\n", threads());
  TAOS *taos = taos_connect(argv[1], "root", "taosdata", NULL, (uint16_t)atoi(argv[2]));
  fprintf(report, "connected: %d\n", taos != NULL);
  int rows = 0;
  TAOS_RES *res = taos_query(taos, "select * from t");
  while (taos_fetch_row(res)) rows++;
  taos_free_result(res);
  fprintf(report, "rows: %d\n", rows);
  res = taos_query(NULL, "select 1");
  taos_free_result(res);
  taos_stop_query(NULL);
  if (taos_connect("127.0.0.1", "root", "taosdata", NULL, 1)) fprintf(report, "connected to port 1\n");
  fprintf(report, "threads connected: %d\n", threads());
  compare(report, "connected", &before);
  if (descriptors(report, fileno(report) + 1) == 0) fprintf(report, "connected without a descriptor?\n");
  taos_close(taos);
  compare(report, "closed", &before);
  taos_cleanup();
  compare(report, "cleaned up", &before);
  fprintf(report, "threads after cleanup: %d\n", threads());
  if (descriptors(report, fileno(report) + 1) != 0) fprintf(report, "descriptors are left\n");
  fclose(report);
  return 0;
}
