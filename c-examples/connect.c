/* Connects, says whom it has reached, and closes the connection.
 *
 *   connect HOST PORT [USER PASSWORD]
 *
 * HOST may be a name, an address, a list of them, or a whole connection string such as
 * "wss://root:taosdata@db.example.com:6041/mydb?read_timeout=30"; PORT 0 means taosAdapter's 6041. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <taos.h>

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5) {
    fprintf(stderr, "usage: %s HOST PORT [USER PASSWORD]\n", argv[0]);
    return 2;
  }
  const char *host = argv[1];
  uint16_t port = (uint16_t)atoi(argv[2]);
  /* NULL stands for root and taosdata, the server's own defaults. */
  const char *user = argc == 5 ? argv[3] : NULL;
  const char *password = argc == 5 ? argv[4] : NULL;

  TAOS *taos = taos_connect(host, user, password, NULL, port);
  if (taos == NULL) {
    /* There is no connection to ask, so the error is the thread's last one. */
    fprintf(stderr, "cannot connect: [0x%08x] %s\n", (unsigned)taos_errno(NULL), taos_errstr(NULL));
    return 1;
  }
  printf("client interface: %s\n", taos_get_client_info());
  const char *server = taos_get_server_info(taos); /* several lines: version, build, ... */
  printf("server: %.*s\n", (int)strcspn(server, "\n"), server);

  TAOS_RES *res = taos_query(taos, "SELECT SERVER_VERSION()");
  TAOS_ROW row = taos_fetch_row(res);
  if (row == NULL) {
    fprintf(stderr, "cannot query: [0x%08x] %s\n", (unsigned)taos_errno(res), taos_errstr(res));
    taos_free_result(res);
    taos_close(taos);
    return 1;
  }
  /* Strings in a row have a length and no NUL at their end. */
  printf("it answers a query: version %.*s\n", taos_fetch_lengths(res)[0], (const char *)row[0]);

  taos_free_result(res);
  taos_close(taos);
  taos_cleanup();
  return 0;
}
