/* What a program must not do, for AddressSanitizer to notice: the library's memory is watched, and what is lost is found.
 *
 *   mistakes HOST PORT DATABASE row|lost
 *
 * row: looks at a row whose result has been freed; lost: does not free what the library has allocated for it. */
#include "check.h"

static void __attribute__((noinline)) lose(TAOS *taos, char *db) {
  TAOS_DB_ROUTE_INFO info = {0};
  CHECK_CODE(taos_get_db_route_info(taos, db, &info), 0);
  CHECK(info.vgHash != NULL);
  memset(&info, 0, sizeof info);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  if (!strcmp(argv[4], "lost")) {
    for (int i = 0; i < 10; i++) lose(taos, argv[3]); /* the last one's address may still lie about */
  } else {
    TAOS_RES *res = taos_query(taos, "SELECT 42");
    TAOS_ROW row = taos_fetch_row(res);
    taos_free_result(res);
    printf("%d\n", row[0] != NULL);
  }
  taos_close(taos);
  return finish();
}
