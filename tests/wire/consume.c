/* Consumes from a server and tells all that a program can see, line by line:
 *
 *   consume HOST PORT TOPIC WAY MESSAGES [KEY=VALUE...]
 *
 * WAY is how a message is read: row, block, raw, or none. The program ends when it has MESSAGES of them, or when ten polls
 * have found neither a message nor ... a server. KEYs are those of a consumer's configuration, and of this program:
 * commit=no|message|all|async|everything (the last is as async, of all), wait=MS of each poll, polls=N without a message in a row
 * that end the program, again=N to go back to the beginning once, behind N messages, pause=MS before each commit. */
#include <stdlib.h>
#include <unistd.h>
#include "cells.h"

static void put_error(const char *step, int code, const char *text) {
  printf("%s: 0x%08x ", step, (unsigned)code);
  put_text(stdout, text ? text : "(null)", text ? (int)strlen(text) : 6);
  printf("\n");
}

/* What is told of each block: its table, its columns. */
static void put_block_head(TAOS_RES *message) {
  const char *table = tmq_get_table_name(message);
  TAOS_FIELD *fields = taos_fetch_fields(message);
  printf("block: %s %d", table ? table : "(null)", taos_result_precision(message));
  for (int i = 0; i < taos_num_fields(message); i++) printf(" %s:%d:%d", fields[i].name, fields[i].type, fields[i].bytes);
  printf("\n");
}

static void by_row(TAOS_RES *message) {
  TAOS_ROW row;
  const void *block = NULL;
  while ((row = taos_fetch_row(message))) {
    if (taos_get_raw_block(message) != block) {
      block = taos_get_raw_block(message);
      put_block_head(message);
    }
    printf("row: ");
    put_row(stdout, row, taos_fetch_fields(message), taos_fetch_lengths(message), taos_num_fields(message));
    printf("\n");
  }
}

static void by_block(TAOS_RES *message) {
  TAOS_ROW columns;
  int rows;
  while (taos_fetch_block_s(message, &rows, &columns) == 0 && rows > 0) {
    TAOS_FIELD *fields = taos_fetch_fields(message);
    put_block_head(message);
    for (int r = 0; r < rows; r++) {
      printf("row: ");
      for (int c = 0; c < taos_num_fields(message); c++) {
        if (c) putchar('\t');
        put_block_cell(stdout, message, columns, &fields[c], c, r, stride(fields[c].type, fields[c].bytes));
      }
      printf("\n");
    }
  }
}

static void as_it_came(TAOS_RES *message) {
  int rows;
  void *data;
  tmq_raw_data raw = {0};
  if (tmq_get_raw(message, &raw) == 0) {
    printf("whole: %d ", raw.raw_type);
    for (uint32_t i = 0; i < raw.raw_len; i++) printf("%02x", ((unsigned char *)raw.raw)[i]);
    printf("\n");
    tmq_free_raw(raw);
  }
  while (taos_fetch_raw_block(message, &rows, &data) == 0 && rows > 0) {
    int32_t length;
    memcpy(&length, (char *)data + 4, 4);
    printf("raw: ");
    for (int i = 0; i < length; i++) printf("%02x", ((unsigned char *)data)[i]);
    printf("\n");
  }
}

static int called, heard;

static void committed(tmq_t *tmq, int32_t code, void *param) {
  (void)tmq, (void)param;
  __atomic_store_n(&heard, code, __ATOMIC_SEQ_CST);
  __atomic_add_fetch(&called, 1, __ATOMIC_SEQ_CST);
}

static void tell(TAOS_RES *message, const char *way) {
  const char *database = tmq_get_db_name(message);
  printf("message: type=%d topic=%s db=%s vgroup=%d offset=%" PRId64 "\n", tmq_get_res_type(message), tmq_get_topic_name(message), database,
         tmq_get_vgroup_id(message), tmq_get_vgroup_offset(message));
  char *meta = tmq_get_json_meta(message);
  if (meta) printf("meta: %s\n", meta);
  tmq_free_json_meta(meta);
  if (!strcmp(way, "row")) by_row(message);
  if (!strcmp(way, "block")) by_block(message);
  if (!strcmp(way, "raw")) as_it_came(message);
  if (taos_errno(message)) put_error("read", taos_errno(message), taos_errstr(message));
}

int main(int argc, char **argv) {
  const char *way = argv[4], *commit = "no";
  int wanted = atoi(argv[5]), wait = 300, polls = 10, seen = 0, asked = 0, again = 0, pause = 0;
  char why[512] = "";
  tmq_conf_t *conf = tmq_conf_new();
  tmq_conf_set(conf, "td.connect.ip", argv[1]);
  if (atoi(argv[2])) tmq_conf_set(conf, "td.connect.port", argv[2]);
  tmq_conf_set(conf, "group.id", "g");
  tmq_conf_set(conf, "auto.offset.reset", "earliest");
  tmq_conf_set(conf, "enable.auto.commit", "false");
  for (int i = 6; i < argc; i++) {
    char *value = strchr(argv[i], '=');
    *value++ = 0;
    if (!strcmp(argv[i], "commit")) commit = value;
    else if (!strcmp(argv[i], "wait")) wait = atoi(value);
    else if (!strcmp(argv[i], "polls")) polls = atoi(value);
    else if (!strcmp(argv[i], "again")) again = atoi(value);
    else if (!strcmp(argv[i], "pause")) pause = atoi(value);
    else if (tmq_conf_set(conf, argv[i], value) != TMQ_CONF_OK) put_error("conf", taos_errno(NULL), taos_errstr(NULL));
  }
  tmq_t *tmq = tmq_consumer_new(conf, why, sizeof why);
  put_error("new", tmq ? 0 : taos_errno(NULL), why);
  tmq_conf_destroy(conf);
  if (!tmq) return 0;

  tmq_list_t *topics = tmq_list_new();
  tmq_list_append(topics, argv[3]);
  int code = tmq_subscribe(tmq, topics);
  put_error("subscribe", code, tmq_err2str(code));
  tmq_list_destroy(topics);
  for (int idle = 0; code == 0 && seen < wanted && idle < polls;) {
    TAOS_RES *message = tmq_consumer_poll(tmq, wait);
    if (!message) {
      idle++;
      if (taos_errno(NULL)) put_error("poll", taos_errno(NULL), taos_errstr(NULL));
      continue;
    }
    idle = 0;
    seen++;
    tell(message, way);
    usleep(1000 * (unsigned)pause);
    if (!strcmp(commit, "async") || !strcmp(commit, "everything")) {
      tmq_commit_async(tmq, commit[0] == 'a' ? message : NULL, committed, NULL);
      asked++;
    } else if (strcmp(commit, "no")) {
      int done = tmq_commit_sync(tmq, strcmp(commit, "all") ? message : NULL);
      put_error("commit", done, tmq_err2str(done));
    }
    if (seen == again) {
      int done = tmq_offset_seek(tmq, argv[3], tmq_get_vgroup_id(message), 0);
      put_error("seek", done, tmq_err2str(done));
    }
    taos_free_result(message);
    fflush(stdout);
  }
  code = tmq_consumer_close(tmq);
  put_error("close", code, tmq_err2str(code));
  for (int i = 0; i < 1000 && __atomic_load_n(&called, __ATOMIC_SEQ_CST) < asked; i++) usleep(10000);
  if (asked) put_error("heard", __atomic_load_n(&heard, __ATOMIC_SEQ_CST), "");
  put_error("called", __atomic_load_n(&called, __ATOMIC_SEQ_CST) - asked, "");
  taos_cleanup();
  return 0;
}
