/* What the library does to the locale of the process: all of it is printed, before and after each step.
 *
 *   locale HOST PORT STEP...
 *
 * A STEP is init (taos_init), connect, consumer, or the name of a locale for LC_CTYPE that the program chooses itself. */
#include <locale.h>
#include "check.h"

static void consumer(char **argv) {
  tmq_conf_t *conf = tmq_conf_new();
  tmq_conf_set(conf, "group.id", "g");
  tmq_conf_set(conf, "td.connect.ip", argv[1]);
  tmq_conf_set(conf, "td.connect.port", argv[2]);
  tmq_t *tmq = tmq_consumer_new(conf, NULL, 0);
  tmq_conf_destroy(conf);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  printf("%s\n", setlocale(LC_ALL, NULL));
  for (int i = 3; i < argc; i++) {
    if (!strcmp(argv[i], "init")) CHECK_INT(taos_init(), 0);
    else if (!strcmp(argv[i], "connect")) taos_close(connect_to(argv, NULL));
    else if (!strcmp(argv[i], "consumer")) consumer(argv);
    else CHECK(setlocale(LC_CTYPE, argv[i]) != NULL);
    printf("%s\n", setlocale(LC_ALL, NULL));
  }
  return finish();
}
