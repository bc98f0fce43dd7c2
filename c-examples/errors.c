/* Makes the mistakes that programs meet, and shows where each one's code and text are to be found.
 *
 *   errors HOST PORT [USER PASSWORD]
 *
 * Succeeds when each mistake is answered with its error. Works in the database libtaos_example_errors, which it drops at
 * the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <taos.h>

/* Error codes are negative: 0x80000000 and 16 bits of TDengine's taoserror.h. */
#define CODE(low) ((int)(0x80000000u | (low)))
#define ANY_ERROR 0
#define DATABASE "libtaos_example_errors"

/* Prints what came and returns 1 when it is the error that was to come. */
static int told(const char *what, int code, const char *text, int wanted) {
  int good = code < 0 && (wanted == ANY_ERROR || code == wanted) && text != NULL && strcmp(text, "success") != 0;
  printf("%-15s [0x%08x] %s\n", what, (unsigned)code, text);
  if (!good) fprintf(stderr, "%s: not what was expected\n", what);
  return good;
}

/* No connection: NULL, and the thread's last error says why. */
static int no_connection(const char *what, const char *host, uint16_t port, const char *user, const char *password, int wanted) {
  TAOS *taos = taos_connect(host, user, password, NULL, port);
  if (taos != NULL) {
    fprintf(stderr, "%s: connected all the same\n", what);
    taos_close(taos);
    return 0;
  }
  return told(what, taos_errno(NULL), taos_errstr(NULL), wanted);
}

/* A refused statement: not NULL but a result, which carries the error, has no rows, and is to be freed like any other. */
static int refused(TAOS *taos, const char *what, const char *sql, int wanted) {
  TAOS_RES *res = taos_query(taos, sql);
  int good = res != NULL && told(what, taos_errno(res), taos_errstr(res), wanted);
  good = good && taos_num_fields(res) == 0 && taos_fetch_row(res) == NULL;
  taos_free_result(res);
  return good;
}

/* A statement that is right. */
static int fine(TAOS *taos, const char *sql) {
  TAOS_RES *res = taos_query(taos, sql);
  int good = taos_errno(res) == 0;
  if (!good) fprintf(stderr, "%s\n  failed: [0x%08x] %s\n", sql, (unsigned)taos_errno(res), taos_errstr(res));
  taos_free_result(res);
  return good;
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5) {
    fprintf(stderr, "usage: %s HOST PORT [USER PASSWORD]\n", argv[0]);
    return 2;
  }
  const char *host = argv[1], *user = argc == 5 ? argv[3] : "root", *password = argc == 5 ? argv[4] : "taosdata";
  uint16_t port = (uint16_t)atoi(argv[2]);
  int good = 1;

  /* Nobody listens on port 1. */
  good &= no_connection("refused port", "127.0.0.1", 1, user, password, ANY_ERROR);
  good &= no_connection("wrong password", host, port, user, "not the password", CODE(0x0357));

  TAOS *taos = taos_connect(host, user, password, NULL, port);
  if (taos == NULL) {
    fprintf(stderr, "cannot connect: [0x%08x] %s\n", (unsigned)taos_errno(NULL), taos_errstr(NULL));
    return 1;
  }
  good &= fine(taos, "CREATE DATABASE IF NOT EXISTS " DATABASE);
  /* The server's own codes and texts. Versions differ in what they answer to some mistakes. */
  good &= refused(taos, "syntax error", "CREATE TABLE 123", ANY_ERROR);
  good &= refused(taos, "missing table", "SELECT * FROM " DATABASE ".no_such_table", CODE(0x2603));
  good &= refused(taos, "no database", "SELECT * FROM no_such_table", ANY_ERROR);

  /* A call with a wrong argument fails in the library; nothing is sent. */
  good &= taos_query(taos, NULL) == NULL && told("no statement", taos_errno(NULL), taos_errstr(NULL), ANY_ERROR);

  /* None of this has harmed the connection. */
  good &= fine(taos, "DROP DATABASE " DATABASE);
  taos_close(taos);
  taos_cleanup();
  return good ? 0 : 1;
}
