/* Asynchronous calls while another thread calls taos_cleanup all the time: each callback comes, with the result or an error.
 *
 *   async_cleanup HOST PORT CALLS */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
#include "check.h"

static sem_t done;
static bool over;

static void *cleaning(void *pause) {
  while (!__atomic_load_n(&over, __ATOMIC_RELAXED)) {
    taos_cleanup();
    usleep((useconds_t)(intptr_t)pause);
  }
  return NULL;
}

static void answered(void *param, TAOS_RES *res, int code) {
  (void)param;
  CHECK_INT(taos_errno(res), code);
  if (code) CHECK_SAID_WHY(res);
  taos_free_result(res);
  sem_post(&done);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  sem_init(&done, 0, 0);
  for (intptr_t pause = 0; pause <= 100; pause += 100) {
    TAOS *taos = connect_to(argv, NULL);
    pthread_t cleaner;
    pthread_create(&cleaner, NULL, cleaning, (void *)pause);
    for (int i = 0; i < atoi(argv[3]); i++) {
      struct timespec limit;
      clock_gettime(CLOCK_REALTIME, &limit);
      limit.tv_sec += 40;
      taos_query_a(taos, "insert into t values (now, 1)", answered, NULL);
      if (sem_timedwait(&done, &limit)) { printf("callback %d never came\n", i + 1); exit(3); }
    }
    __atomic_store_n(&over, true, __ATOMIC_RELAXED);
    pthread_join(cleaner, NULL);
    over = false;
    taos_close(taos);
  }
  return finish();
}
