/* Forks out of a program that is busy: threads query, connect, execute, poll and have callbacks under way. In each child new
 * connections and asynchronous calls work at once, what was inherited says why it does not, and nobody waits for ever. The parent
 * notices nothing.
 *
 *   forks HOST PORT DATABASE ROUNDS */
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

#define CALLS 12
static char **where;
static const char *db;
static int over;
static TAOS *shared;
static TAOS_STMT *stmt;
static TAOS_STMT2 *stmt2;
static tmq_t *tmq;

static int is_over(void) { return __atomic_load_n(&over, __ATOMIC_SEQ_CST); }

static int rows_of(TAOS_RES *res) {
  int rows = 0;
  while (taos_fetch_row(res)) rows++;
  int code = taos_errno(res);
  taos_free_result(res);
  return code ? -1 : rows;
}

static TAOS *connected(void) {
  TAOS *taos = connect_to(where, db);
  return taos;
}

static void *queries(void *unused) {
  (void)unused;
  while (!is_over()) CHECK_INT(rows_of(taos_query(shared, "SELECT * FROM t")), 3);
  return NULL;
}

static void *connects(void *unused) {
  (void)unused;
  while (!is_over()) {
    TAOS *taos = connected();
    CHECK_INT(rows_of(taos_query(taos, "SELECT * FROM t")), 3);
    taos_close(taos);
  }
  return NULL;
}

static void *executes(void *unused) {
  (void)unused;
  int64_t ts = 1700000001000;
  int32_t v = 1, bytes = 8, four = 4;
  TAOS_STMT2_BIND row[2] = {{TSDB_DATA_TYPE_TIMESTAMP, &ts, &bytes, NULL, 1}, {TSDB_DATA_TYPE_INT, &v, &four, NULL, 1}};
  TAOS_STMT2_BIND *rows[] = {row};
  TAOS_STMT2_BINDV binds = {1, NULL, NULL, rows};
  while (!is_over()) {
    CHECK_CODE(taos_stmt2_bind_param(stmt2, &binds, -1), 0);
    CHECK_CODE(taos_stmt2_exec(stmt2, NULL), 0);
  }
  return NULL;
}

/* Always in a poll, which has the consumer's turn. */
static void *polls(void *unused) {
  (void)unused;
  while (!is_over()) {
    CHECK(tmq_consumer_poll(tmq, 400) == NULL);
    CHECK_CODE(taos_errno(NULL), 0);
  }
  return NULL;
}

struct calls {
  int answered, good, slow;
};

static void answered(void *param, TAOS_RES *res, int code) {
  struct calls *calls = param;
  if (calls->slow) usleep(2000);
  if (code == 0 && rows_of(res) == 3) __atomic_add_fetch(&calls->good, 1, __ATOMIC_SEQ_CST);
  else if (code) taos_free_result(res);
  __atomic_add_fetch(&calls->answered, 1, __ATOMIC_SEQ_CST);
}

static void call(TAOS *taos, struct calls *calls) {
  for (int i = 0; i < CALLS; i++) taos_query_a(taos, "SELECT * FROM t", answered, calls);
}

static void wait_for(struct calls *calls) {
  for (int i = 0; i < 20000 && __atomic_load_n(&calls->answered, __ATOMIC_SEQ_CST) < CALLS; i++) usleep(1000);
  CHECK_INT(calls->answered, CALLS);
  CHECK_INT(calls->good, CALLS);
}

static int child(TAOS_RES *half_read, int round) {
  failures = 0;
  alarm(40); /* a hang is a failure, not a wait */
  TAOS *own = connected();
  CHECK_INT(rows_of(taos_query(own, "SELECT * FROM t")), 3);
  for (int i = 0; i < 3; i++) {
    struct calls calls = {.slow = 1};
    call(own, &calls);
    wait_for(&calls);
  }

  TAOS_RES *res = taos_query(shared, "SELECT * FROM t");
  CHECK_SAID_WHY(res);
  CHECK(strstr(taos_errstr(res), "fork") != NULL);
  taos_free_result(res);
  CHECK(taos_select_db(shared, db) != 0);
  CHECK(taos_fetch_row(half_read) != NULL || 1); /* what has arrived may be read */
  while (taos_fetch_row(half_read)) {}
  taos_free_result(half_read);

  CHECK(taos_stmt_execute(stmt) != 0);
  CHECK(*taos_stmt_errstr(stmt) != 0);
  taos_stmt_close(stmt);
  CHECK(taos_stmt2_exec(stmt2, NULL) != 0);
  taos_stmt2_close(stmt2);

  CHECK(tmq_consumer_poll(tmq, round % 2 ? -1 : 100) == NULL);
  CHECK_SAID_WHY(NULL);
  CHECK(strstr(taos_errstr(NULL), "fork") != NULL);
  CHECK(tmq_commit_sync(tmq, NULL) != 0);
  CHECK(tmq_unsubscribe(tmq) != 0);
  tmq_consumer_close(tmq);
  CHECK(tmq_consumer_poll(tmq, 0) == NULL);
  taos_close(shared);
  CHECK(taos_query(shared, "SELECT * FROM t") == NULL);

  CHECK_INT(rows_of(taos_query(own, "SELECT * FROM t")), 3);
  taos_close(own);
  return finish();
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  where = argv;
  db = argv[3];
  TAOS *first = connect_to(argv, NULL);
  RUN(first, "CREATE DATABASE %s WAL_RETENTION_PERIOD 3600", db);
  RUN(first, "USE %s", db);
  RUN(first, "CREATE TABLE t (ts TIMESTAMP, v INT)");
  RUN(first, "CREATE TABLE other (ts TIMESTAMP, v INT)");
  RUN(first, "CREATE TABLE quiet (ts TIMESTAMP, v INT)");
  RUN(first, "INSERT INTO t VALUES (1700000000000, 1) (1700000000001, 2) (1700000000002, 3)");
  RUN(first, "CREATE TOPIC %s_quiet AS SELECT ts, v FROM quiet", db);

  shared = connected();
  stmt = taos_stmt_init(shared);
  CHECK_CODE(taos_stmt_prepare(stmt, "INSERT INTO other VALUES (?, ?)", 0), 0);
  TAOS_STMT2_OPTION option = {0};
  stmt2 = taos_stmt2_init(shared, &option);
  CHECK_CODE(taos_stmt2_prepare(stmt2, "INSERT INTO other VALUES (?, ?)", 0), 0);
  tmq_conf_t *conf = tmq_conf_new();
  tmq_conf_set(conf, "td.connect.ip", argv[1]);
  tmq_conf_set(conf, "td.connect.port", argv[2]);
  tmq_conf_set(conf, "group.id", "forks");
  tmq = tmq_consumer_new(conf, NULL, 0);
  tmq_conf_destroy(conf);
  char topic[200];
  snprintf(topic, sizeof topic, "%s_quiet", db);
  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, topic);
  CHECK_CODE(tmq_subscribe(tmq, topics), 0);
  tmq_list_destroy(topics);

  pthread_t threads[5];
  void *(*bodies[5])(void *) = {queries, queries, connects, executes, polls};
  for (int i = 0; i < 5; i++) pthread_create(&threads[i], NULL, bodies[i], NULL);
  struct calls calls = {0};
  for (int i = 0; i < atoi(argv[4]); i++) {
    if (i % 2 == 0) {
      /* on even rounds some are under way, on odd ones their threads are idle */
      if (i) wait_for(&calls);
      calls = (struct calls){.slow = 1};
      call(first, &calls);
    } else {
      wait_for(&calls);
    }
    TAOS_RES *half_read = query(first, "SELECT * FROM t");
    CHECK(taos_fetch_row(half_read) != NULL);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
      int code = child(half_read, i);
      if (code) printf("  in the child of round %d\n", i);
      fflush(stdout);
      _exit(code);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    CHECK_INT(status, 0);
    CHECK_INT(rows_of(half_read), 2);
  }
  wait_for(&calls);
  __atomic_store_n(&over, 1, __ATOMIC_SEQ_CST);
  for (int i = 0; i < 5; i++) pthread_join(threads[i], NULL);
  taos_stmt_close(stmt);
  taos_stmt2_close(stmt2);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  taos_close(shared);
  taos_close(first);
  return finish();
}
