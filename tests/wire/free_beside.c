/* Large statements fill the kernel's buffer while a leader sleeps shortly. A thread that is cancelled frees a result
 * meanwhile.
 *
 *   free_beside HOST PORT BYTES ROUNDS */
#include <pthread.h>
#include <unistd.h>
#include "check.h"

static TAOS *taos;
static char *sql;
static int freed;

static void *pause_server(void *unused) {
  (void)unused;
  RUN(taos, "insert pause");
  return NULL;
}

static void *send_much(void *unused) {
  (void)unused;
  TAOS_RES *res = taos_query(taos, sql);
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
  return NULL;
}

static void *free_cancelled(void *res) {
  pthread_cancel(pthread_self());
  taos_free_result(res);
  __atomic_fetch_add(&freed, 1, __ATOMIC_SEQ_CST);
  pthread_testcancel();
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  size_t length = (size_t)atol(argv[3]);
  int rounds = atoi(argv[4]);
  sql = malloc(length + 1);
  memset(sql, 'x', length);
  memcpy(sql, "insert ", 7);
  sql[length] = '\0';
  taos = connect_to(argv, NULL);
  for (int i = 0; i < rounds; i++) {
    pthread_t pausing, sending, freeing;
    void *left = NULL;
    TAOS_RES *res = taos_query(taos, "select many");
    CHECK_CODE(taos_errno(res), 0);
    pthread_create(&pausing, NULL, pause_server, NULL);
    usleep(1000);
    pthread_create(&sending, NULL, send_much, NULL);
    usleep(3000 + (useconds_t)(i % 8) * 500);
    pthread_create(&freeing, NULL, free_cancelled, res);
    pthread_join(freeing, &left);
    CHECK(left == PTHREAD_CANCELED);
    pthread_join(sending, NULL);
    pthread_join(pausing, NULL);
  }
  CHECK_INT(freed, rounds);
  free(sql);
  taos_close(taos);
  return finish();
}
