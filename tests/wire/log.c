/* A whole program, all of whose secrets and statements have "MARK" in them, for whoever reads its log.
 *
 *   log work URL PASSWORD TOTP TOPIC [KEY=VALUE...]   statements, prepared ones, schemaless rows, a consumer with these keys
 *   log fork URL CHILDREN ROUNDS                      asks in the parent, in threads, and in children at the same time
 *   log daemon URL FILE                               asks, and again in a child that has closed all descriptors and has its own FILE */
#include <fcntl.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>
#include "check.h"

static void ignore(TAOS_RES *res) {
  while (taos_fetch_row(res)) {}
  taos_free_result(res);
}

static int answered;

static void called(void *param, TAOS_RES *res, int code) {
  (void)param, (void)code;
  taos_free_result(res);
  __atomic_store_n(&answered, 1, __ATOMIC_SEQ_CST);
}

static void statements(TAOS *taos) {
  ignore(taos_query(taos, "select 'MARK of a statement'"));
  ignore(taos_query_with_reqid(taos, "select 'MARK of a numbered statement'", 0x1234567890abc));
  ignore(taos_query(taos, "insert into MARK values (now, 1)"));
  TAOS_RES *res = taos_query(taos, "bad MARK");
  CHECK_SAID_WHY(res);
  taos_free_result(res);
  CHECK(taos_validate_sql(taos, "select MARK of a validated one") != 0);
  taos_query_a(taos, "select 'MARK of an asynchronous one'", called, NULL);
  for (int i = 0; i < 10000 && !__atomic_load_n(&answered, __ATOMIC_SEQ_CST); i++) usleep(1000);
  CHECK_INT(answered, 1);
  taos_options_connection(taos, TSDB_OPTION_CONNECTION_USER_APP, "my application");
  taos_select_db(taos, "MARK");
}

static void prepared(TAOS *taos) {
  int64_t ts = 1;
  int32_t v = 1, bytes[2] = {8, 4};
  TAOS_STMT2_OPTION option = {0};
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, &option);
  CHECK_CODE(taos_stmt2_prepare(stmt, "insert into MARK_of_a_prepared_one values (?, ?)", 0), 0);
  TAOS_STMT2_BIND both[2] = {{TSDB_DATA_TYPE_TIMESTAMP, &ts, &bytes[0], NULL, 1}, {TSDB_DATA_TYPE_INT, &v, &bytes[1], NULL, 1}}, *row = both;
  TAOS_STMT2_BINDV binds = {1, NULL, NULL, &row};
  CHECK_CODE(taos_stmt2_bind_param(stmt, &binds, -1), 0);
  CHECK_CODE(taos_stmt2_exec(stmt, NULL), 0);
  CHECK_CODE(taos_stmt2_close(stmt), 0);
}

static void schemaless(TAOS *taos) {
  char *lines[] = {"MARK,t=MARK v=1i 1"};
  TAOS_RES *res = taos_schemaless_insert(taos, lines, 1, TSDB_SML_LINE_PROTOCOL, TSDB_SML_TIMESTAMP_MILLI_SECONDS);
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
}

static void consumer(int argc, char **argv) {
  char why[512] = "";
  tmq_conf_t *conf = tmq_conf_new();
  CHECK_INT(tmq_conf_set(conf, "group.id", "g"), TMQ_CONF_OK);
  for (int i = 6; i < argc; i++) {
    char *value = strchr(argv[i], '=');
    *value++ = 0;
    CHECK_INT(tmq_conf_set(conf, argv[i], value), TMQ_CONF_OK);
  }
  tmq_t *tmq = tmq_consumer_new(conf, why, sizeof why);
  tmq_conf_destroy(conf);
  if (!tmq) {
    failed(__FILE__, __LINE__, "no consumer: %s", why);
    return;
  }
  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, argv[5]);
  CHECK_CODE(tmq_subscribe(tmq, topics), 0);
  tmq_list_destroy(topics);
  TAOS_RES *message = tmq_consumer_poll(tmq, 5000);
  CHECK(message != NULL);
  CHECK_CODE(tmq_commit_sync(tmq, message), 0);
  taos_free_result(message);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
}

static int work(int argc, char **argv) {
  TAOS *taos = taos_connect_totp(argv[2], "root", argv[3], argv[4], NULL, 0);
  if (!taos) {
    printf("no connection: %s\n", taos_errstr(NULL));
    return 2;
  }
  statements(taos);
  prepared(taos);
  schemaless(taos);
  taos_close(taos);
  consumer(argc, argv);
  CHECK(taos_connect("ws://root:MARK@127.0.0.1:1", NULL, NULL, NULL, 0) == NULL);
  CHECK(taos_connect("127.0.0.1:1?MARK", NULL, NULL, NULL, 0) == NULL);
  CHECK(taos_connect("ws://root:MARK@127.0.0.1:1/?MARK=1", NULL, NULL, NULL, 0) == NULL);
  return finish();
}

static const char *url;
static int rounds;

static void *asks(void *unused) {
  (void)unused;
  for (int i = 0; i < rounds; i++) {
    TAOS *taos = taos_connect(url, NULL, NULL, NULL, 0);
    CHECK(taos != NULL);
    ignore(taos_query(taos, "select 1"));
    taos_close(taos);
  }
  return NULL;
}

static int children(int count) {
  pthread_t threads[2];
  asks(NULL); /* the log has begun */
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, asks, NULL);
  for (int i = 0; i < count; i++) {
    fflush(stdout);
    if (fork() == 0) {
      alarm(60); /* a hang is a failure, not a wait */
      asks(NULL);
      int code = finish();
      fflush(stdout);
      _exit(code);
    }
  }
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  for (int i = 0, status; i < count; i++) {
    CHECK(wait(&status) > 0);
    CHECK_INT(status, 0);
  }
  return finish();
}

/* The numbers of the descriptors that were closed are those of the file then. */
static int becomes_a_daemon(const char *file) {
  int status = -1;
  asks(NULL);
  fflush(stdout);
  if (fork() == 0) {
    alarm(60);
    for (int fd = 3; fd < 256; fd++) close(fd);
    CHECK(chdir("/") == 0);
    for (int i = 0; i < 32; i++) CHECK(open(file, O_RDWR | O_CREAT | O_APPEND, 0600) >= 0);
    asks(NULL);
    int code = finish();
    fflush(stdout);
    _exit(code);
  }
  CHECK(wait(&status) > 0);
  CHECK_INT(status, 0);
  return finish();
}

int main(int argc, char **argv) {
  if (argc > 5 && !strcmp(argv[1], "work")) return work(argc, argv);
  url = argc > 2 ? argv[2] : "";
  rounds = 1;
  if (argc > 3 && !strcmp(argv[1], "daemon")) return becomes_a_daemon(argv[3]);
  if (argc < 5) return 2;
  rounds = atoi(argv[4]);
  return children(atoi(argv[3]));
}
