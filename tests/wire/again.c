/* Connects, asks and closes, and does so again after each change of what the process says about settings.
 *
 *   again HOST PORT [CHANGE]...
 *
 * A CHANGE is NAME=VALUE (setenv), NAME+VALUE (the same, and the text is then replaced where it lies by as many x), -NAME (unsetenv),
 * zone:NAME or charset:NAME (taos_options). */
#include "check.h"

static void ask(const char *host, const char *port) {
  TAOS *taos = taos_connect(host, NULL, NULL, NULL, (uint16_t)atoi(port));
  printf("connect: %s 0x%08x\n", taos ? "ok" : "NULL", (unsigned)taos_errno(NULL));
  TAOS_RES *res = taos_query(taos, "select * from t");
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
  taos_close(taos);
}

static void change(const char *text) {
  char *copy = strdup(text), *at;
  if (!strncmp(text, "zone:", 5)) CHECK_CODE(taos_options(TSDB_OPTION_TIMEZONE, text + 5), 0);
  else if (!strncmp(text, "charset:", 8)) CHECK_CODE(taos_options(TSDB_OPTION_CHARSET, text + 8), 0);
  else if (*text == '-') unsetenv(text + 1);
  else if ((at = strchr(copy, '=')) != NULL) {
    *at = '\0';
    setenv(copy, at + 1, 1);
  } else if ((at = strchr(copy, '+')) != NULL) {
    *at = '=';
    putenv(copy);
    memset(at + 1, 'x', strlen(at + 1));
    return; /* the environment has it now */
  }
  free(copy);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  ask(argv[1], argv[2]);
  for (int i = 3; i < argc; i++) {
    change(argv[i]);
    ask(argv[1], argv[2]);
  }
  return finish();
}
