/* A program that may be setuid: connects to the host that its settings name, and says whether it could, and with which
 * user it runs. The server at PORT is `firstEp`, unless the environment says otherwise.
 *
 *   setuid PORT [URL] */
#include <sys/auxv.h>
#include <unistd.h>
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  char json[100];
  snprintf(json, sizeof json, "{\"firstEp\":\"127.0.0.1:%s\"}", argv[1]);
  taos_set_config(json);
  TAOS *taos = taos_connect(argc > 2 ? argv[2] : NULL, "root", "taosdata", NULL, 0);
  printf("secure %d user %d connected %d\n", getauxval(AT_SECURE) != 0, (int)geteuid(), taos != NULL);
  taos_close(taos);
  taos_cleanup();
  return 0;
}
