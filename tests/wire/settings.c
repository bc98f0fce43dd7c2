/* Connects as told by the doors through which a setting may come, asks once, tells what came of it.
 *
 *   settings [DOOR VALUE]... WAY HOST [SQL]
 *
 * DOORs are called in their order: dir PATH (taos_options), zone NAME and charset NAME (the same), json TEXT (taos_set_config),
 * user, pass, db and port (arguments of the call; NULL and 0 without), option NAME=VALUE (taos_set_option, before all others). WAY is connect, dsn, bag (taos_connect_with) or tmq
 * (td.connect.ip of a consumer, whose connection asks). A HOST of "-" is NULL. */
#include <locale.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include "check.h"

static const char *user, *pass, *db, *port = "0";
static OPTIONS bag;

static int door(const char *name, const char *value) {
  if (!strcmp(name, "dir")) CHECK_CODE(taos_options(TSDB_OPTION_CONFIGDIR, value), 0);
  else if (!strcmp(name, "zone")) CHECK_CODE(taos_options(TSDB_OPTION_TIMEZONE, value), 0);
  else if (!strcmp(name, "charset")) CHECK_CODE(taos_options(TSDB_OPTION_CHARSET, value), 0);
  else if (!strcmp(name, "json")) CHECK_INT(taos_set_config(value).retCode, 0);
  else if (!strcmp(name, "user")) user = value;
  else if (!strcmp(name, "pass")) pass = value;
  else if (!strcmp(name, "db")) db = value;
  else if (!strcmp(name, "port")) port = value;
  else if (!strcmp(name, "option")) {
    char *key = strdup(value), *equals = strchr(key, '=');
    *equals = '\0';
    taos_set_option(&bag, key, equals + 1);
  }
  else return 0;
  return 1;
}

static tmq_t *consumer(const char *host) {
  char why[1024] = "";
  const char *pairs[][2] = {{"group.id", "g"}, {"td.connect.ip", host}, {"td.connect.user", user}, {"td.connect.pass", pass}, {"td.connect.port", port}};
  tmq_conf_t *conf = tmq_conf_new();
  for (int i = 0; i < 5; i++)
    if (pairs[i][1] && strcmp(pairs[i][1], "0")) CHECK_INT(tmq_conf_set(conf, pairs[i][0], pairs[i][1]), TMQ_CONF_OK);
  tmq_t *tmq = tmq_consumer_new(conf, why, sizeof why);
  printf("connect: %s 0x%08x %s\n", tmq ? "ok" : "NULL", (unsigned)taos_errno(NULL), why);
  tmq_conf_destroy(conf);
  return tmq;
}

static TAOS *by_bag(const char *host) {
  if (host) taos_set_option(&bag, "ip", host);
  if (user) taos_set_option(&bag, "user", user);
  if (pass) taos_set_option(&bag, "pass", pass);
  if (db) taos_set_option(&bag, "db", db);
  if (strcmp(port, "0")) taos_set_option(&bag, "port", port);
  return taos_connect_with(&bag);
}

/* What only the program's side can see: its locale, and whether small messages are sent at once. */
static void look_at_process(void) {
  printf("LC_CTYPE: %s\n", setlocale(LC_CTYPE, NULL));
  for (int fd = 3; fd < 64; fd++) {
    int on = 0;
    socklen_t size = sizeof on;
    if (getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &size) == 0) printf("nodelay: %d\n", on != 0);
  }
}

static void ask(TAOS *taos, const char *sql) {
  TAOS_RES *res = taos_query(taos, sql);
  int rows = 0;
  while (taos_fetch_row(res)) rows++;
  printf("rows: %d 0x%08x %s\n", rows, (unsigned)taos_errno(res), taos_errstr(res));
  taos_free_result(res);
}

int main(int argc, char **argv) {
  int at = 1;
  while (at + 1 < argc && door(argv[at], argv[at + 1])) at += 2;
  if (at + 1 >= argc) return 2;
  const char *way = argv[at], *host = strcmp(argv[at + 1], "-") ? argv[at + 1] : NULL, *sql = at + 2 < argc ? argv[at + 2] : "select * from t";
  if (!strcmp(way, "tmq")) {
    tmq_t *tmq = consumer(host);
    if (tmq) {
      look_at_process();
      ask(tmq_get_connect(tmq), sql);
      CHECK_CODE(tmq_consumer_close(tmq), 0);
    }
    return finish();
  }
  TAOS *taos = !strcmp(way, "dsn") ? taos_connect_with_dsn(host) : !strcmp(way, "bag") ? by_bag(host) : taos_connect(host, user, pass, db, (uint16_t)atoi(port));
  printf("connect: %s 0x%08x %s\n", taos ? "ok" : "NULL", (unsigned)taos_errno(NULL), taos_errstr(NULL));
  if (taos) {
    look_at_process();
    ask(taos, sql);
  }
  taos_close(taos);
  return finish();
}
