/* A callback that does not return: it throws, ends its thread, or its thread is cancelled. An exception reaches the
 * program's terminate handler; a thread that is ended goes without the process, with what stands in the callback's frame
 * destroyed, and everything works on.
 *
 *   callback_ends HOST PORT DATABASE WHICH HOW(throw|exit|cancel) */
#include <semaphore.h>
#include <pthread.h>
#include <unistd.h>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include "check.h"

static std::string how, which;
static sem_t called;
static int destroyed, came_back;

struct local {
  ~local() { __atomic_fetch_add(&destroyed, 1, __ATOMIC_SEQ_CST); }
};

/* What every callback does. */
static void end_here() {
  if (how == "throw") throw std::runtime_error("out of " + which);
  sem_post(&called);
  local here;
  if (how == "exit") pthread_exit(nullptr);
  pthread_cancel(pthread_self());
  sleep(20);
  __atomic_fetch_add(&came_back, 1, __ATOMIC_SEQ_CST);
}

static void with_result(void *free_it, TAOS_RES *res, int) {
  if (free_it) taos_free_result(res);
  end_here();
}
static void with_rows(void *, TAOS_RES *, int rows) {
  CHECK_INT(rows, 1);
  end_here();
}
static void committed(tmq_t *, int32_t code, void *) {
  CHECK_CODE(code, 0);
  end_here();
}
static void white(void *, int, TAOS *, int, uint64_t *) { end_here(); }
static void white2(void *, int, TAOS *, int, char **) { end_here(); }

static char **arguments;
static TAOS *taos;

static tmq_t *consumer(tmq_commit_cb *on_commit) {
  char why[300] = "";
  tmq_conf_t *conf = tmq_conf_new();
  tmq_conf_set(conf, "td.connect.ip", arguments[1]);
  tmq_conf_set(conf, "td.connect.port", arguments[2]);
  tmq_conf_set(conf, "group.id", "g");
  tmq_conf_set(conf, "auto.offset.reset", "earliest");
  tmq_conf_set(conf, "enable.auto.commit", on_commit ? "true" : "false");
  tmq_conf_set(conf, "auto.commit.interval.ms", "1");
  if (on_commit) tmq_conf_set_auto_commit_cb(conf, on_commit, nullptr);
  tmq_t *tmq = tmq_consumer_new(conf, why, sizeof why);
  tmq_conf_destroy(conf);
  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, (std::string(arguments[3]) + "_topic").c_str());
  CHECK_CODE(tmq_subscribe(tmq, topics), 0);
  tmq_list_destroy(topics);
  TAOS_RES *message = nullptr;
  for (int i = 0; i < 20 && !message; i++) message = tmq_consumer_poll(tmq, 1000);
  CHECK(message != nullptr);
  taos_free_result(message);
  return tmq;
}

static TAOS_STMT2 *statement(__taos_async_fn_t on_execution) {
  TAOS_STMT2_OPTION option = {};
  option.asyncExecFn = on_execution;
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, &option);
  CHECK_CODE(taos_stmt2_prepare(stmt, "insert into t values (?, ?)", 0), 0);
  return stmt;
}

static int64_t when = 1700000000000;
static int32_t value = 1;
static TAOS_STMT2_BIND row[] = {{TSDB_DATA_TYPE_TIMESTAMP, &when, nullptr, nullptr, 1}, {TSDB_DATA_TYPE_INT, &value, nullptr, nullptr, 1}};
static TAOS_STMT2_BIND *rows[] = {row};
static TAOS_STMT2_BINDV binds = {1, nullptr, nullptr, rows};

static void await_call() {
  timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += 20;
  if (sem_timedwait(&called, &limit)) { printf("the callback was not called\n"); exit(3); }
}

/* Those that call the program back before they return. */
static bool is_at_once() { return which == "no_connection" || which.find("of_nobody") != std::string::npos; }
static bool is_called_in_a_thread() { return which == "query_a" || is_at_once() || which.find("white") != std::string::npos; }

static void *call_it(void *) {
  local here;
  if (which == "query_a") taos_query_a(taos, "select 1", with_result, &which);
  if (which == "no_connection") taos_query_a(nullptr, "select 1", with_result, nullptr);
  if (which == "whitelist") taos_fetch_whitelist_a(taos, white, nullptr);
  if (which == "whitelist_of_nobody") taos_fetch_whitelist_a(nullptr, white, nullptr);
  if (which == "ip_whitelist_of_nobody") taos_fetch_ip_whitelist_a(nullptr, white2, nullptr);
  if (which == "whitelist_dual_stack") taos_fetch_whitelist_dual_stack_a(taos, white2, nullptr);
  if (which == "ip_whitelist") taos_fetch_ip_whitelist_a(taos, white2, nullptr);
  if (which == "datetime_whitelist") taos_fetch_datetime_whitelist_a(taos, white2, nullptr);
  if (is_at_once()) __atomic_fetch_add(&came_back, 1, __ATOMIC_SEQ_CST);
  return nullptr;
}

int main(int argc, char **argv) {
  if (argc < 6) return 2;
  arguments = argv;
  which = argv[4];
  how = argv[5];
  sem_init(&called, 0, 0);
  std::set_terminate([] {
    try {
      throw;
    } catch (std::exception &e) {
      printf("terminate: %s\n", e.what());
    }
    fflush(stdout);
    _exit(7);
  });
  taos = connect_to(argv, nullptr);
  RUN(taos, "create database if not exists %s wal_retention_period 3600", argv[3]);
  RUN(taos, "use %s", argv[3]);
  RUN(taos, "create table if not exists t (ts timestamp, v int)");
  RUN(taos, "insert into t values (now, 1)");
  RUN(taos, "create topic if not exists %s_topic as select * from t", argv[3]);
  int rounds = 40; /* more than there are threads for callbacks */
  TAOS_RES *res = nullptr;
  TAOS_STMT2 *stmt = nullptr;
  tmq_t *tmq = nullptr;
  if (which.rfind("stmt2", 0) == 0) stmt = statement(which == "stmt2_exec" ? with_result : nullptr);
  if (which.find("commit") != std::string::npos) tmq = consumer(which == "auto_commit" ? committed : nullptr), rounds = 3;
  for (int i = 0; i < rounds; i++) {
    if (is_called_in_a_thread()) {
      pthread_t thread;
      void *value = nullptr;
      pthread_create(&thread, nullptr, call_it, nullptr);
      pthread_join(thread, &value);
      CHECK(value == (is_at_once() && how == "cancel" ? PTHREAD_CANCELED : nullptr));
    }
    if (which.rfind("fetch_", 0) == 0) {
      res = taos_query(taos, "select 1");
      (which == "fetch_rows_a" ? taos_fetch_rows_a : taos_fetch_raw_block_a)(res, with_rows, nullptr);
    }
    if (stmt && which == "stmt2_bind") CHECK_CODE(taos_stmt2_bind_param_a(stmt, &binds, -1, with_result, nullptr), 0);
    else if (stmt) CHECK_CODE(taos_stmt2_bind_param(stmt, &binds, -1), 0);
    if (stmt && which == "stmt2_exec") CHECK_CODE(taos_stmt2_exec(stmt, nullptr), 0);
    if (which == "commit_async") tmq_commit_async(tmq, nullptr, committed, nullptr);
    if (which == "auto_commit") usleep(5000), RUN(taos, "insert into t values (now, %d)", i), taos_free_result(tmq_consumer_poll(tmq, 5000));
    if (which == "commit_offset_async") {
      tmq_topic_assignment *parts = nullptr;
      int count = 0;
      std::string topic = std::string(argv[3]) + "_topic";
      CHECK_CODE(tmq_get_topic_assignment(tmq, topic.c_str(), &parts, &count), 0);
      tmq_commit_offset_async(tmq, topic.c_str(), parts[0].vgId, parts[0].currentOffset, committed, nullptr);
      tmq_free_assignment(parts);
    }
    await_call();
    taos_free_result(res);
  }
  /* Nothing is locked, and nobody waits for those who have gone. */
  if (tmq) CHECK_CODE(tmq_consumer_close(tmq), 0);
  if (stmt) CHECK_CODE(taos_stmt2_close(stmt), 0);
  RUN(taos, "insert into t values (now, 2)");
  taos_close(taos);
  taos_cleanup();
  CHECK_INT(came_back, 0);
#ifdef __GLIBC__ /* musl ends a thread without unwinding it */
  CHECK_INT(destroyed, is_called_in_a_thread() ? 2 * rounds : destroyed);
  CHECK(destroyed >= rounds);
#endif
  return failures != 0;
}
