/* A member of a group of consumers, and who writes for it:
 *
 *   group_member write HOST PORT DATABASE ROWS    writes the values 0 … ROWS-1 into 16 tables, with pauses
 *   group_member read HOST PORT TOPIC [all]       tells each value on a line, commits each message - or with `all`, asynchronously,
 *                                                 what it was given - and leaves at SIGTERM
 *
 * A message is told before it is committed. Lines that begin with ! are errors. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>
#include "subscriber.h"

#define TABLES 16
#define ROWS_AT_ONCE 8

static volatile sig_atomic_t leaving;

static void leave(int signal) {
  (void)signal;
  leaving = 1;
}

static void write_rows(char **argv, int rows) {
  TAOS *taos = connect_to(argv, argv[3]);
  for (int row = 0; row < rows; row += ROWS_AT_ONCE) {
    char sql[4000];
    int at = snprintf(sql, sizeof sql, "INSERT INTO");
    for (int i = row; i < row + ROWS_AT_ONCE && i < rows; i++)
      at += snprintf(sql + at, sizeof sql - at, " c%d USING st TAGS (%d) VALUES (%lld, %d)", i % TABLES, i % TABLES, 1700000000000ll + i, i);
    RUN(taos, "%s", sql);
    usleep(5000);
  }
  taos_close(taos);
}

static void committed(tmq_t *tmq, int32_t code, void *param) {
  (void)tmq, (void)param;
  if (code) printf("!commit 0x%08x\n", (unsigned)code);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  signal(SIGTERM, leave);
  if (!strcmp(argv[1], "write")) {
    write_rows(argv + 1, atoi(argv[5]));
    return finish();
  }
  tmq_t *tmq = SUBSCRIBER(argv + 1, argv[4], "members", "min.poll.rows", "5", NULL);
  int all = argc > 5;
  while (!leaving) {
    TAOS_RES *message = tmq_consumer_poll(tmq, 100);
    if (!message) {
      if (taos_errno(NULL)) printf("!poll 0x%08x %s\n", (unsigned)taos_errno(NULL), taos_errstr(NULL));
      fflush(stdout);
      continue;
    }
    for (TAOS_ROW row; (row = taos_fetch_row(message));) printf("%d\n", *(int32_t *)row[1]);
    fflush(stdout);
    if (all) tmq_commit_async(tmq, NULL, committed, NULL);
    else committed(tmq, tmq_commit_sync(tmq, message), NULL);
    taos_free_result(message);
  }
  committed(tmq, tmq_consumer_close(tmq), NULL);
  return finish();
}
