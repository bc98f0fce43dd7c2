/* Results that are freed without a look, after one row, after one block, and after all rows but before the end is known.
 *
 *   unread HOST PORT */
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  TAOS *taos = connect_to(argv, NULL);
  TAOS_ROW columns;
  for (int i = 0; i < 5; i++) {
    taos_free_result(query(taos, "select * from many"));
    TAOS_RES *res = query(taos, "select * from many");
    CHECK(taos_fetch_row(res) != NULL);
    taos_free_result(res);
    res = query(taos, "select * from many");
    CHECK_INT(taos_fetch_block(res, &columns), 1);
    taos_free_result(res);
    res = query(taos, "select * from many");
    for (int k = 0; k < 3; k++) CHECK(taos_fetch_row(res) != NULL);
    taos_free_result(res);
  }
  RUN(taos, "insert into t values (now, 1)");
  taos_close(taos);
  return finish();
}
