/* A process that may have no more threads: what needs none works, what needs one says so, and afterwards all works again.
 *
 *   no_threads HOST PORT */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include "check.h"

static bool denied;
static int last_code;
static sem_t done;

/* In place of the C library's, also for the library. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *arg) {
  static int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
  return denied ? EAGAIN : real(thread, attributes, body, arg);
}

static void answered(void *param, TAOS_RES *res, int code) {
  (void)param;
  if (code) CHECK_SAID_WHY(res);
  last_code = code;
  taos_free_result(res);
  sem_post(&done);
}

static int asked(TAOS *taos) {
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += 40;
  taos_query_a(taos, "insert into t values (now, 1)", answered, NULL);
  if (sem_timedwait(&done, &limit)) { printf("the callback never came\n"); exit(3); }
  return last_code;
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  sem_init(&done, 0, 0);
  denied = true;
  TAOS *taos = connect_to(argv, NULL);
  CHECK_INT(NUMBER(taos, "select * from t") != INT64_MIN, 1);
  CHECK_CODE(asked(taos), 0x80FF0000 | EAGAIN);
  RUN(taos, "insert into t values (now, 1)");
  /* A name is looked up on this thread. */
  TAOS *named = taos_connect("localhost", "root", "taosdata", NULL, (uint16_t)atoi(argv[2]));
  CHECK(named != NULL);
  RUN(named, "insert into t values (now, 1)");
  taos_close(named);
  CHECK(taos_connect("no-such-host.invalid", "root", "taosdata", NULL, 1) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000015);
  denied = false;
  CHECK_CODE(asked(taos), 0);
  taos_close(taos);
  return finish();
}
