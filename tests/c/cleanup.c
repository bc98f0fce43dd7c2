/* taos_cleanup ends the library's threads, at any time and more than once; afterwards it can be used again.
 *
 *   cleanup HOST PORT ROUNDS */
#include "check.h"

/* Without `.` and `..`. */
static int threads(void) { return entries("/proc/self/task") - 2; }

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  taos_cleanup(); /* of nothing */
  for (int i = 0; i < atoi(argv[3]); i++) {
    TAOS *taos = connect_to(argv, NULL), *left = connect_to(argv, NULL);
    RUN(taos, "insert into t values (now, 1)");
    TAOS_RES *res = query(taos, "select * from t"), *unread = query(left, "select * from t");
    CHECK(taos_fetch_row(res) != NULL);
    if (i % 2) taos_close(taos);
    taos_cleanup();
    taos_cleanup();
    CHECK_INT(threads(), 1);
    while (taos_fetch_row(unread)) {} /* rows that had come, or an error */
    taos_free_result(res);
    taos_free_result(unread);
    taos_close(taos);
    taos_close(left);
  }
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "insert into t values (now, 1)");
  taos_close(taos);
  return finish();
}
