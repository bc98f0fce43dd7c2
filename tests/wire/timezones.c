/* Time zones: for all connections, for one, and both. After each step a statement.
 *
 *   timezones HOST PORT */
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  CHECK_CODE(taos_options(TSDB_OPTION_TIMEZONE, "Asia/Shanghai"), 0);
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "insert first");
  CHECK_CODE(taos_options(TSDB_OPTION_TIMEZONE, "America/New_York"), 0);
  RUN(taos, "insert second");
  CHECK_CODE(taos_options_connection(taos, TSDB_OPTION_CONNECTION_TIMEZONE, "Europe/Oslo"), 0);
  RUN(taos, "insert third");
  CHECK_CODE(taos_options(TSDB_OPTION_TIMEZONE, "UTC"), 0);
  RUN(taos, "insert fourth"); /* the connection's own zone stays */
  CHECK_CODE(taos_options_connection(taos, TSDB_OPTION_CONNECTION_TIMEZONE, NULL), 0);
  RUN(taos, "insert fifth"); /* it has none of its own any more */
  taos_close(taos);
  return finish();
}
