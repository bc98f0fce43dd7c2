/* Connects as told, asks once, closes. An argument of "-" stands for NULL.
 *
 *   connecting HOST PORT USER PASSWORD DATABASE */
#include "check.h"

static const char *argument(const char *text) { return strcmp(text, "-") ? text : NULL; }

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  TAOS *taos = taos_connect(argument(argv[1]), argument(argv[3]), argument(argv[4]), argument(argv[5]), (uint16_t)atoi(argv[2]));
  printf("connect: %s code=0x%08x text=%s\n", taos ? "ok" : "NULL", (unsigned)taos_errno(NULL), taos_errstr(NULL));
  if (taos) {
    TAOS_RES *res = taos_query(taos, "select * from t");
    int rows = 0;
    while (taos_fetch_row(res)) rows++;
    printf("rows: %d\n", rows);
    taos_free_result(res);
  }
  taos_close(taos);
  return finish();
}
