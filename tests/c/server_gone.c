/* The server goes while the program is connected, and comes back at the same address: each call in between says why it
 * failed, the program is not ended by a signal, and the next call after the server's return works, in the database that
 * was selected last.
 *
 *   server_gone HOST PORT DATABASE      - it says when the server is to go and to return, and waits for a line */
#include <unistd.h>
#include "check.h"

static void wait_until(const char *what) {
  char line[100];
  printf("%s\n", what);
  fflush(stdout);
  CHECK(fgets(line, sizeof line, stdin) != NULL);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  CHECK_CODE(taos_select_db(taos, argv[3]), 0);
  TAOS_RES *open = taos_query(taos, "SELECT 1");
  CHECK_CODE(taos_errno(open), 0);

  wait_until("stop");
  for (int i = 0; i < 5; i++) {
    TAOS_RES *res = taos_query(taos, "SELECT 1");
    CHECK_SAID_WHY(res);
    taos_free_result(res);
  }
  CHECK(taos_fetch_row(open) == NULL);
  CHECK_SAID_WHY(open);
  taos_free_result(open);

  wait_until("start");
  char db[70] = "";
  int code = taos_get_current_db(taos, db, sizeof db, NULL);
  CHECK_CODE(code, 0);
  CHECK_STR(db, argv[3]);
  TAOS_RES *res = taos_query(taos, "SELECT 1");
  CHECK_CODE(taos_errno(res), 0);
  CHECK(taos_fetch_row(res) != NULL);
  taos_free_result(res);
  taos_close(taos);
  printf("end\n");
  return failures ? 1 : 0;
}
