/* The first hour with the library: connect, create, insert, query, select a database, make a mistake.
 *
 *   first_steps HOST PORT DATABASE */
#include "check.h"

static void look_around(TAOS *taos) {
  CHECK_PREFIX(taos_get_client_info(), "3.");
  CHECK_PREFIX(taos_get_server_info(taos), "ver:3.");
  CHECK_CODE(taos_errno(NULL), 0);
  CHECK_STR(taos_errstr(NULL), "success");
}

static void create_and_insert(TAOS *taos, const char *db) {
  RUN(taos, "CREATE DATABASE IF NOT EXISTS %s", db);
  RUN(taos, "USE %s", db);
  RUN(taos, "CREATE STABLE meters (ts TIMESTAMP, current FLOAT, voltage INT, note VARCHAR(30)) TAGS (groupid INT, location NCHAR(24))");
  TAOS_RES *res = query(taos, "CREATE TABLE d1001 USING meters TAGS (2, 'San Francisco')");
  CHECK(taos_is_update_query(res));
  CHECK_INT(taos_num_fields(res), 0);
  CHECK_INT(taos_field_count(res), 0);
  CHECK(taos_fetch_fields(res) == NULL);
  CHECK(taos_fetch_row(res) == NULL);
  taos_free_result(res);
  CHECK_INT(RUN(taos, "INSERT INTO d1001 VALUES (1700000000000, 10.25, 219, 'first') (1700000001000, 12.5, NULL, NULL) "
                      "d1002 USING meters TAGS (3, 'M\303\274nchen') VALUES (1700000002000, 11.75, 221, '')"), 3);
}

static void read_back(TAOS *taos) {
  TAOS_RES *res = query(taos, "SELECT ts, current, voltage, note, groupid, location FROM meters ORDER BY ts");
  CHECK(!taos_is_update_query(res));
  CHECK_INT(taos_num_fields(res), 6);
  CHECK_INT(taos_result_precision(res), 0);
  const char *names[] = {"ts", "current", "voltage", "note", "groupid", "location"};
  const int types[] = {9, 6, 4, 8, 4, 10}, bytes[] = {8, 4, 4, 30, 4, 24};
  TAOS_FIELD *fields = taos_fetch_fields(res);
  for (int i = 0; i < 6; i++) {
    CHECK_STR(fields[i].name, names[i]);
    CHECK_INT(fields[i].type, types[i]);
    CHECK_INT(fields[i].bytes, bytes[i]);
  }
  const char *lines[] = {"1700000000000 10.25 219 first 2 San Francisco", "1700000001000 12.5 NULL NULL 2 San Francisco", "1700000002000 11.75 221  3 M\303\274nchen"};
  TAOS_ROW row;
  int rows = 0;
  while ((row = taos_fetch_row(res)) && rows < 3) {
    char line[200];
    int length = taos_print_row(line, row, fields, 6);
    CHECK_STR(line, lines[rows]);
    CHECK_INT(length, strlen(lines[rows]));
    int *lengths = taos_fetch_lengths(res);
    CHECK_INT(lengths[0], 8);
    CHECK_INT(lengths[3], rows == 0 ? 5 : 0);
    CHECK_INT(lengths[5], rows == 2 ? 8 : 13);
    CHECK(rows == 1 ? row[3] == NULL : row[3] != NULL); /* '' is not NULL */
    rows++;
  }
  CHECK_INT(rows, 3);
  CHECK(taos_fetch_row(res) == NULL);
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM meters"), 3);
}

static void databases(char **argv, const char *db) {
  char name[80];
  int required = -7;
  TAOS *taos = connect_to(argv, NULL);
  memset(name, '#', sizeof name);
  CHECK_CODE(taos_get_current_db(taos, name, sizeof name, &required), 0);
  CHECK_STR(name, "");
  CHECK_CODE(taos_select_db(taos, db), 0);
  CHECK_CODE(taos_get_current_db(taos, name, sizeof name, &required), 0);
  CHECK_STR(name, db);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM meters"), 3);
  CHECK_CODE(taos_select_db(taos, "no_such_database"), 0x80000388);
  taos_reset_current_db(taos);
  CHECK_CODE(taos_get_current_db(taos, name, sizeof name, &required), 0);
  CHECK_STR(name, "");
  taos_close(taos);
  taos = connect_to(argv, db);
  CHECK_INT(NUMBER(taos, "SELECT COUNT(*) FROM d1001"), 2);
  taos_close(taos);
}

static void mistakes(TAOS *taos, char **argv) {
  uint16_t port = (uint16_t)atoi(argv[2]);
  TAOS_RES *res = taos_query(taos, "SELECT * FROM nowhere");
  CHECK(res != NULL); /* an SQL error is a result that carries it */
  CHECK_CODE(taos_errno(res), 0x80002603);
  CHECK_STR(taos_errstr(res), "Table does not exist");
  CHECK_CODE(taos_errno(NULL), 0x80002603);
  CHECK(taos_fetch_row(res) == NULL);
  CHECK_INT(taos_num_fields(res), 0);
  taos_free_result(res);
  RUN(taos, "SELECT 1");
  CHECK_CODE(taos_errno(NULL), 0); /* reset by the next call that works */
  CHECK(taos_connect(argv[1], "root", "wrong", NULL, port) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000357);
  CHECK_STR(taos_errstr(NULL), "Authentication failure");
  CHECK(taos_connect(argv[1], "root", "taosdata", "no_such_database", port) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000388);
  CHECK_STR(taos_errstr(NULL), "Database not exist");
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  look_around(taos);
  create_and_insert(taos, argv[3]);
  read_back(taos);
  databases(argv, argv[3]);
  mistakes(taos, argv);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return finish();
}
