/* Runs statements, one after the other: run_sql HOST PORT STATEMENT... */
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  TAOS *taos = connect_to(argv, NULL);
  for (int i = 3; i < argc; i++) RUN(taos, "%s", argv[i]);
  taos_close(taos);
  return finish();
}
