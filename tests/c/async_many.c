/* Two hundred statements in flight on one connection; each callback issues the next one, and reads its result by fetches of
 * its own, while threads make synchronous calls on the same connection.
 *
 *   async_many HOST PORT ROUNDS */
#include <pthread.h>
#include <semaphore.h>
#include "check.h"

enum { IN_FLIGHT = 200, READERS = 3 };

static TAOS *taos;
static sem_t done;
static int rounds[IN_FLIGHT], rows[IN_FLIGHT], answers, over;

static void answered(void *param, TAOS_RES *res, int code);

static void fetched(void *param, TAOS_RES *res, int count) {
  int i = (int)(intptr_t)param;
  CHECK(count >= 0);
  if (count > 0) {
    rows[i] += count;
    taos_fetch_raw_block_a(res, fetched, param);
    return;
  }
  CHECK_INT(rows[i], 3);
  taos_free_result(res);
  __atomic_fetch_add(&answers, 1, __ATOMIC_SEQ_CST);
  if (--rounds[i] > 0) taos_query_a(taos, "select * from many", answered, param);
  else sem_post(&done);
}

static void answered(void *param, TAOS_RES *res, int code) {
  CHECK_CODE(code, 0);
  rows[(int)(intptr_t)param] = 0;
  taos_fetch_raw_block_a(res, fetched, param);
}

static void *reads(void *unused) {
  while (!__atomic_load_n(&over, __ATOMIC_SEQ_CST)) {
    TAOS_RES *res = query(taos, "select * from many");
    int count = 0;
    while (taos_fetch_row(res)) count++;
    CHECK_INT(count, 3);
    taos_free_result(res);
  }
  return unused;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  pthread_t readers[READERS];
  sem_init(&done, 0, 0);
  taos = connect_to(argv, NULL);
  for (int i = 0; i < READERS; i++) CHECK(pthread_create(&readers[i], NULL, reads, NULL) == 0);
  for (int i = 0; i < IN_FLIGHT; i++) {
    rounds[i] = atoi(argv[3]);
    taos_query_a(taos, "select * from many", answered, (void *)(intptr_t)i);
  }
  for (int i = 0; i < IN_FLIGHT; i++) sem_wait(&done);
  __atomic_store_n(&over, 1, __ATOMIC_SEQ_CST);
  for (int i = 0; i < READERS; i++) pthread_join(readers[i], NULL);
  CHECK_INT(answers, IN_FLIGHT * atoi(argv[3]));
  taos_close(taos);
  return finish();
}
