/* Asynchronous statements and fetches, and what programs do around them: reuse the buffer of the SQL at once, free the
 * result in its callback, make synchronous calls there, block there, close the connection meanwhile.
 *
 *   async HOST PORT ROUNDS */
#include <pthread.h>
#include <semaphore.h>
#include "check.h"

static TAOS *taos;
static sem_t done;

static void wait_for(sem_t *sem, int count) {
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += 60;
  for (int i = 0; i < count; i++)
    if (sem_timedwait(sem, &limit)) { printf("callback %d of %d never came\n", i + 1, count); exit(3); }
}

/* ---- a result by rows: the count comes as the third argument, 0 at the end */
static void rows_came(void *param, TAOS_RES *res, int count) {
  int *rows = param;
  if (count > 0) {
    int seen = 0;
    for (TAOS_ROW row; seen < count && (row = taos_fetch_row(res));) seen++;
    CHECK_INT(seen, count);
    *rows += count;
    taos_fetch_rows_a(res, rows_came, param);
    return;
  }
  CHECK_INT(count, 0);
  taos_free_result(res);
  sem_post(&done);
}

static void raw_block_came(void *param, TAOS_RES *res, int count) {
  int *rows = param;
  if (count > 0) {
    const void *block = taos_get_raw_block(res);
    int32_t in_block = 0;
    CHECK(block != NULL);
    if (block) memcpy(&in_block, (const char *)block + 8, 4);
    CHECK_INT(in_block, count);
    *rows += count;
    taos_fetch_raw_block_a(res, raw_block_came, param);
    return;
  }
  CHECK_INT(count, 0);
  taos_free_result(res);
  sem_post(&done);
}

static void answered_by_rows(void *param, TAOS_RES *res, int code) {
  CHECK_INT(code, 0);
  taos_fetch_rows_a(res, rows_came, param);
}

static void answered_by_raw_blocks(void *param, TAOS_RES *res, int code) {
  CHECK_INT(code, 0);
  taos_fetch_raw_block_a(res, raw_block_came, param);
}

static void every_row(void) {
  int rows = 0, raw = 0;
  char sql[] = "select * from many";
  taos_query_a(taos, sql, answered_by_rows, &rows);
  memset(sql, 'Z', sizeof sql - 1); /* the buffer is the caller's again */
  wait_for(&done, 1);
  CHECK_INT(rows, 3);
  taos_query_a(taos, "select * from many", answered_by_raw_blocks, &raw);
  wait_for(&done, 1);
  CHECK_INT(raw, 3);
}

/* ---- synchronous calls in a callback, and the result freed there */
static void asks_again(void *param, TAOS_RES *res, int code) {
  (void)param;
  CHECK_INT(code, 0);
  taos_free_result(res);
  TAOS_RES *other = taos_query(taos, "select * from many");
  int rows = 0;
  while (taos_fetch_row(other)) rows++;
  CHECK_INT(rows, 3);
  taos_free_result(other);
  sem_post(&done);
}

/* ---- callbacks that block until the main thread lets them go */
static sem_t gate;

static void blocks(void *param, TAOS_RES *res, int code) {
  (void)param;
  (void)code;
  taos_free_result(res);
  sem_wait(&gate);
  sem_post(&done);
}

static void blocked_callbacks_stop_nobody(void) {
  enum { MANY = 40 };
  for (int i = 0; i < MANY; i++) taos_query_a(taos, "select * from many", blocks, NULL);
  for (int i = 0; i < 20; i++) { /* while they block, everybody else's calls go on */
    TAOS_RES *res = query(taos, "select * from many");
    int rows = 0;
    while (taos_fetch_row(res)) rows++;
    CHECK_INT(rows, 3);
    taos_free_result(res);
  }
  for (int i = 0; i < MANY; i++) sem_post(&gate);
  wait_for(&done, MANY);
}

/* ---- the connection closed while statements run: each callback comes exactly once, and with what was asked for */
static int calls;

static void counts(void *param, TAOS_RES *res, int code) {
  CHECK_CODE(code, (uint32_t)(uintptr_t)param);
  CHECK(code != 0 || res != NULL);
  taos_free_result(res);
  __atomic_fetch_add(&calls, 1, __ATOMIC_SEQ_CST);
  sem_post(&done);
}

static void closed_meanwhile(char **argv) {
  enum { MANY = 30 };
  TAOS *own = connect_to(argv, NULL);
  calls = 0;
  for (int i = 0; i < MANY; i++) taos_query_a(own, "select * from many", counts, NULL);
  taos_close(own);
  wait_for(&done, MANY);
  CHECK_INT(calls, MANY);
  taos_query_a(own, "select * from many", counts, (void *)(uintptr_t)0x80000213); /* a closed one: the callback comes, with an error */
  wait_for(&done, 1);
  CHECK_INT(calls, MANY + 1);
  int rows[MANY] = {0};
  own = connect_to(argv, NULL);
  for (int i = 0; i < MANY; i++) taos_query_a(own, "select * from many", answered_by_rows, &rows[i]);
  taos_close(own); /* the fetches begin after this, most of them */
  wait_for(&done, MANY);
  for (int i = 0; i < MANY; i++) CHECK_INT(rows[i], 3);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  sem_init(&done, 0, 0);
  sem_init(&gate, 0, 0);
  taos = connect_to(argv, NULL);
  for (int i = 0; i < atoi(argv[3]); i++) {
    every_row();
    for (int k = 0; k < 10; k++) taos_query_a(taos, "select * from many", asks_again, NULL);
    wait_for(&done, 10);
    blocked_callbacks_stop_nobody();
    closed_meanwhile(argv);
  }
  taos_close(taos);
  return finish();
}
