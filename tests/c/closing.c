/* One thread closes the connection while others query on it and read their results: each call works or says why not,
 * nobody waits for ever, nothing is touched after it is freed.
 *
 *   closing HOST PORT ROUNDS */
#include <pthread.h>
#include <sched.h>
#include "check.h"

#define THREADS 6
static TAOS *taos;
static int begun, answered;

static void *asking(void *unused) {
  (void)unused;
  for (;;) {
    __atomic_fetch_add(&begun, 1, __ATOMIC_SEQ_CST);
    TAOS_RES *res = taos_query(taos, "select * from t");
    int rows = 0, code = taos_errno(res);
    while (!code && taos_fetch_row(res)) rows++;
    code = taos_errno(res);
    if (code) CHECK_SAID_WHY(res);
    else CHECK_INT(rows, 3); /* never a result that lacks rows and has no error */
    taos_free_result(res);
    if (code) return NULL;
    __atomic_fetch_add(&answered, 1, __ATOMIC_SEQ_CST);
  }
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  for (int i = 0; i < atoi(argv[3]); i++) {
    pthread_t threads[THREADS];
    taos = connect_to(argv, NULL);
    begun = answered = 0;
    for (int k = 0; k < THREADS; k++) CHECK(pthread_create(&threads[k], NULL, asking, NULL) == 0);
    while (__atomic_load_n(&begun, __ATOMIC_SEQ_CST) < THREADS + i % 7 || __atomic_load_n(&answered, __ATOMIC_SEQ_CST) < i % 5) sched_yield();
    taos_close(taos);
    for (int k = 0; k < THREADS; k++) pthread_join(threads[k], NULL);
  }
  return finish();
}
