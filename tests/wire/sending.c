/* Sends statements whose bytes matter: LENGTH bytes of SQL with a given tail, through taos_query and taos_query_with_reqid.
 *
 *   sending HOST PORT LENGTH [HEX] */
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  size_t length = (size_t)atol(argv[3]), at = 0;
  char *sql = malloc(length + 1000);
  at += (size_t)sprintf(sql, "insert into t values (1, '");
  for (const char *hex = argc > 4 ? argv[4] : ""; hex[0] && hex[1]; hex += 2) {
    unsigned byte;
    sscanf(hex, "%2x", &byte);
    sql[at++] = (char)byte;
  }
  while (at + 2 < length) { sql[at] = (char)('a' + at % 26); at++; }
  strcpy(sql + at, "')");
  TAOS_RES *res = taos_query(taos, sql);
  printf("query: code=0x%08x affected=%d text=%s\n", (unsigned)taos_errno(res), taos_affected_rows(res), taos_errstr(res));
  taos_free_result(res);
  res = taos_query_with_reqid(taos, sql, 0x1234567890abcdef);
  printf("with_reqid: code=0x%08x affected=%d text=%s\n", (unsigned)taos_errno(res), taos_affected_rows(res), taos_errstr(res));
  taos_free_result(res);
  free(sql);
  res = taos_query(taos, "select * from t");
  int rows = 0;
  while (taos_fetch_row(res)) rows++;
  printf("after: rows=%d\n", rows);
  taos_free_result(res);
  taos_close(taos);
  return finish();
}
