/* Asks a server one thing and tells all that a caller can see, line by line:
 *
 *   ask HOST PORT SQL WAY [HEALTHY_PORT]
 *
 * WAY is how the rows are fetched: row, block, block_s or raw; with async- in front, taos_query_a asks. With HEALTHY_PORT, the same process afterwards asks a
 * healthy server: whatever the first one did must not have hurt it. Times are in milliseconds. */
#include <semaphore.h>
#include <stdlib.h>
#include <time.h>
#include "cells.h"

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void put_escaped(const char *key, const char *text) {
  printf(" %s=", key);
  put_text(stdout, text ? text : "(null)", text ? (int)strlen(text) : 6);
  printf("\n");
}

static void by_row(TAOS_RES *res, TAOS_FIELD *fields, int count, int *rows) {
  static char line[1 << 20];
  TAOS_ROW row;
  while ((row = taos_fetch_row(res))) {
    int *lengths = taos_fetch_lengths(res);
    printf("row: ");
    put_row(stdout, row, fields, lengths, count);
    printf("\nlengths:");
    for (int i = 0; i < count; i++) printf(" %d", lengths[i]);
    memset(line, '#', sizeof line);
    int length = taos_print_row(line, row, fields, count);
    printf("\nprint: ");
    put_text(stdout, line, length);
    printf("%s\n", length >= 0 && line[length] == 0 ? "" : " (no NUL)");
    ++*rows;
  }
}

static void by_block(TAOS_RES *res, TAOS_FIELD *fields, int count, int *rows, int simple) {
  int widths[4096], got = 0;
  TAOS_ROW columns = NULL;
  for (int i = 0; i < count; i++) widths[i] = stride(fields[i].type, fields[i].bytes);
  for (;;) {
    if (simple) {
      if (taos_fetch_block_s(res, &got, &columns) != 0) break;
    } else {
      got = taos_fetch_block(res, &columns);
    }
    if (got <= 0) break;
    printf("block: rows=%d\n", got);
    for (int r = 0; r < got; r++) {
      printf("row: ");
      for (int c = 0; c < count; c++) {
        if (c) putchar('\t');
        put_block_cell(stdout, res, columns, &fields[c], c, r, widths[c]);
      }
      printf("\n");
    }
    *rows += got;
  }
}

static void by_raw_block(TAOS_RES *res, int *rows) {
  int got = 0;
  void *data = NULL;
  while (taos_fetch_raw_block(res, &got, &data) == 0 && got > 0) {
    int32_t length;
    memcpy(&length, (char *)data + 4, 4);
    printf("raw: ");
    for (int i = 0; i < length; i++) printf("%02x", ((unsigned char *)data)[i]);
    printf("\n");
    *rows += got;
  }
}

static sem_t answered;

static void answer(void *param, TAOS_RES *res, int code) {
  if (taos_errno(res) != code) printf("the callback's code is 0x%08x\n", (unsigned)code);
  *(TAOS_RES **)param = res;
  sem_post(&answered);
}

static TAOS_RES *query_by_callback(TAOS *taos, const char *sql) {
  TAOS_RES *res = NULL;
  sem_init(&answered, 0, 0);
  taos_query_a(taos, sql, answer, &res);
  sem_wait(&answered);
  return res;
}

static void ask(const char *host, uint16_t port, const char *sql, const char *way, int by_callback) {
  int64_t start = now();
  TAOS *taos = taos_connect(host, "root", "taosdata", NULL, port);
  printf("connect: %s code=0x%08x ms=%" PRId64, taos ? "ok" : "NULL", (unsigned)taos_errno(NULL), now() - start);
  put_escaped("text", taos_errstr(NULL));
  if (!taos) return;
  start = now();
  TAOS_RES *res = by_callback ? query_by_callback(taos, sql) : taos_query(taos, sql);
  printf("query: %s code=0x%08x ms=%" PRId64, res ? "result" : "NULL", (unsigned)taos_errno(res), now() - start);
  put_escaped("text", taos_errstr(res));
  if (res && taos_errno(res) == 0) {
    int count = taos_num_fields(res), rows = 0;
    TAOS_FIELD *fields = taos_fetch_fields(res);
    TAOS_FIELD_E *typed = taos_fetch_fields_e(res);
    printf("fields: count=%d precision=%d update=%d affected=%d\n", count, taos_result_precision(res), taos_is_update_query(res), taos_affected_rows(res));
    for (int i = 0; i < count && fields && typed; i++)
      printf("field: "), put_text(stdout, fields[i].name, (int)strnlen(fields[i].name, sizeof fields[i].name)), printf("\t%d\t%d\t%d\t%u\t%u\n", fields[i].type, fields[i].bytes, strcmp(fields[i].name, typed[i].name) == 0 && fields[i].type == typed[i].type && fields[i].bytes == typed[i].bytes, typed[i].precision, typed[i].scale);
    start = now();
    if (!strcmp(way, "row")) by_row(res, fields, count, &rows);
    else if (!strcmp(way, "block")) by_block(res, fields, count, &rows, 0);
    else if (!strcmp(way, "block_s")) by_block(res, fields, count, &rows, 1);
    else by_raw_block(res, &rows);
    printf("end: rows=%d code=0x%08x ms=%" PRId64, rows, (unsigned)taos_errno(res), now() - start);
    put_escaped("text", taos_errstr(res));
  }
  taos_free_result(res);
  taos_close(taos);
}

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  int by_callback = !strncmp(argv[4], "async-", 6);
  ask(argv[1], (uint16_t)atoi(argv[2]), argv[3], argv[4] + (by_callback ? 6 : 0), by_callback);
  if (argc > 5) {
    TAOS *taos = taos_connect("127.0.0.1", "root", "taosdata", NULL, (uint16_t)atoi(argv[5]));
    TAOS_RES *res = taos_query(taos, "select * from healthy");
    int rows = 0;
    while (taos_fetch_row(res)) rows++;
    printf("healthy: rows=%d code=0x%08x\n", rows, (unsigned)taos_errno(res));
    taos_free_result(res);
    taos_close(taos);
  }
  taos_cleanup();
  return 0;
}
