/* Connections by the digest of a password.
 *
 *   digests HOST PORT */
#include "check.h"

#define OF_TAOSDATA "dcc5bed04851fec854c035b2e40263b6"
#define DIGEST "56bf6921192e4f07e6d22358f97e2817" /* of Secret_1 */

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  uint16_t port = (uint16_t)atoi(argv[2]);
  /* The default user's, before there was any login. */
  TAOS *taos = taos_connect_auth(argv[1], NULL, OF_TAOSDATA, NULL, port);
  CHECK_CODE(taos_errno(NULL), 0);
  CHECK_INT(NUMBER(taos, "select 1"), 1);
  RUN(taos, "create user digested pass 'Secret_1'");
  /* One that nobody has told this process. */
  CHECK(taos_connect_auth(argv[1], "digested", DIGEST, NULL, port) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000357);
  CHECK_PREFIX(taos_errstr(NULL), "Authentication failure: taosAdapter wants the password");
  /* Of the connection string, and of a login before. */
  char string[300];
  snprintf(string, sizeof string, "ws://digested:Secret_1@%s:%s", argv[1], argv[2]);
  TAOS *first = taos_connect_auth(string, NULL, DIGEST, NULL, 0);
  CHECK_CODE(taos_errno(NULL), 0);
  TAOS *second = taos_connect_auth(argv[1], "digested", DIGEST, NULL, port);
  CHECK_CODE(taos_errno(NULL), 0);
  CHECK_INT(NUMBER(second, "select 1"), 1);
  taos_close(first);
  taos_close(second);
  /* Passwords are their users' own. */
  CHECK(taos_connect_auth(argv[1], "root", DIGEST, NULL, port) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000357);
  /* Known here, and refused there. */
  RUN(taos, "alter user digested pass 'Secret_2'");
  CHECK(taos_connect_auth(argv[1], "digested", DIGEST, NULL, port) == NULL);
  CHECK_STR(taos_errstr(NULL), "Authentication failure");
  const char *none[] = {NULL, "", "00000000000000000000000000000000", "taosdata"};
  for (int i = 0; i < 4; i++) {
    CHECK(taos_connect_auth(argv[1], "root", none[i], NULL, port) == NULL);
    CHECK_CODE(taos_errno(NULL), 0x80000357);
  }
  taos_close(taos);
  /* After this nothing is known of earlier logins. */
  taos_cleanup();
  CHECK(taos_connect_auth(argv[1], "digested", DIGEST, NULL, port) == NULL);
  CHECK_PREFIX(taos_errstr(NULL), "Authentication failure: ");
  return finish();
}
