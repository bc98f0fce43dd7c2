/* Signals that end a process, and a library that has a thread of its own. Says `ready` when they may come.
 *
 *   alone HOST PORT open|closed|handled        the program's threads end; the signals do what they are for
 *   alone HOST PORT sigwait|signalfd|blocked|leaves SIGNAL
 *                                              they are blocked, and the program takes them itself, some time later, or ends
 *                                              its last thread without */
#include <pthread.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "check.h"

static char **arguments;
static pthread_t first;
static const int ENDING[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};

static void *work(void *unused) {
  (void)unused;
  pthread_join(first, NULL);
  TAOS *taos = connect_to(arguments, NULL);
  NUMBER(taos, "select * from t");
  if (strcmp(arguments[3], "open")) taos_close(taos);
  printf("ready\n");
  return NULL;
}

static void handle(int signal) {
  char line[] = "handled  \n";
  line[8] = (char)('0' + signal);
  _exit(write(1, line, sizeof line - 1) > 0 ? 5 : 6);
}

static pid_t handler_ran_on;
static void note(int signal) { (void)signal; handler_ran_on = (pid_t)syscall(SYS_gettid); }

static void leave_alone(void) {
  pthread_t thread;
  first = pthread_self();
  for (size_t i = 0; !strcmp(arguments[3], "handled") && i < 4; i++) signal(ENDING[i], handle);
  pthread_create(&thread, NULL, work, NULL);
  pthread_exit(NULL);
}

/* Blocks the signals only when the library has its thread, as a program may. */
static int take(int wanted) {
  sigset_t set;
  siginfo_t info = {0};
  sigemptyset(&set);
  for (size_t i = 0; i < 4; i++) sigaddset(&set, ENDING[i]), signal(ENDING[i], note);
  TAOS *taos = connect_to(arguments, NULL);
  pthread_sigmask(SIG_BLOCK, &set, NULL);
  printf("ready\n");
  sigset_t pending;
  do {
    usleep(10000);
    sigpending(&pending);
  } while (!sigismember(&pending, wanted));
  sleep(3); /* the library's thread has looked several times */
  if (!strcmp(arguments[3], "sigwait")) CHECK_INT(sigtimedwait(&set, &info, &(struct timespec){5, 0}), wanted);
  if (!strcmp(arguments[3], "signalfd")) {
    struct signalfd_siginfo about = {0};
    struct pollfd from = {signalfd(-1, &set, SFD_CLOEXEC), POLLIN, 0};
    CHECK_INT(poll(&from, 1, 5000), 1);
    if (read(from.fd, &about, sizeof about) < 0) return 2;
    CHECK_INT(about.ssi_signo, wanted);
    close(from.fd);
  }
  if (!strcmp(arguments[3], "leaves")) signal(wanted, SIG_DFL), pthread_exit(NULL);
  CHECK_INT(handler_ran_on, 0);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  if (!strcmp(arguments[3], "blocked")) CHECK_INT(handler_ran_on, getpid());
  else CHECK_INT(handler_ran_on, 0);
  taos_close(taos);
  return finish();
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  arguments = argv;
  /* A shell starts what it runs in the background with some of them ignored. */
  for (size_t i = 0; i < 4; i++) signal(ENDING[i], SIG_DFL);
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (argc > 4) return take(atoi(argv[4]));
  leave_alone();
}
