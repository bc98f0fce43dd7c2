/* Connects, then makes no call until a line comes on standard input, then asks again.
 *
 *   idle HOST PORT */
#include "check.h"

int main(int argc, char **argv) {
  char line[100];
  if (argc < 3) return 2;
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "insert into t values (now, 1)");
  printf("idle\n");
  fflush(stdout);
  if (!fgets(line, sizeof line, stdin)) return 2;
  TAOS_RES *res = taos_query(taos, "select * from t");
  int rows = 0;
  while (taos_fetch_row(res)) rows++;
  printf("after: rows=%d code=0x%08x text=%s\n", rows, (unsigned)taos_errno(res), taos_errstr(res));
  taos_free_result(res);
  taos_close(taos);
  return finish();
}
