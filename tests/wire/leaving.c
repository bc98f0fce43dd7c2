/* A connection that is busy for longer than it takes until the library's thread looks after it, and then as told:
 *
 *   leaving HOST PORT unread     makes no call for a while, and closes
 *   leaving HOST PORT ask        makes no call for a while, asks once more, and closes
 *   leaving HOST PORT forked     closes while a forked child has the socket, too, which lives until a line comes on standard input */
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

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  pid_t child = 0;
  if (strcmp(argv[3], "forked")) busy(taos);
  if (!strcmp(argv[3], "ask")) RUN(taos, "insert into t values (now, 1)");
  if (!strcmp(argv[3], "forked") && (child = fork()) == 0) {
    char line[100];
    _exit(!fgets(line, sizeof line, stdin));
  }
  taos_close(taos);
  if (child) {
    int status = 1;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
  }
  return finish();
}
