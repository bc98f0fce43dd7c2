/* Chains of asynchronous calls, several to a connection: each statement's result is read to its end or freed in the middle,
 * while other threads stop results, kill what a connection does, and make synchronous calls on it. Every callback must come,
 * once; a reader whom nobody disturbed sees every row; a chain on which nothing happens any more is a stall.
 *
 * With `calm` nobody disturbs them, and so nobody but the watcher drives a connection.
 *
 *   async_mix HOST PORT DATABASE CHAINS CONNECTIONS READERS ROUNDS [calm] */
#include <pthread.h>
#include <unistd.h>
#include "check.h"

enum { MOST = 256, ROWS = 1000, PATIENCE = 60 /* seconds without a callback: far more than a busy machine takes */ };
enum { ASKING = 1, FETCHING, READING, ENDED };

#define GET(place) __atomic_load_n(&(place), __ATOMIC_SEQ_CST)
#define SET(place, value) __atomic_store_n(&(place), value, __ATOMIC_SEQ_CST)

struct chain {
  TAOS *taos;
  TAOS_RES *res;
  unsigned seed;
  int state, rounds, rows, give_up_at, steps, kills_seen, stopped;
};

static char sql[100];
static struct chain chains[MOST];
static TAOS *connections[MOST];
static int chain_count, connection_count, over;
static bool calm;
static int kills; /* odd while one is under way */

static void next_statement(struct chain *c);

/* The state that a callback finds is the one in which its call was made: anything else is a call too many. */
static void step(struct chain *c, int from, int to) {
  int was = __atomic_exchange_n(&c->state, to, __ATOMIC_SEQ_CST);
  if (was != from) failed(__FILE__, __LINE__, "a callback in state %d, not %d", was, from);
  __atomic_fetch_add(&c->steps, 1, __ATOMIC_SEQ_CST);
}

static bool killed(const struct chain *c) { return c->kills_seen % 2 || GET(kills) != c->kills_seen; }

static int count_rows(TAOS *taos, int most) {
  TAOS_RES *res = taos_query(taos, sql);
  int rows = 0;
  while (rows < most && taos_fetch_row(res)) rows++;
  taos_free_result(res);
  return rows;
}

static void fetched(void *param, TAOS_RES *res, int rows) {
  struct chain *c = param;
  step(c, FETCHING, READING);
  bool undisturbed = !killed(c) && !GET(c->stopped);
  if (rows < 0 && undisturbed) failed(__FILE__, __LINE__, "a fetch failed: 0x%08x %s", (unsigned)rows, taos_errstr(res));
  if (rows == 0 && undisturbed) CHECK_INT(c->rows, ROWS);
  if (rows <= 0 || c->rows >= c->give_up_at) {
    SET(c->res, NULL);
    taos_free_result(res);
    next_statement(c);
    return;
  }
  CHECK(taos_get_raw_block(res) != NULL);
  c->rows += rows;
  if (!calm && rand_r(&c->seed) % 40 == 0) count_rows(c->taos, 30);
  step(c, READING, FETCHING);
  taos_fetch_raw_block_a(res, fetched, c);
}

static void answered(void *param, TAOS_RES *res, int code) {
  struct chain *c = param;
  step(c, ASKING, READING);
  if (code) {
    CHECK(killed(c));
    taos_free_result(res);
    next_statement(c);
    return;
  }
  c->rows = 0;
  c->give_up_at = rand_r(&c->seed) % (2 * ROWS); /* every other one reads to the end */
  SET(c->stopped, 0);
  SET(c->res, res);
  step(c, READING, FETCHING);
  taos_fetch_raw_block_a(res, fetched, c);
}

static void next_statement(struct chain *c) {
  if (c->rounds-- == 0) {
    SET(c->state, ENDED);
    return;
  }
  c->kills_seen = GET(kills);
  SET(c->state, ASKING);
  taos_query_a(c->taos, sql, answered, c);
}

static void *disturb(void *unused) {
  unsigned seed = 4711;
  while (!calm && !GET(over)) {
    usleep(rand_r(&seed) % 3000);
    struct chain *c = &chains[rand_r(&seed) % (unsigned)chain_count];
    TAOS_RES *res = GET(c->res);
    if (rand_r(&seed) % 20 == 0) {
      __atomic_fetch_add(&kills, 1, __ATOMIC_SEQ_CST);
      taos_kill_query(c->taos);
      __atomic_fetch_add(&kills, 1, __ATOMIC_SEQ_CST);
    } else if (res) {
      SET(c->stopped, 1);
      taos_stop_query(res);
    }
  }
  return unused;
}

static void *read_rows(void *taos) {
  unsigned seed = 42;
  while (!GET(over)) count_rows(taos, rand_r(&seed) % 100 ? rand_r(&seed) % 60 : ROWS);
  return NULL;
}

static void fill(TAOS *taos, const char *database) {
  static char statement[60000];
  RUN(taos, "CREATE DATABASE %s", database);
  RUN(taos, "CREATE TABLE %s.t (ts TIMESTAMP, v INT, s NCHAR(20))", database);
  int at = sprintf(statement, "INSERT INTO %s.t VALUES", database);
  for (int i = 0; i < ROWS; i++) at += sprintf(statement + at, " (%" PRId64 ", %d, 'row %d')", 1700000000000 + i, i, i);
  CHECK_INT(RUN(taos, "%s", statement), ROWS);
  snprintf(sql, sizeof sql, "SELECT * FROM %s.t", database);
}

/* True when all chains have ended; a chain without a step for too long ends the program. */
static bool all_ended(void) {
  static int steps[MOST], quiet[MOST];
  int ended = 0;
  for (int i = 0; i < chain_count; i++) {
    struct chain *c = &chains[i];
    int now = GET(c->steps), state = GET(c->state);
    quiet[i] = now == steps[i] ? quiet[i] + 1 : 0;
    steps[i] = now;
    if (state == ENDED) ended++;
    else if (quiet[i] > PATIENCE * 10) {
      printf("chain %d stands still in state %d, after %d steps\n", i, state, now);
      exit(3);
    }
  }
  return ended == chain_count;
}

int main(int argc, char **argv) {
  if (argc < 8) return 2;
  int readers = atoi(argv[6]);
  pthread_t disturber, threads[MOST];
  chain_count = atoi(argv[4]);
  connection_count = atoi(argv[5]);
  calm = argc > 8;
  for (int i = 0; i < connection_count; i++) connections[i] = connect_to(argv, NULL);
  fill(connections[0], argv[3]);
  for (int i = 0; i < chain_count; i++) chains[i] = (struct chain){.taos = connections[i % connection_count], .seed = (unsigned)i, .rounds = atoi(argv[7])};
  for (int i = 0; i < chain_count; i++) next_statement(&chains[i]);
  for (int i = 0; i < readers; i++) CHECK(pthread_create(&threads[i], NULL, read_rows, connections[i % connection_count]) == 0);
  CHECK(pthread_create(&disturber, NULL, disturb, NULL) == 0);
  while (!all_ended()) usleep(100000);
  SET(over, 1);
  pthread_join(disturber, NULL);
  for (int i = 0; i < readers; i++) pthread_join(threads[i], NULL);
  RUN(connections[0], "DROP DATABASE %s", argv[3]);
  for (int i = 0; i < connection_count; i++) taos_close(connections[i]);
  return finish();
}
