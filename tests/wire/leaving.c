/* A connection that is busy for longer than it takes until the library's thread looks after it, and then as told:
 *
 *   leaving HOST PORT unread     makes no call for a while, and closes
 *   leaving HOST PORT ask        makes no call for a while, asks once more, and closes
 *   leaving HOST PORT forked     is idle instead, and closes while a forked child has the socket, too; the child lives until a line
 *                                comes on standard input. Tells whether the process has come to rest meanwhile. */
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

static void busy(TAOS *taos) {
  for (int i = 0; i < 13; i++) {
    RUN(taos, "insert into t values (now, 1)");
    usleep(100000);
  }
  RUN(taos, "insert into t values (now, 'last')");
  usleep(200000);
}

static long cpu_ms(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
}

static void close_beside_a_child(TAOS *taos) {
  usleep(2500000);
  pid_t child = fork();
  if (child == 0) {
    char line[100];
    _exit(!fgets(line, sizeof line, stdin));
  }
  taos_close(taos);
  usleep(200000);
  long before = cpu_ms();
  usleep(500000);
  CHECK(cpu_ms() - before < 100);
  int status = 1;
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK_INT(status, 0);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  if (!strcmp(argv[3], "forked")) {
    close_beside_a_child(taos);
    return finish();
  }
  busy(taos);
  if (!strcmp(argv[3], "ask")) RUN(taos, "insert into t values (now, 1)");
  taos_close(taos);
  return finish();
}
