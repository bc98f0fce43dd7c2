/* What the real server answers, where the sandbox once answered otherwise.
 *
 *   server_truths HOST PORT DATABASE */
#include "check.h"
#include <pthread.h>

static TAOS *shared;
static const char *db;

static void refused(TAOS *taos, const char *sql, unsigned code, const char *text) {
  TAOS_RES *res = taos_query(taos, sql);
  CHECK_CODE(taos_errno(res), code);
  CHECK_STR(taos_errstr(res), text);
  if (taos_errno(res) != (int)code) printf("  (%.100s)\n", sql);
  taos_free_result(res);
}

/* Rows of one table with the same time take each other's place, and count once (found.md, 11-affected). */
static void affected_rows(TAOS *taos) {
  CHECK_INT(RUN(taos, "INSERT INTO a VALUES (1700000000001, 9)(1700000000001, 8)"), 1);
  CHECK_INT(NUMBER(taos, "SELECT v FROM a"), 8);
  CHECK_INT(RUN(taos, "INSERT INTO a VALUES (1700000000001, 1)(1700000000002, 2) b VALUES (1700000000001, 3) c USING st TAGS (4) VALUES (1700000000001, 4)(1700000000002, 5)"), 5);
}

/* The client makes statements lower case but for what is in quotes, and columns are named by that. */
static void names_of_columns(TAOS *taos) {
  static const char *const names[][2] = {
    {"SELECT COUNT(*) FROM a", "count(*)"}, {"SELECT Sum(V) FROM a", "sum(v)"}, {"SELECT CONCAT('Ab', \"cD\")", "concat('Ab', \"cD\")"},
    {"SELECT 1 AS Total", "total"},         {"SELECT 1 AS `Total`", "Total"},   {"SELECT V+1 FROM a", "v+1"},
  };
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    TAOS_RES *res = query(taos, "%s", names[i][0]);
    CHECK_STR(taos_fetch_fields(res)[0].name, names[i][1]);
    taos_free_result(res);
  }
}

static void dots(TAOS *taos) {
  static const char *const sql[] = {
    "CREATE TABLE `x.y` (ts TIMESTAMP, v INT)", "CREATE STABLE `x.y` (ts TIMESTAMP, v INT) TAGS (g INT)", "CREATE TABLE `x.y` USING st TAGS (1)",
    "INSERT INTO `x.y` VALUES (1700000000001, 1)", "INSERT INTO `x.y` USING st TAGS (1) VALUES (1700000000001, 1)",
  };
  for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) refused(taos, sql[i], 0x80002617, "The table name cannot contain '.'");
}

/* 1 MiB is the most, and every byte counts (protocol.md 0.5). */
static void long_statements(TAOS *taos) {
  enum { MOST = 1 << 20 };
  static const char *const begin[] = {"SELECT 1 ", "SELECT 1 /*", "SELECT COUNT(*) FROM a WHERE v > 0 OR '"};
  static const char *const end[] = {"", "*/", "' = ''"};
  char *sql = malloc(MOST + 2);
  for (int i = 0; i < 3; i++) {
    size_t from = strlen(begin[i]), to = strlen(end[i]);
    for (int more = 0; more < 2; more++) {
      memset(sql, i ? 'x' : ' ', MOST + 1);
      memcpy(sql, begin[i], from);
      strcpy(sql + MOST + more - to, end[i]);
      sql[MOST + more] = 0;
      if (more) {
        refused(taos, sql, 0x80000219, "SQL statement too long");
      } else {
        TAOS_RES *res = taos_query(taos, sql);
        CHECK_CODE(taos_errno(res), 0);
        taos_free_result(res);
      }
    }
  }
  free(sql);
}

static int done;
static void *use(void *arg) {
  (void)arg;
  for (int i = 0; !__atomic_load_n(&done, __ATOMIC_RELAXED); i++) RUN(shared, "USE %s%s", db, i % 2 ? "" : "_2");
  return NULL;
}

/* A table with its database's name is that table, whatever database another thread selects meanwhile. */
static void qualified(TAOS *taos) {
  RUN(taos, "CREATE DATABASE %s_2", db);
  RUN(taos, "CREATE TABLE %s_2.a (ts TIMESTAMP, x NCHAR(4), y INT)", db);
  RUN(taos, "INSERT INTO %s.a VALUES (1700000000009, 9)", db);
  shared = taos;
  pthread_t thread;
  pthread_create(&thread, NULL, use, NULL);
  for (int i = 0; i < 50; i++) {
    CHECK_INT(RUN(taos, "INSERT INTO %s.a VALUES (1700000000009, 9)", db), 1);
    CHECK_INT(RUN(taos, "INSERT INTO %s.d USING %s.st TAGS (7) VALUES (1700000000009, 9)", db, db), 1);
    CHECK_INT(NUMBER(taos, "SELECT v FROM %s.a WHERE ts = 1700000000009", db), 9);
    CHECK_INT(NUMBER(taos, "SELECT t.v FROM %s.d t", db), 9);
    TAOS_RES *res = query(taos, "DESCRIBE %s.a", db);
    int rows = 0;
    while (taos_fetch_row(res)) rows++;
    CHECK_INT(rows, 3);
    taos_free_result(res);
    char sql[200];
    snprintf(sql, sizeof sql, "INSERT INTO %s.a VALUES (?, ?)", db);
    TAOS_STMT2 *stmt = taos_stmt2_init(taos, NULL);
    int64_t ts = 1700000000009;
    int32_t v = 9;
    TAOS_STMT2_BIND binds[] = {{TSDB_DATA_TYPE_TIMESTAMP, &ts, NULL, NULL, 1}, {TSDB_DATA_TYPE_INT, &v, NULL, NULL, 1}}, *columns = binds;
    TAOS_STMT2_BINDV bindv = {1, NULL, NULL, &columns};
    CHECK_CODE(taos_stmt2_prepare(stmt, sql, 0), 0);
    CHECK_CODE(taos_stmt2_bind_param(stmt, &bindv, -1), 0);
    CHECK_CODE(taos_stmt2_exec(stmt, NULL), 0);
    taos_stmt2_close(stmt);
  }
  __atomic_store_n(&done, 1, __ATOMIC_RELAXED);
  pthread_join(thread, NULL);
  RUN(taos, "DROP DATABASE %s_2", db);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  db = argv[3];
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", db);
  RUN(taos, "USE %s", db);
  RUN(taos, "CREATE STABLE st (ts TIMESTAMP, v INT) TAGS (g INT)");
  RUN(taos, "CREATE TABLE a USING st TAGS (1) b USING st TAGS (2)");
  affected_rows(taos);
  names_of_columns(taos);
  dots(taos);
  long_statements(taos);
  qualified(taos);
  RUN(taos, "DROP DATABASE %s", db);
  taos_close(taos);
  return finish();
}
