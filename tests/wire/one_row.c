/* Wants one row of a large result, and does other things before it frees it.
 *
 *   one_row HOST PORT */
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  TAOS *taos = connect_to(argv, NULL);
  TAOS_RES *res = query(taos, "select * from large");
  CHECK(taos_fetch_row(res) != NULL);
  for (int i = 0; i < 50; i++) RUN(taos, "insert into t values (now, 1)");
  CHECK(taos_fetch_row(res) != NULL);
  taos_free_result(res);
  RUN(taos, "insert into t values (now, 1)");
  taos_close(taos);
  return finish();
}
