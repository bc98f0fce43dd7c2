/* What a column is called, where system tables are, how many rows a block has: small_things HOST PORT DATABASE. */
#include "check.h"

/* "温" n times. */
static const char *warm(int n) {
  static char text[400];
  text[0] = 0;
  while (n--) strcat(text, "\xe6\xb8\xa9");
  return text;
}

/* A name that does not fit is cut between two characters, in each kind of field. */
static void name_of(TAOS *taos, const char *name, const char *want) {
  TAOS_RES *res = query(taos, "SELECT 1 AS `%s`", name);
  CHECK_STR(taos_fetch_fields(res)[0].name, want);
  CHECK_STR(taos_fetch_fields_e(res)[0].name, want);
  taos_free_result(res);
}

static void names(TAOS *taos) {
  char name[400], want[400];
  name_of(taos, "short", "short");
  for (int n = 20; n <= 23; n++) {
    snprintf(want, sizeof want, "%s", warm(n < 21 ? n : 21));
    name_of(taos, warm(n), want);
  }
  memset(name, 'a', 64);
  name[64] = 0;
  name_of(taos, name, name);
  /* one byte, or all but one, of the last character would fit */
  static const struct { const char *character; int before, fits; } last[] = {{"é", 63, 0}, {"é", 62, 1}, {"温", 62, 0}, {"温", 61, 1}, {"😀", 61, 0}, {"😀", 60, 1}};
  for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
    memset(name, 'a', (size_t)last[i].before);
    strcpy(name + last[i].before, last[i].character);
    snprintf(want, sizeof want, "%.*s%s", last[i].before, name, last[i].fits ? last[i].character : "");
    strcat(name, "more");
    name_of(taos, name, want);
  }
}

static void system_tables(TAOS *taos) {
  static const char *const databases[] = {"information_schema", "performance_schema"};
  for (int i = 0; i < 2; i++) {
    TAOS_DB_ROUTE_INFO routes = {0};
    const char *tables[] = {"ins_tables", "t"};
    int vgroups[2] = {-7, -7};
    CHECK_CODE(taos_get_table_vgId(taos, databases[i], "ins_tables", vgroups), 0x80002401);
    CHECK_CODE(taos_errno(NULL), 0x80002401);
    CHECK_STR(taos_errstr(NULL), "invalid catalog input parameters");
    CHECK_CODE(taos_get_tables_vgId(taos, databases[i], tables, 2, vgroups), 0x80002401);
    CHECK_CODE(taos_get_db_route_info(taos, databases[i], &routes), 0x80002401);
    CHECK(vgroups[0] == -7 && vgroups[1] == -7 && routes.vgHash == NULL);
  }
}

/* The block knows its rows, whatever the program says. */
static void raw_blocks(TAOS *taos) {
  RUN(taos, "CREATE TABLE a (ts TIMESTAMP, v INT)");
  RUN(taos, "INSERT INTO a VALUES (1700000000000, 42)");
  TAOS_RES *res = query(taos, "SELECT * FROM a");
  int rows = 0;
  void *block = NULL;
  CHECK_CODE(taos_fetch_raw_block(res, &rows, &block), 0);
  CHECK_INT(rows, 1);
  static const int counts[] = {1, -1, 0, 2, 100000, INT32_MIN};
  for (int i = 0; i < 6; i++) {
    char table[20];
    snprintf(table, sizeof table, "b%d", i);
    RUN(taos, "CREATE TABLE %s (ts TIMESTAMP, v INT)", table);
    switch (i % 4) {
      case 0: CHECK_CODE(taos_write_raw_block(taos, counts[i], block, table), 0); break;
      case 1: CHECK_CODE(taos_write_raw_block_with_reqid(taos, counts[i], block, table, 5), 0); break;
      case 2: CHECK_CODE(taos_write_raw_block_with_fields(taos, counts[i], block, table, taos_fetch_fields(res), 2), 0); break;
      case 3: CHECK_CODE(taos_write_raw_block_with_fields_with_reqid(taos, counts[i], block, table, taos_fetch_fields(res), 2, 6), 0); break;
    }
    CHECK_INT(NUMBER(taos, "SELECT v FROM %s", table), 42);
  }
  taos_reset_current_db(taos);
  CHECK_CODE(taos_write_raw_block(taos, 0, "", "b0"), 0x80002616); /* as recorded: the text is not looked at */
  taos_free_result(res);
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  RUN(taos, "USE %s", argv[3]);
  names(taos);
  system_tables(taos);
  raw_blocks(taos);
  RUN(taos, "DROP DATABASE %s", argv[3]);
  taos_close(taos);
  return finish();
}
