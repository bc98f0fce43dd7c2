/* Connects twice, twice in a forked child, and once more.
 *
 *   forked_tls HOST PORT */
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

static void connects(char **argv, int times) {
  while (times-- > 0) taos_close(connect_to(argv, NULL));
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  connects(argv, 2);
  pid_t child = fork();
  if (child == 0) {
    connects(argv, 2);
    _exit(finish());
  }
  int status = -1;
  waitpid(child, &status, 0);
  CHECK_INT(status, 0);
  connects(argv, 1);
  return finish();
}
