/* Writes rows without any CREATE TABLE: the server makes the tables from the lines, in three protocols.
 *
 *   schemaless HOST PORT [USER PASSWORD]
 *
 * Works in the database libtaos_example_schemaless, which it drops at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <taos.h>

#define DATABASE "libtaos_example_schemaless"

/* Runs a statement without rows; 0 when it worked. */
static int run(TAOS *taos, const char *sql) {
  TAOS_RES *res = taos_query(taos, sql);
  int code = taos_errno(res);
  if (code != 0) fprintf(stderr, "%s\n  failed: [0x%08x] %s\n", sql, (unsigned)code, taos_errstr(res));
  taos_free_result(res);
  return code;
}

/* Says what became of an insert; 0 when it worked. */
static int written(const char *what, TAOS_RES *res) {
  int code = taos_errno(res);
  if (code == 0)
    printf("%s: %d rows\n", what, taos_affected_rows(res));
  else
    fprintf(stderr, "%s: [0x%08x] %s\n", what, (unsigned)code, taos_errstr(res));
  taos_free_result(res); /* also a failed one */
  return code;
}

/* InfluxDB's line protocol: table,tags columns time. A number alone is a DOUBLE, 219i a BIGINT, L"..." an NCHAR. */
static int lines(TAOS *taos) {
  char *rows[] = {
      "meters,location=Berlin,grp=1 current=10.3,voltage=219i,note=L\"Grüße\" 1700000000000",
      "meters,location=Berlin,grp=1 current=12.6,voltage=218i 1700000001000",
      "meters,location=Lima,grp=2 current=9.1,voltage=224i,phase=0.31 1700000000000", /* a column more: it is added */
  };
  return written("lines", taos_schemaless_insert(taos, rows, 3, TSDB_SML_LINE_PROTOCOL, TSDB_SML_TIMESTAMP_MILLI_SECONDS));
}

/* One text of many lines, as it comes out of a file or a socket; it need not end in a NUL. Here the tag `device` names
 * the child tables, which the server may drop after 90 days. */
static int text(TAOS *taos) {
  char rows[] = "# a line that begins like this one is a comment\n"
                "climate,device=cellar,floor=-1 degrees=8.5f32 1700000000000\n"
                "climate,device=attic,floor=3 degrees=21.25f32 1700000000000\n";
  int32_t total = 0;
  TAOS_RES *res = taos_schemaless_insert_raw_ttl_with_reqid_tbname_key(taos, rows, (int)strlen(rows), &total, TSDB_SML_LINE_PROTOCOL,
                                                                       TSDB_SML_TIMESTAMP_MILLI_SECONDS, 90, 0, "device");
  printf("the text has %d rows\n", (int)total);
  return written("text", res);
}

/* OpenTSDB's: table time value tags. The digits of the time tell seconds from milliseconds. */
static int telnet(TAOS *taos) {
  char *rows[] = {"sys.cpu 1700000000 0.75 host=web1 core=0", "sys.cpu 1700000000500 0.5 host=web1 core=1"};
  return written("telnet", taos_schemaless_insert(taos, rows, 2, TSDB_SML_TELNET_PROTOCOL, TSDB_SML_TIMESTAMP_NOT_CONFIGURED));
}

static int json(TAOS *taos) {
  char *document = "[{\"metric\": \"sys.mem\", \"timestamp\": 1700000000000, \"value\": 1024, \"tags\": {\"host\": \"web1\"}},"
                   " {\"metric\": \"sys.mem\", \"timestamp\": 1700000001000, \"value\": 2048, \"tags\": {\"host\": \"web2\"}}]";
  return written("json", taos_schemaless_insert(taos, &document, 1, TSDB_SML_JSON_PROTOCOL, TSDB_SML_TIMESTAMP_NOT_CONFIGURED));
}

/* One line that cannot be read, and nothing is written: the text says what is wrong. */
static int refused(TAOS *taos) {
  char *rows[] = {"meters,location=Rome current=1 1700000002000", "meters,location=Rome current=many 1700000003000"};
  TAOS_RES *res = taos_schemaless_insert(taos, rows, 2, TSDB_SML_LINE_PROTOCOL, TSDB_SML_TIMESTAMP_MILLI_SECONDS);
  int code = taos_errno(res);
  printf("refused: [0x%08x] %s\n", (unsigned)code, taos_errstr(res));
  taos_free_result(res);
  return code != 0 ? 0 : -1;
}

static int show(TAOS *taos, const char *sql) {
  TAOS_RES *res = taos_query(taos, sql);
  TAOS_FIELD *fields = taos_fetch_fields(res);
  int columns = taos_num_fields(res);
  TAOS_ROW row;
  char line[256];
  printf("%s\n", sql);
  while ((row = taos_fetch_row(res)) != NULL) {
    taos_print_row_with_size(line, sizeof line, row, fields, columns);
    printf("  %s\n", line);
  }
  int code = taos_errno(res); /* the end of the rows, or an error? */
  if (code != 0) fprintf(stderr, "cannot read: [0x%08x] %s\n", (unsigned)code, taos_errstr(res));
  taos_free_result(res);
  return code;
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5) {
    fprintf(stderr, "usage: %s HOST PORT [USER PASSWORD]\n", argv[0]);
    return 2;
  }
  TAOS *taos = taos_connect(argv[1], argc == 5 ? argv[3] : NULL, argc == 5 ? argv[4] : NULL, NULL, (uint16_t)atoi(argv[2]));
  if (taos == NULL) {
    fprintf(stderr, "cannot connect: [0x%08x] %s\n", (unsigned)taos_errno(NULL), taos_errstr(NULL));
    return 1;
  }
  int good = run(taos, "DROP DATABASE IF EXISTS " DATABASE) == 0 && run(taos, "CREATE DATABASE " DATABASE) == 0 &&
             taos_select_db(taos, DATABASE) == 0 && lines(taos) == 0 && text(taos) == 0 && telnet(taos) == 0 && json(taos) == 0 &&
             refused(taos) == 0 && show(taos, "SELECT location, current, voltage, note, phase FROM meters ORDER BY location, _ts") == 0 &&
             show(taos, "SELECT tbname, floor, degrees FROM climate ORDER BY tbname") == 0 &&
             show(taos, "SELECT _value, host, core FROM sys_cpu ORDER BY _ts") == 0 &&
             show(taos, "SELECT _value, host FROM sys_mem ORDER BY _ts") == 0;
  if (run(taos, "DROP DATABASE IF EXISTS " DATABASE) != 0) good = 0;
  taos_close(taos);
  taos_cleanup();
  return good ? 0 : 1;
}
