/* N threads ask at once on one connection, each for its own number; the server answers in any order it likes.
 *
 *   crossed HOST PORT THREADS ROUNDS */
#include <pthread.h>
#include "check.h"

static TAOS *taos;
static int rounds;

static void *asking(void *arg) {
  int number = (int)(intptr_t)arg;
  for (int i = 0; i < rounds; i++) {
    char sql[40], cell[20];
    snprintf(sql, sizeof sql, "number %d", number * 1000 + i);
    TAOS_RES *res = taos_query(taos, sql);
    CHECK_CODE(taos_errno(res), 0);
    TAOS_ROW row = taos_fetch_row(res);
    CHECK(row != NULL);
    if (row) {
      int32_t got;
      memcpy(&got, row[0], 4);
      CHECK_INT(got, number * 1000 + i);
      int length = taos_fetch_lengths(res)[1];
      snprintf(cell, sizeof cell, "%.*s", length, (char *)row[1]);
      CHECK_STR(cell, sql + 7);
    }
    CHECK(taos_fetch_row(res) == NULL);
    CHECK_CODE(taos_errno(res), 0);
    taos_free_result(res);
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  pthread_t threads[64];
  int count = atoi(argv[3]);
  rounds = atoi(argv[4]);
  taos = connect_to(argv, NULL);
  for (int i = 0; i < count; i++) pthread_create(&threads[i], NULL, asking, (void *)(intptr_t)(i + 1));
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
  taos_close(taos);
  return finish();
}
