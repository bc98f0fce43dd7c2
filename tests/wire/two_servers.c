/* Connected to two servers at once: each says its own version.
 *
 *   two_servers HOST PORT PORT */
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *one = connect_to(argv, NULL);
  TAOS *other = taos_connect(argv[1], NULL, NULL, NULL, (uint16_t)atoi(argv[3]));
  const char *first = taos_get_server_info(one), *second = taos_get_server_info(other);
  printf("%s\n%s\n%s\n", first, second, taos_get_server_info(one));
  taos_close(one);
  taos_close(other);
  return finish();
}
