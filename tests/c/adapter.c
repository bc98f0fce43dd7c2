/* What taosAdapter asks of its C client, in its order: at start, for a login of each kind, for requests of each protocol, and when
 * it is told that a password was changed or a user dropped. Each call that the adapter takes as a failed login ends the program.
 *
 *   adapter USER DATABASE            (the server: TAOS_FQDN, TAOS_SERVER_PORT, as an adapter is set up) */
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
#include <unistd.h>
#include "check.h"

/* A Go channel with room for one, and whoever puts something in waits while it is full. */
struct channel {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  bool full;
  bool recycled; /* the connection is closed: whoever comes now would speak for another one */
};

static void make(struct channel *c) {
  memset(c, 0, sizeof *c);
  pthread_mutex_init(&c->lock, NULL);
  pthread_cond_init(&c->changed, NULL);
}

static void put(void *param, void *ext, int type) {
  struct channel *c = param;
  CHECK((type == TAOS_NOTIFY_USER_DROPPED) == (ext == NULL));
  pthread_mutex_lock(&c->lock);
  CHECK(!c->recycled);
  while (c->full) pthread_cond_wait(&c->changed, &c->lock);
  c->full = true;
  pthread_cond_broadcast(&c->changed);
  pthread_mutex_unlock(&c->lock);
}

/* True when something was taken out within so many seconds. */
static bool take(struct channel *c, int seconds) {
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += seconds;
  pthread_mutex_lock(&c->lock);
  while (!c->full && pthread_cond_timedwait(&c->changed, &c->lock, &limit) == 0) {}
  bool had = c->full;
  c->full = false;
  pthread_cond_broadcast(&c->changed);
  pthread_mutex_unlock(&c->lock);
  return had;
}

static void recycle(struct channel *c) {
  pthread_mutex_lock(&c->lock);
  c->recycled = true;
  pthread_mutex_unlock(&c->lock);
}

/* The answer of an asynchronous call. */
struct answer {
  sem_t there;
  TAOS_RES *res;
  int code, calls;
};

static void answered(void *param, TAOS_RES *res, int code) {
  struct answer *a = param;
  a->res = res;
  a->code = code;
  __atomic_fetch_add(&a->calls, 1, __ATOMIC_SEQ_CST);
  sem_post(&a->there);
}

static void wait_for(struct answer *a) {
  struct timespec limit;
  clock_gettime(CLOCK_REALTIME, &limit);
  limit.tv_sec += 60;
  if (sem_timedwait(&a->there, &limit)) { printf("a callback never came: the adapter's request hangs\n"); exit(3); }
}

static void login_failed(const char *what) {
  printf("%s: 0x%08x %s\n", what, (unsigned)taos_errno(NULL), taos_errstr(NULL));
  exit(3);
}
#define LOGIN(call) do { if ((call) != 0) login_failed(#call); } while (0)

/* Each entry as Go's net.ParseCIDR takes it; `sign`: of the newer function, whose two first characters are cut off. */
static void check_list(char **list, int n, bool sign) {
  for (int i = 0; i < n; i++) {
    const char *text = list[i];
    if (sign) CHECK(strlen(text) > 2 && (text[0] == '+' || text[0] == '-') && text[1] == ' ');
    CHECK(strchr(text, '/') != NULL && (sign ? text[2] != ' ' : true));
  }
  CHECK(n > 0);
}

static void on_dual(void *param, int code, TAOS *taos, int n, char **list) {
  (void)taos;
  if (!code) check_list(list, n, false);
  else CHECK_CODE(taos_errno(NULL), code);
  answered(param, NULL, code);
}

static void on_ip(void *param, int code, TAOS *taos, int n, char **list) {
  (void)taos;
  if (!code) check_list(list, n, true);
  else CHECK_CODE(taos_errno(NULL), code);
  answered(param, NULL, code);
}

/* Exactly one call, or the login hangs; of both adapters' functions. */
static int white_list(TAOS *taos) {
  struct answer a = {0};
  sem_init(&a.there, 0, 0);
  taos_fetch_whitelist_dual_stack_a(taos, on_dual, &a);
  wait_for(&a);
  int code = a.code;
  taos_fetch_ip_whitelist_a(taos, on_ip, &a);
  wait_for(&a);
  CHECK_CODE(a.code, code);
  usleep(20000);
  CHECK_INT(a.calls, 2);
  return code;
}

/* ---- requests */

/* As the adapter answers a statement: affected rows, or blocks that it copies out and reads itself. */
static int64_t statement(TAOS *taos, const char *text, int64_t req_id) {
  struct answer a = {0};
  sem_init(&a.there, 0, 0);
  char *sql = strdup(text);
  taos_query_a_with_reqid(taos, sql, answered, &a, req_id);
  memset(sql, 'x', strlen(sql));
  free(sql);
  wait_for(&a);
  CHECK(a.res != NULL);
  if (taos_errno(a.res)) {
    CHECK(*taos_errstr(a.res) != 0);
    int64_t code = taos_errno(a.res);
    taos_free_result(a.res);
    return code;
  }
  if (taos_is_update_query(a.res)) {
    int affected = taos_affected_rows(a.res);
    taos_free_result(a.res);
    return affected;
  }
  int columns = taos_num_fields(a.res);
  TAOS_FIELD_E *fields = taos_fetch_fields_e(a.res);
  CHECK(columns > 0 && fields && fields[0].type > 0);
  CHECK(taos_result_precision(a.res) <= 2);
  TAOS_RES *res = a.res;
  int64_t rows = 0;
  for (;;) {
    taos_fetch_raw_block_a(res, answered, &a);
    wait_for(&a);
    if (a.code <= 0) break;
    CHECK(taos_fetch_lengths(res) != NULL);
    const char *block = taos_get_raw_block(res);
    int32_t head[5];
    memcpy(head, block, sizeof head);
    CHECK_INT(head[0], 1);
    char *copy = malloc((size_t)head[1]);
    memcpy(copy, block, (size_t)head[1]);
    CHECK_INT(head[2], a.code);
    CHECK_INT(head[3], columns);
    free(copy);
    rows += a.code;
  }
  CHECK_CODE(a.code, 0);
  taos_free_result(res);
  return rows;
}

static void lines(TAOS *taos, int protocol, const char *text) {
  int32_t rows = 0;
  char *copy = strdup(text);
  TAOS_RES *res = taos_schemaless_insert_raw_ttl_with_reqid_tbname_key(taos, copy, (int)strlen(copy), &rows, protocol,
                                                                        TSDB_SML_TIMESTAMP_MILLI_SECONDS, 0, 0x11, NULL);
  free(copy);
  CHECK_CODE(taos_errno(res), 0);
  CHECK_INT(rows, 1);
  taos_free_result(res);
}

/* Statements of version 1, whose binds are freed after each call. */
static void version1(TAOS *taos) {
  TAOS_STMT *stmt = taos_stmt_init_with_reqid(taos, 0x21);
  CHECK_CODE(taos_stmt_prepare(stmt, "insert into ? values (?, ?)", 0), 0);
  int insert = 0, n = 0;
  CHECK_CODE(taos_stmt_is_insert(stmt, &insert), 0);
  CHECK_INT(insert, 1);
  CHECK_CODE(taos_stmt_set_tbname(stmt, "plain"), 0);
  TAOS_FIELD_E *fields = NULL;
  CHECK_CODE(taos_stmt_get_col_fields(stmt, &n, &fields), 0);
  CHECK_INT(n, 2);
  taos_stmt_reclaim_fields(stmt, fields);
  int64_t *ts = malloc(16);
  int32_t *v = malloc(8), lengths[2] = {8, 8}, lengths4[2] = {4, 4};
  ts[0] = 1700000000000; ts[1] = 1700000000001; v[0] = 1; v[1] = 2;
  TAOS_MULTI_BIND binds[2] = {{.buffer_type = TSDB_DATA_TYPE_TIMESTAMP, .buffer = ts, .buffer_length = 8, .length = lengths, .num = 2},
                              {.buffer_type = TSDB_DATA_TYPE_INT, .buffer = v, .buffer_length = 4, .length = lengths4, .num = 2}};
  CHECK_CODE(taos_stmt_bind_param_batch(stmt, binds), 0);
  free(ts);
  free(v);
  CHECK_CODE(taos_stmt_add_batch(stmt), 0);
  CHECK_CODE(taos_stmt_execute(stmt), 0);
  CHECK_INT(taos_stmt_affected_rows_once(stmt), 2);
  CHECK_CODE(taos_stmt_close(stmt), 0);
}

static void executed(void *param, TAOS_RES *res, int code) {
  if (!code) CHECK_INT(taos_affected_rows(res), 2);
  answered(param, res, code);
}

/* Statements of version 2: always with a function that is called once for each execution that has begun. */
static void version2(TAOS *taos) {
  struct answer a = {0};
  sem_init(&a.there, 0, 0);
  TAOS_STMT2_OPTION option = {.reqid = 0x31, .asyncExecFn = executed, .userdata = &a};
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, &option);
  CHECK_CODE(taos_stmt2_prepare(stmt, "insert into plain values (?, ?)", 0), 0);
  int insert = 0, n = 0;
  CHECK_CODE(taos_stmt2_is_insert(stmt, &insert), 0);
  TAOS_FIELD_ALL *fields = NULL;
  CHECK_CODE(taos_stmt2_get_fields(stmt, &n, &fields), 0);
  CHECK_INT(n, 2);
  taos_stmt2_free_fields(stmt, fields);
  int64_t ts[2] = {1700000000010, 1700000000011};
  int32_t v[2] = {10, 11}, l8[2] = {8, 8}, l4[2] = {4, 4};
  TAOS_STMT2_BIND columns[2] = {{.buffer_type = TSDB_DATA_TYPE_TIMESTAMP, .buffer = ts, .length = l8, .num = 2},
                                {.buffer_type = TSDB_DATA_TYPE_INT, .buffer = v, .length = l4, .num = 2}};
  TAOS_STMT2_BIND *tables = columns;
  TAOS_STMT2_BINDV all = {.count = 1, .bind_cols = &tables};
  CHECK_CODE(taos_stmt2_bind_param(stmt, &all, -1), 0);
  CHECK_CODE(taos_stmt2_exec(stmt, NULL), 0);
  wait_for(&a);
  CHECK_CODE(a.code, 0);
  CHECK_CODE(taos_stmt2_close(stmt), 0);
  CHECK_INT(a.calls, 1);
  CHECK(*taos_stmt2_error(NULL) != 0);
}

/* ---- start, and logins */

static void start(void) {
  CHECK_PREFIX(taos_get_client_info(), "3.");
  if (taos_options(TSDB_OPTION_USE_ADAPTER, "true")) login_failed("no start");
  /* The newer one's; a failure is logged, and nothing else. */
  CHECK_CODE(taos_register_instance("here:6041", "taosadapter", "an adapter", 30), 0x80000100);
  CHECK(*taos_errstr(NULL) != 0);
}

/* REST, InfluxDB and OpenTSDB lines: a pool of connections for each user, made at the first request. */
static void rest(TAOS *root, const char *user, const char *db) {
  struct channel password, dropped, list;
  make(&password);
  make(&dropped);
  make(&list);
  TAOS *first = taos_connect(NULL, user, "First_1!", NULL, 0);
  if (!first) login_failed("taos_connect");
  LOGIN(taos_set_notify_cb(first, put, &password, TAOS_NOTIFY_PASSVER));
  LOGIN(taos_set_notify_cb(first, put, &dropped, TAOS_NOTIFY_USER_DROPPED));
  LOGIN(white_list(first));
  LOGIN(taos_set_notify_cb(first, put, &list, TAOS_NOTIFY_WHITELIST_VER));
  TAOS *second = taos_connect(NULL, user, "First_1!", NULL, 0);
  char sql[300];
  for (int i = 0; i < 3; i++) {
    TAOS *taos = i % 2 ? second : first;
    taos_options_connection(taos, TSDB_OPTION_CONNECTION_USER_IP, "10.0.0.1");
    CHECK_CODE(taos_options_connection(taos, TSDB_OPTION_CONNECTION_TIMEZONE, "Europe/Berlin"), 0);
    CHECK_CODE(taos_options_connection(taos, TSDB_OPTION_CONNECTION_USER_APP, "edge"), 0);
    CHECK_CODE(taos_select_db(taos, db), 0);
    snprintf(sql, sizeof sql, "insert into plain values (%lld, %d)", 1600000000000ll + i, i);
    CHECK_INT(statement(taos, sql, 0x51), 1);
    CHECK_CODE(statement(taos, "select * from none", 0x52), 0x80002603);
    lines(taos, TSDB_SML_LINE_PROTOCOL, "m,host=a v=1i 1700000000000");
    lines(taos, TSDB_SML_TELNET_PROTOCOL, "t 1700000000000 1.5 host=a");
    lines(taos, TSDB_SML_JSON_PROTOCOL, "{\"metric\":\"j\",\"timestamp\":1700000000000,\"value\":1.5,\"tags\":{\"host\":\"a\"}}");
    taos_reset_current_db(taos);
    taos_options_connection(taos, TSDB_OPTION_CONNECTION_CLEAR, NULL);
  }
  /* With lists off each login hears of its list once, and reads it again. */
  CHECK(take(&list, 30));
  CHECK_CODE(white_list(first), 0);
  /* The pool goes when the password is changed: else it would go on taking the old one. */
  CHECK(!take(&password, 0));
  snprintf(sql, sizeof sql, "alter user %s pass 'Second_2!'", user);
  RUN(root, "%s", sql);
  CHECK(take(&password, 30));
  taos_close(first);
  taos_close(second);
  recycle(&password);
  recycle(&dropped);
  recycle(&list);
  CHECK(taos_connect(NULL, user, "First_1!", NULL, 0) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000357);
}

/* A client's WebSocket connection: `conn`, and then its requests. */
static void websocket(TAOS *root, const char *user, const char *db) {
  struct channel list, dropped;
  make(&list);
  make(&dropped);
  TAOS *taos = taos_connect(NULL, user, "Second_2!", db, 0);
  if (!taos) login_failed("taos_connect");
  LOGIN(white_list(taos));
  LOGIN(taos_set_notify_cb(taos, put, &list, TAOS_NOTIFY_WHITELIST_VER));
  LOGIN(taos_set_notify_cb(taos, put, &dropped, TAOS_NOTIFY_USER_DROPPED));
  LOGIN(taos_set_conn_mode(taos, 0, 1));
  LOGIN(taos_options_connection(taos, TSDB_OPTION_CONNECTION_USER_IP, "10.0.0.2"));
  LOGIN(taos_options_connection(taos, TSDB_OPTION_CONNECTION_TIMEZONE, "UTC"));
  LOGIN(taos_options_connection(taos, TSDB_OPTION_CONNECTION_USER_APP, "a client"));
  LOGIN(taos_options_connection(taos, TSDB_OPTION_CONNECTION_CONNECTOR_INFO, "its connector"));
  char name[64];
  int needed = 0;
  CHECK_CODE(taos_get_current_db(taos, name, sizeof name, &needed), 0);
  CHECK_STR(name, db);
  CHECK(taos_get_server_info(taos) != NULL);
  CHECK(statement(taos, "select * from plain", 0x61) >= 3);
  version1(taos);
  version2(taos);
  char details[300];
  taos_check_server_status(NULL, 0, details, sizeof details);
  CHECK_CODE(taos_validate_sql(taos, "select 1"), 0);
  CHECK(take(&list, 30));
  CHECK_CODE(white_list(taos), 0);
  RUN(root, "drop user %s", user);
  CHECK(take(&dropped, 30));
  taos_close(taos);
  recycle(&list);
  recycle(&dropped);
  sleep(2);
}

/* A consumer: its settings in any order, its connection as that of a login. */
static void consumer(TAOS *root, const char *db) {
  RUN(root, "create topic if not exists edge_topic as select * from %s.plain", db);
  tmq_conf_t *conf = tmq_conf_new();
  const char *keys[][2] = {{"td.connect.pass", "taosdata"}, {"group.id", "edge"}, {"enable.auto.commit", "false"}, {"td.connect.user", "root"}, {"auto.offset.reset", "earliest"}};
  for (int i = 0; i < 5; i++) CHECK_INT(tmq_conf_set(conf, keys[i][0], keys[i][1]), TMQ_CONF_OK);
  char why[512] = "";
  tmq_t *tmq = tmq_consumer_new(conf, why, sizeof why);
  tmq_conf_destroy(conf);
  if (!tmq) { printf("no consumer: %s\n", why); exit(3); }
  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, "edge_topic");
  CHECK_CODE(tmq_subscribe(tmq, topics), 0);
  tmq_list_destroy(topics);
  TAOS *taos = tmq_get_connect(tmq);
  if (!taos) login_failed("tmq_get_connect");
  struct channel list, dropped;
  make(&list);
  make(&dropped);
  LOGIN(white_list(taos));
  LOGIN(taos_set_notify_cb(taos, put, &list, TAOS_NOTIFY_WHITELIST_VER));
  LOGIN(taos_set_notify_cb(taos, put, &dropped, TAOS_NOTIFY_USER_DROPPED));
  LOGIN(taos_options_connection(taos, TSDB_OPTION_CONNECTION_USER_IP, "10.0.0.3"));
  LOGIN(taos_options_connection(taos, TSDB_OPTION_CONNECTION_TIMEZONE, "UTC"));
  LOGIN(taos_options_connection(taos, TSDB_OPTION_CONNECTION_USER_APP, "a consumer"));
  int rows = 0;
  for (int i = 0; i < 40 && rows < 3; i++) {
    TAOS_RES *message = tmq_consumer_poll(tmq, 500);
    if (!message) {
      CHECK_CODE(taos_errno(NULL), 0);
      continue;
    }
    CHECK_INT(tmq_get_res_type(message), TMQ_RES_DATA);
    CHECK_STR(tmq_get_topic_name(message), "edge_topic");
    int n = 0;
    void *block = NULL;
    while (taos_fetch_raw_block(message, &n, &block) == 0 && n > 0) rows += n;
    CHECK_CODE(tmq_commit_sync(tmq, NULL), 0);
    taos_free_result(message);
  }
  CHECK(rows >= 3);
  CHECK(take(&list, 30));
  CHECK_CODE(tmq_unsubscribe(tmq), 0);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  recycle(&list);
  recycle(&dropped);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  const char *user = argv[1], *db = argv[2];
  start();
  TAOS *root = taos_connect(NULL, "root", "taosdata", NULL, 0);
  if (!root) login_failed("root");
  RUN(root, "create user %s pass 'First_1!'", user);
  RUN(root, "create database %s", db);
  RUN(root, "create table %s.plain (ts timestamp, v int)", db);
  rest(root, user, db);
  websocket(root, user, db);
  consumer(root, db);
  RUN(root, "drop topic edge_topic");
  taos_close(root);
  return finish();
}
