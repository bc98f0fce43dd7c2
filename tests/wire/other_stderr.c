/* Has something else where standard error was, then connects.
 *
 *   other_stderr WHAT FILE HOST */
#include <fcntl.h>
#include <unistd.h>
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  const char *what = argv[1];
  int ends[2];
  if (strcmp(what, "as it is")) close(2);
  if (!strcmp(what, "appended to")) CHECK_INT(open(argv[2], O_WRONLY | O_CREAT | O_APPEND, 0600), 2);
  if (!strcmp(what, "a file")) CHECK_INT(open(argv[2], O_RDWR | O_CREAT, 0600), 2);
  if (!strcmp(what, "a pipe") || !strcmp(what, "nobody's")) {
    CHECK_INT(pipe(ends), 0);
    CHECK_INT(ends[0], 2);
    ends[0] = dup(2);
    CHECK_INT(dup2(ends[1], 2), 2);
    close(ends[1]);
    if (!strcmp(what, "nobody's")) close(ends[0]);
  }
  TAOS *taos = taos_connect(argv[3], NULL, NULL, NULL, 0);
  CHECK(taos != NULL);
  taos_close(taos);
  if (!strcmp(what, "a pipe")) {
    char text[1000];
    ssize_t length = read(ends[0], text, sizeof text);
    printf("%.*s", (int)length, text);
  }
  return finish();
}
