/* After fork the child connects on its own; the connection it inherited says so instead of hanging; the parent's goes on.
 *
 *   fork HOST PORT */
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

static int count_rows(TAOS *taos) {
  TAOS_RES *res = taos_query(taos, "select * from t");
  int rows = taos_errno(res) ? -1 : 0;
  while (rows >= 0 && taos_fetch_row(res)) rows++;
  taos_free_result(res);
  return rows;
}

static int child(char **argv, TAOS *inherited, TAOS_RES *half_read) {
  alarm(20); /* a hang is a failure, not a wait */
  TAOS *own = connect_to(argv, NULL);
  CHECK_INT(count_rows(own), 3);
  TAOS_RES *res = taos_query(inherited, "select * from t");
  CHECK(taos_errno(res) != 0);
  CHECK_SAID_WHY(res);
  taos_free_result(res);
  while (taos_fetch_row(half_read)) {}
  taos_free_result(half_read);
  taos_close(inherited);
  CHECK_INT(count_rows(own), 3);
  taos_close(own);
  int code = finish();
  fflush(stdout);
  return code;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  TAOS *taos = connect_to(argv, NULL);
  CHECK_INT(count_rows(taos), 3);
  for (int i = 0; i < 3; i++) {
    TAOS_RES *half_read = query(taos, "select * from t");
    CHECK(taos_fetch_row(half_read) != NULL);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) _exit(child(argv, taos, half_read));
    int status = -1;
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
    CHECK(taos_fetch_row(half_read) != NULL);
    taos_free_result(half_read);
    CHECK_INT(count_rows(taos), 3);
  }
  taos_close(taos);
  return finish();
}
