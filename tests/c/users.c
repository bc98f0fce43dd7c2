/* A user whose password has every character that URLs give a meaning to.
 *
 *   users HOST PORT USER */
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  const char *password = "p@s:/?#w%41&x=1", *other = "Other{}+;1 ~";
  uint16_t port = (uint16_t)atoi(argv[2]);
  TAOS *root = connect_to(argv, NULL);
  RUN(root, "CREATE USER %s PASS '%s'", argv[3], password);
  TAOS *taos = taos_connect(argv[1], argv[3], password, NULL, port);
  CHECK_CODE(taos_errno(NULL), 0);
  CHECK_INT(NUMBER(taos, "SELECT 1"), 1);
  taos_close(taos);
  CHECK(taos_connect(argv[1], argv[3], other, NULL, port) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000357);
  RUN(root, "ALTER USER %s PASS '%s'", argv[3], other);
  taos = taos_connect(argv[1], argv[3], other, NULL, port);
  CHECK_CODE(taos_errno(NULL), 0);
  taos_close(taos);
  RUN(root, "DROP USER %s", argv[3]);
  CHECK(taos_connect(argv[1], argv[3], other, NULL, port) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000351);
  CHECK_STR(taos_errstr(NULL), "Invalid user");
  taos_close(root);
  return finish();
}
