/* Threads on one connection, which the server loses again and again. Some of them are cancelled at any moment, most of the time while they
 * ask anew for a result that was lost. The others get their rows, or the error of a connection that was lost once too often.
 *
 *   cancelled_anew HOST PORT CANCELLED */
#include <pthread.h>
#include <unistd.h>
#include "check.h"

#define BROKEN 0x80000018
enum { STAY = 2, GO = 3, ROWS = 3 };

static TAOS *taos;
static bool done;
static long whole, broken, gone, in_fetch;

/* How far a thread has come, for its cleanup. Volatile: that runs after a longjmp, which leaves other variables with any value. */
struct step {
  TAOS_RES *volatile res;
  volatile bool fetches;
};

static void free_it(void *step_) {
  struct step *step = step_;
  if (step->fetches) __atomic_fetch_add(&in_fetch, 1, __ATOMIC_RELAXED);
  taos_free_result(step->res);
}

/* Also a thread that ends in it leaves nothing behind. */
static void ask(const char *sql) {
  struct step step = {NULL, false};
  pthread_cleanup_push(free_it, &step);
  step.res = taos_query(taos, sql);
  int rows = 0;
  step.fetches = true;
  if (!taos_errno(step.res)) while (taos_fetch_row(step.res)) rows++;
  step.fetches = false;
  unsigned code = (unsigned)taos_errno(step.res);
  if (!code) CHECK_INT(rows, ROWS);
  else if (code != BROKEN) failed(__FILE__, __LINE__, "0x%08x %s", code, taos_errstr(step.res));
  __atomic_fetch_add(code ? &broken : &whole, 1, __ATOMIC_RELAXED);
  pthread_cleanup_pop(1);
}

static void *stay(void *unused) {
  (void)unused;
  while (!__atomic_load_n(&done, __ATOMIC_RELAXED)) ask("select * from somewhere");
  return NULL;
}

static void *go(void *unused) {
  (void)unused;
  for (;;) {
    ask("select lost");
    __atomic_fetch_add(&gone, 1, __ATOMIC_RELAXED);
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  char where[200];
  int cancelled = atoi(argv[3]), files = entries("/proc/self/fd");
  pthread_t stays[STAY], goes[GO];
  /* A wait that nobody ends shows as a thread that does not. */
  snprintf(where, sizeof where, "ws://%s:%s?read_timeout=60&connect_timeout=60&retry_backoff_ms=1&retry_backoff_max_ms=5", argv[1], argv[2]);
  taos = taos_connect(where, "root", "taosdata", NULL, 0);
  if (!taos) {
    printf("no connection: %s\n", taos_errstr(NULL));
    return 2;
  }
  for (int i = 0; i < STAY; i++) CHECK_INT(pthread_create(&stays[i], NULL, stay, NULL), 0);
  for (int i = 0; i < GO; i++) CHECK_INT(pthread_create(&goes[i], NULL, go, NULL), 0);
  for (int n = 0; n < cancelled && !__atomic_load_n(&failures, __ATOMIC_RELAXED); n++) {
    void *value = NULL;
    usleep((useconds_t)(n * 337 % 10000));
    CHECK_INT(pthread_cancel(goes[n % GO]), 0);
    CHECK_INT(pthread_join(goes[n % GO], &value), 0);
    CHECK(value == PTHREAD_CANCELED);
    CHECK_INT(pthread_create(&goes[n % GO], NULL, go, NULL), 0);
  }
  for (int i = 0; i < GO; i++) pthread_cancel(goes[i]);
  for (int i = 0; i < GO; i++) pthread_join(goes[i], NULL);
  __atomic_store_n(&done, true, __ATOMIC_RELAXED);
  for (int i = 0; i < STAY; i++) pthread_join(stays[i], NULL);
  /* A result of theirs is mostly lost when it is fetched. */
  CHECK(whole > 0 && gone > 0 && in_fetch > cancelled / 10);
  long before = whole;
  for (int i = 0; i < 20; i++) ask("select * from somewhere");
  CHECK(whole > before + 10);
  if (failures) printf("%ld whole, %ld broken; threads that were cancelled asked %ld, and %ld of %d ended in a fetch\n", whole, broken, gone, in_fetch, cancelled);
  taos_close(taos);
  taos_cleanup();
  CHECK_INT(entries("/proc/self/fd"), files);
  return finish();
}
