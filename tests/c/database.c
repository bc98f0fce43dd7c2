/* Creates a database.
 *
 *   database HOST PORT DATABASE */
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s", argv[3]);
  taos_close(taos);
  return failures ? 1 : 0;
}
