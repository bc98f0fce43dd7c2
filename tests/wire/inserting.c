/* Inserts schemaless lines, each HEX or a number of lines made up here, and then one more, and says what came of both.
 *
 *   inserting HOST PORT COUNT [HEX ...] */
#include "check.h"

static char *unhex(const char *hex) {
  size_t length = strlen(hex) / 2;
  char *out = calloc(length + 1, 1);
  for (size_t i = 0; i < length; i++) {
    unsigned byte;
    sscanf(hex + 2 * i, "%2x", &byte);
    out[i] = (char)byte;
  }
  return out;
}

static void say(const char *what, TAOS_RES *res) {
  printf("%s: %s code=0x%08x affected=%d text=%s\n", what, res ? "result" : "NULL", (unsigned)taos_errno(res), taos_affected_rows(res), taos_errstr(res));
  taos_free_result(res);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, "some_db");
  int count = atoi(argv[3]), given = argc - 4;
  char **lines = calloc((size_t)(count + given + 1), sizeof *lines), *last[] = {"after v=1i 1700000000000"};
  for (int i = 0; i < given; i++) lines[i] = unhex(argv[4 + i]);
  for (int i = given; i < given + count; i++) {
    lines[i] = malloc(100);
    snprintf(lines[i], 100, "made,t=t%d v=%di,s=\"a text to make it longer\" %" PRId64, i % 10, i, 1700000000000 + i);
  }
  count += given;
  say("insert", taos_schemaless_insert_ttl_with_reqid(taos, lines, count, TSDB_SML_LINE_PROTOCOL, TSDB_SML_TIMESTAMP_MICRO_SECONDS, 3, 0x1234567890abcdef));
  say("after", taos_schemaless_insert(taos, last, 1, TSDB_SML_LINE_PROTOCOL, TSDB_SML_TIMESTAMP_NOT_CONFIGURED));
  for (int i = 0; i < count; i++) free(lines[i]);
  free(lines);
  taos_close(taos);
  return finish();
}
