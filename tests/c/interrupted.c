/* Asynchronous calls whose end comes before their answer, or before the answer's callback: each callback comes once, and
 * what the server holds is freed.
 *
 *   interrupted HOST PORT */
#include <semaphore.h>
#include "check.h"

enum { CALLBACK_THREADS = 32 };

static TAOS *taos;
static sem_t running, gate, done;
static int calls, last;

static void blocks(void *param, TAOS_RES *res, int code) {
  (void)param;
  CHECK_CODE(code, 0);
  taos_free_result(res);
  sem_post(&running);
  sem_wait(&gate);
  sem_post(&done);
}

static void notes(void *param, TAOS_RES *res, int code) {
  (void)param;
  (void)res;
  __atomic_fetch_add(&calls, 1, __ATOMIC_SEQ_CST);
  __atomic_store_n(&last, code, __ATOMIC_SEQ_CST);
  sem_post(&done);
}

static void notes_and_frees(void *param, TAOS_RES *res, int code) {
  CHECK(code != 0);
  CHECK_SAID_WHY(res);
  taos_free_result(res);
  notes(param, NULL, code);
}

static void wait_for(sem_t *sem, int count) {
  while (count--) sem_wait(sem);
}

/* The answer to a fetch is there, but all callback threads are busy when the result is freed. */
static void freed_between_answer_and_callback(void) {
  TAOS_RES *res = query(taos, "select * from many");
  for (int i = 0; i < CALLBACK_THREADS; i++) taos_query_a(taos, "select 1", blocks, NULL);
  wait_for(&running, CALLBACK_THREADS);
  taos_fetch_raw_block_a(res, notes, NULL);
  RUN(taos, "insert into t values (1)"); /* answered after the fetch, so that has been read as well */
  CHECK_INT(calls, 0);
  taos_free_result(res);
  for (int i = 0; i < CALLBACK_THREADS; i++) sem_post(&gate);
  wait_for(&done, CALLBACK_THREADS + 1);
  CHECK_INT(calls, 1);
  CHECK_CODE(last, 0x8000022D);
}

/* taos_cleanup ends what is in flight, and has its callbacks called before it returns. */
static void cleaned_up_meanwhile(char **argv) {
  TAOS *other = connect_to(argv, NULL);
  TAOS_RES *res = query(other, "select * from stuck");
  calls = 0;
  taos_query_a(taos, "silence", notes_and_frees, NULL);
  taos_query_a(other, "silence", notes_and_frees, NULL);
  taos_fetch_raw_block_a(res, notes, NULL);
  taos_cleanup();
  CHECK_INT(calls, 3);
  CHECK(last != 0);
  RUN(other, "insert into t values (2)"); /* connections stay */
  taos_query_a(taos, "silence", notes_and_frees, NULL);
  taos_cleanup();
  CHECK_INT(calls, 4);
  taos_free_result(res);
  taos_close(other);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  sem_init(&running, 0, 0);
  sem_init(&gate, 0, 0);
  sem_init(&done, 0, 0);
  taos = connect_to(argv, NULL);
  freed_between_answer_and_callback();
  cleaned_up_meanwhile(argv);
  taos_close(taos);
  return finish();
}
