/* What TDengine's own tools call before they do anything, in their order, each to a server that only taos.cfg names.
 *
 *   tools_start benchmark|dump|cli FOLDER DATABASE
 *
 * FOLDER has the taos.cfg; DATABASE is made by `benchmark`. The command line prints NCHAR by the C library's conversion, for which the
 * client has to have set the process's locale. */
#include <locale.h>
#include "check.h"

/* Before anything else: natively the driver is loaded by what comes later. */
static void choose_driver(const char *name) {
  CHECK_INT(taos_options(TSDB_OPTION_DRIVER, name), 0);
  CHECK_CODE(taos_errno(NULL), 0);
}

static void config_dir(const char *folder) { CHECK_CODE(taos_options(TSDB_OPTION_CONFIGDIR, folder), 0); }

static TAOS *connected(TAOS *taos) {
  if (taos) return taos;
  printf("connect: 0x%08x %s\n", (unsigned)taos_errno(NULL), taos_errstr(NULL));
  exit(2);
}

static void benchmark(const char *folder, const char *db) {
  char sql[200];
  CHECK_INT(atoi(taos_get_client_info()), 3);
  choose_driver("native");
  config_dir(folder);
  TAOS *taos = connected(taos_connect(NULL, "root", "taosdata", NULL, 0));
  snprintf(sql, sizeof sql, "create database if not exists %s", db);
  RUN(taos, sql);
  CHECK_CODE(taos_select_db(taos, db), 0);
  RUN(taos, "create table if not exists words (ts timestamp, word nchar(20))");
  RUN(taos, "insert into words values (1700000000000, 'äöü 温度')");
  taos_close(taos);
  taos_cleanup();
}

static void dump(const char *folder, const char *db) {
  choose_driver("websocket");
  CHECK_PREFIX(taos_get_client_info(), "3.");
  config_dir(folder);
  TAOS *taos = connected(taos_connect("localhost:6030", "root", "taosdata", NULL, 0));
  CHECK(*taos_get_server_info(taos) != '\0');
  CHECK_CODE(taos_select_db(taos, db), 0);
  CHECK_INT(NUMBER(taos, "select count(*) from words"), 1);
  taos_close(taos);
  taos_cleanup();
}

/* As the command line prints a column by `\G`. */
static void print_nchar(const char *text, int length) {
  for (int at = 0; at < length;) {
    wchar_t c;
    int bytes = mbtowc(&c, text + at, MB_CUR_MAX);
    if (bytes <= 0) {
      printf("?");
      at++;
      continue;
    }
    printf("%.*s", bytes, text + at);
    at += bytes;
  }
  printf("\n");
}

static void cli(const char *folder, const char *db) {
  setConfRet answer = taos_set_config("debugFlag 135maxSQLLength 1048576"); /* driver-go's form */
  CHECK_INT(answer.retCode, SET_CONF_RET_SUCC);
  CHECK_STR(answer.retMsg, "");
  choose_driver("native");
  choose_driver("native"); /* by an option, and by the default that it leaves open */
  config_dir(folder);
  CHECK_INT(taos_init(), 0);
  taos_set_hb_quit(1);
  TAOS *taos = connected(taos_connect(NULL, "root", "taosdata", db, 0));
  TAOS_RES *res = query(taos, "select word from words");
  TAOS_ROW row = taos_fetch_row(res);
  if (row) print_nchar(row[0], taos_fetch_lengths(res)[0]);
  taos_free_result(res);
  CHECK_INT(taos_options(TSDB_OPTION_DRIVER, "native"), -1);
  CHECK_CODE(taos_errno(NULL), 0x80000123);
  CHECK_PREFIX(taos_errstr(NULL), "Repeat initialization: ");
  taos_close(taos);
  taos_cleanup();
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  if (!strcmp(argv[1], "benchmark")) benchmark(argv[2], argv[3]);
  if (!strcmp(argv[1], "dump")) dump(argv[2], argv[3]);
  if (!strcmp(argv[1], "cli")) cli(argv[2], argv[3]);
  return finish();
}
