/* The library at the end of threads and of the program, where thread-local variables are gone: in the destructor of a thread's key,
 * in an atexit handler and in a destructor function.
 *
 *   at_exit HOST PORT */
#include <pthread.h>
#include <unistd.h>
#include "check.h"

static char **args;
static TAOS *taos;
static pthread_key_t key;

static void use(TAOS *own) {
  TAOS *other = connect_to(args, NULL);
  RUN(own, "insert into t values (now, 1)");
  CHECK(NUMBER(other, "select * from t") != INT64_MIN);
  taos_close(other);
}

static void thread_ends(void *own) {
  use(own);
  taos_close(own);
}

static void *body(void *unused) {
  TAOS *own = connect_to(args, NULL);
  RUN(own, "insert into t values (now, 1)");
  pthread_setspecific(key, own);
  return unused;
}

static void handler(void) { use(taos); }

__attribute__((destructor)) static void destructor(void) {
  if (!taos) return;
  use(taos);
  taos_close(taos);
  int failed = finish();
  fflush(stdout);
  if (failed) _exit(1);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  args = argv;
  pthread_t thread;
  pthread_key_create(&key, thread_ends);
  pthread_create(&thread, NULL, body, NULL);
  pthread_join(thread, NULL);
  taos = connect_to(argv, NULL);
  RUN(taos, "insert into t values (now, 1)");
  atexit(handler);
  return 0;
}
