/* One session, told line by line on standard input what to do; each line is answered by one: `0xCODE TEXT`, where the text says
 * what there was, or why there was nothing.
 *
 *   open URL | ask SQL | hold SQL | next | leave SQL | prepare SQL | execute | select DB | timezone TZ | charset NAME | threads N SQL
 *   option NUMBER [VALUE] | clear | reset | current | bi 0|1 | zone TZ (of the process) | close_during SQL | close_after_asking SQL | close
 *
 * Of a result that is read later, WAY being a function's name without `taos_fetch_`:
 *
 *   pose [a] SQL (asynchronously) | read WAY | begin WAY | begin ask SQL (on another thread, until) end | crowd N SQL | stop [after MS] | kill | free
 *   cancel [after MS] (the other thread, which cancel, or end, waits for)
 *
 *   files (how many descriptors the process has) | cleanup */
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>
#include "check.h"

static TAOS *taos;
static TAOS_RES *held;
static TAOS_STMT2 *stmt;

static void tell(int code, const char *text) {
  printf("0x%08x %s\n", (unsigned)code, text ? text : "");
  fflush(stdout);
}

/* Runs it to the end; the number of rows, or the code as a negative number. */
static int ask(const char *sql, char *why, size_t size) {
  TAOS_RES *res = taos_query(taos, sql);
  int rows = 0, code = taos_errno(res);
  while (!code && taos_fetch_row(res)) rows++;
  code = taos_errno(res);
  if (why) snprintf(why, size, "%s", taos_errstr(res));
  taos_free_result(res);
  return code ? code : rows;
}

static void *asking(void *sql) { return (void *)(intptr_t)ask(sql, NULL, 0); }

static void threads(char *args) {
  pthread_t list[64];
  char *sql, text[400] = "";
  int count = (int)strtol(args, &sql, 10), code = 0, rows = 0;
  for (int i = 0; i < count; i++) pthread_create(&list[i], NULL, asking, sql + 1);
  for (int i = 0; i < count; i++) {
    void *out;
    pthread_join(list[i], &out);
    if ((intptr_t)out < 0) code = (int)(intptr_t)out;
    else rows += (int)(intptr_t)out;
  }
  snprintf(text, sizeof text, "%d", rows);
  tell(code, text);
}

/* Closes while another thread asks; the answer is what that one got. */
static void close_during(char *sql) {
  pthread_t thread;
  void *out;
  pthread_create(&thread, NULL, asking, sql);
  usleep(200000);
  taos_close(taos);
  pthread_join(thread, &out);
  tell((int)(intptr_t)out, "");
}

static sem_t called;
static int called_with;

static void note(void *param, TAOS_RES *res, int code) {
  (void)param;
  called_with = code;
  taos_free_result(res);
  sem_post(&called);
}

/* Closes behind an asynchronous statement; the answer is what its callback got. */
static void close_after_asking(char *sql) {
  sem_init(&called, 0, 0);
  taos_query_a(taos, sql, note, NULL);
  taos_close(taos);
  sem_wait(&called);
  tell(called_with, "");
}

static TAOS_FIELD *fields;

static void keep(void *param, TAOS_RES *res, int code) {
  (void)param;
  called_with = code;
  held = res;
  sem_post(&called);
}

static void pose(char *sql) {
  if (!strncmp(sql, "a ", 2)) {
    sem_init(&called, 0, 0);
    taos_query_a(taos, sql + 2, keep, NULL);
    sem_wait(&called);
    CHECK_CODE(called_with, taos_errno(held));
  } else {
    held = taos_query(taos, sql);
  }
  fields = taos_fetch_fields(held);
  tell(taos_errno(held), taos_errstr(held));
}

static void come(void *param, TAOS_RES *res, int rows) {
  (void)param;
  (void)res;
  called_with = rows;
  sem_post(&called);
}

/* Reads the result to its end: the number of rows, or the code. */
static int read_by(const char *way, TAOS_RES *res) {
  int all = 0, got = 0, code = 0;
  TAOS_ROW columns;
  void *raw;
  if (!strcmp(way, "row")) {
    while (taos_fetch_row(res)) all++;
    code = taos_errno(res);
  } else if (!strcmp(way, "block")) {
    while ((got = taos_fetch_block(res, &columns)) > 0) all += got;
    code = taos_errno(res);
  } else if (!strcmp(way, "block_s")) {
    while (!(code = taos_fetch_block_s(res, &got, &columns)) && got) all += got;
  } else if (!strcmp(way, "raw_block")) {
    while (!(code = taos_fetch_raw_block(res, &got, &raw)) && got) all += got;
  } else {
    sem_init(&called, 0, 0);
    do {
      if (!strcmp(way, "rows_a")) taos_fetch_rows_a(res, come, NULL);
      else taos_fetch_raw_block_a(res, come, NULL);
      sem_wait(&called);
      all += called_with > 0 ? called_with : 0;
    } while (called_with > 0);
    code = called_with;
  }
  return code ? code : all;
}

static void *reading(void *way) { return (void *)(intptr_t)read_by(way, held); }

/* What it was before the result was read. */
static void tell_read(int got) {
  char text[20];
  if (held) CHECK(taos_fetch_fields(held) == fields && fields[0].type == TSDB_DATA_TYPE_TIMESTAMP && taos_errno(held) == (got < 0 ? got : 0));
  snprintf(text, sizeof text, "%d", got);
  tell(got < 0 ? got : 0, got < 0 && held ? taos_errstr(held) : text);
}

struct reader {
  pthread_t thread;
  TAOS_RES *res;
};

static void *reads_own(void *reader) { return (void *)(intptr_t)read_by("row", ((struct reader *)reader)->res); }

/* So many results of one statement, which are all there before each is read by a thread of its own. */
static void crowd(char *args) {
  char *sql, text[20];
  struct reader list[64];
  int count = (int)strtol(args, &sql, 10), code = 0, rows = 0;
  for (int i = 0; i < count; i++) list[i].res = taos_query(taos, sql + 1);
  for (int i = 0; i < count; i++) pthread_create(&list[i].thread, NULL, reads_own, &list[i]);
  for (int i = 0; i < count; i++) {
    void *out;
    pthread_join(list[i].thread, &out);
    if ((intptr_t)out < 0) code = (int)(intptr_t)out;
    else rows += (int)(intptr_t)out;
    taos_free_result(list[i].res);
  }
  snprintf(text, sizeof text, "%d", rows);
  tell(code, text);
}

static pthread_t begun, stopping;

static void *stops(void *ms) {
  usleep(1000 * (useconds_t)(intptr_t)ms);
  taos_stop_query(held);
  return NULL;
}

static void begin(char *what) {
  static char kept[400];
  int is_read = strncmp(what, "ask ", 4) != 0;
  if (!is_read) held = NULL;
  snprintf(kept, sizeof kept, "%s", is_read ? what : what + 4);
  pthread_create(&begun, NULL, is_read ? reading : asking, kept);
  tell(0, "");
}

static void *cancels(void *ms) {
  usleep(1000 * (useconds_t)(intptr_t)ms);
  CHECK_INT(pthread_cancel(begun), 0);
  return NULL;
}

static void tell_end(void) {
  void *out;
  pthread_join(begun, &out);
  if (out == PTHREAD_CANCELED) tell(0, "cancelled");
  else tell_read((int)(intptr_t)out);
}

static void cancel(const char *ms) {
  pthread_create(&stopping, NULL, cancels, (void *)(intptr_t)(ms ? atoi(ms) : 0));
  if (!ms) {
    pthread_join(stopping, NULL);
    tell_end();
  } else {
    tell(0, "");
  }
}

static void told(char *line) {
  char *args = strchr(line, ' '), text[400];
  if (args) *args++ = 0;
  if (!strcmp(line, "open")) {
    taos = taos_connect(args, "root", "taosdata", NULL, 0);
    tell(taos_errno(NULL), taos_errstr(NULL));
  } else if (!strcmp(line, "ask")) {
    int got = ask(args, text, sizeof text);
    if (got >= 0) snprintf(text, sizeof text, "%d", got);
    tell(got < 0 ? got : 0, text);
  } else if (!strcmp(line, "hold")) {
    held = taos_query(taos, args);
    TAOS_ROW row = taos_fetch_row(held);
    tell(taos_errno(held), row ? "row" : taos_errstr(held));
  } else if (!strcmp(line, "next")) {
    while (taos_fetch_row(held)) {}
    tell(taos_errno(held), taos_errstr(held));
    taos_free_result(held);
  } else if (!strcmp(line, "leave")) { /* a result that is never freed */
    TAOS_RES *left = taos_query(taos, args);
    while (taos_fetch_row(left)) {}
    tell(taos_errno(left), taos_errstr(left));
  } else if (!strcmp(line, "prepare")) {
    TAOS_STMT2_OPTION option = {0};
    stmt = taos_stmt2_init(taos, &option);
    int code = stmt ? taos_stmt2_prepare(stmt, args, 0) : taos_errno(NULL);
    tell(code, stmt ? taos_stmt2_error(stmt) : taos_errstr(NULL));
  } else if (!strcmp(line, "execute")) {
    int64_t ts = 1;
    int32_t v = 1, bytes[2] = {8, 4};
    TAOS_STMT2_BIND both[2] = {{TSDB_DATA_TYPE_TIMESTAMP, &ts, &bytes[0], NULL, 1}, {TSDB_DATA_TYPE_INT, &v, &bytes[1], NULL, 1}}, *row = both;
    TAOS_STMT2_BINDV binds = {1, NULL, NULL, &row};
    int code = taos_stmt2_bind_param(stmt, &binds, -1);
    if (!code) code = taos_stmt2_exec(stmt, NULL);
    tell(code, taos_stmt2_error(stmt));
    taos_stmt2_close(stmt);
  } else if (!strcmp(line, "select")) {
    int code = taos_select_db(taos, args);
    tell(code, taos_errstr(NULL));
  } else if (!strcmp(line, "timezone")) {
    tell(taos_options_connection(taos, TSDB_OPTION_CONNECTION_TIMEZONE, args), "");
  } else if (!strcmp(line, "charset")) {
    tell(taos_options_connection(taos, TSDB_OPTION_CONNECTION_CHARSET, args), "");
  } else if (!strcmp(line, "option")) { /* NUMBER VALUE */
    char *value;
    int option = (int)strtol(args, &value, 10);
    int code = taos_options_connection(taos, (TSDB_OPTION_CONNECTION)option, *value ? value + 1 : NULL);
    tell(code, taos_errstr(NULL));
  } else if (!strcmp(line, "reset")) {
    taos_reset_current_db(taos);
    tell(taos_errno(NULL), taos_errstr(NULL));
  } else if (!strcmp(line, "current")) {
    int code = taos_get_current_db(taos, text, sizeof text, NULL);
    tell(code, code ? taos_errstr(NULL) : text);
  } else if (!strcmp(line, "bi")) {
    int code = taos_set_conn_mode(taos, TAOS_CONN_MODE_BI, atoi(args));
    tell(code, taos_errstr(NULL));
  } else if (!strcmp(line, "clear")) {
    tell(taos_options_connection(taos, TSDB_OPTION_CONNECTION_CLEAR, NULL), "");
  } else if (!strcmp(line, "zone")) {
    tell(taos_options(TSDB_OPTION_TIMEZONE, args), "");
  } else if (!strcmp(line, "pose")) {
    pose(args);
  } else if (!strcmp(line, "read")) {
    tell_read(read_by(args, held));
  } else if (!strcmp(line, "begin")) {
    begin(args);
  } else if (!strcmp(line, "end")) {
    tell_end();
  } else if (!strcmp(line, "cancel")) {
    cancel(args);
  } else if (!strcmp(line, "files")) {
    tell(entries("/proc/self/fd"), "");
  } else if (!strcmp(line, "cleanup")) {
    taos_cleanup();
    tell(0, "");
  } else if (!strcmp(line, "crowd")) {
    crowd(args);
  } else if (!strcmp(line, "stop")) {
    pthread_create(&stopping, NULL, stops, (void *)(intptr_t)(args ? atoi(args) : 0));
    if (!args) pthread_join(stopping, NULL);
    tell(0, "");
  } else if (!strcmp(line, "kill")) {
    taos_kill_query(taos);
    tell(0, "");
  } else if (!strcmp(line, "free")) {
    taos_free_result(held);
    held = NULL;
    tell(0, "");
  } else if (!strcmp(line, "threads")) {
    threads(args);
  } else if (!strcmp(line, "close_during")) {
    close_during(args);
  } else if (!strcmp(line, "close_after_asking")) {
    close_after_asking(args);
  } else {
    taos_close(taos);
    tell(0, "");
  }
}

int main(void) {
  static char line[4096];
  while (fgets(line, sizeof line, stdin)) {
    line[strcspn(line, "\n")] = 0;
    told(line);
  }
  return finish();
}
