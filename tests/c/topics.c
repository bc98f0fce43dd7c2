/* What topics of each kind deliver: topics HOST PORT DATABASE PRECISION. */
#include "cells.h"
#include "subscriber.h"

static char **where;
static const char *db;

enum way { BY_ROW, BY_BLOCK, RAW_BLOCK };

static const char *topic_of(const char *kind) {
  static char topic[200];
  snprintf(topic, sizeof topic, "%s_%s", db, kind);
  return topic;
}

static void put_rows(FILE *out, TAOS_RES *res, enum way way, int tables) {
  int rows;
  TAOS_ROW row;
  void *raw;
  if (way == BY_ROW) {
    while ((row = taos_fetch_row(res))) {
      if (tables) fprintf(out, "%s: ", tmq_get_table_name(res) ? tmq_get_table_name(res) : "-");
      put_row(out, row, taos_fetch_fields(res), taos_fetch_lengths(res), taos_num_fields(res));
      fputc('\n', out);
    }
  } else if (way == BY_BLOCK) {
    while (taos_fetch_block_s(res, &rows, &row) == 0 && rows > 0)
      for (int r = 0; r < rows; r++) {
        TAOS_FIELD *fields = taos_fetch_fields(res);
        if (tables) fprintf(out, "%s: ", tmq_get_table_name(res) ? tmq_get_table_name(res) : "-");
        for (int c = 0; c < taos_num_fields(res); c++) {
          if (c) fputc('\t', out);
          put_block_cell(out, res, row, &fields[c], c, r, stride(fields[c].type, fields[c].bytes));
        }
        fputc('\n', out);
      }
  } else {
    while (taos_fetch_raw_block(res, &rows, &raw) == 0 && rows > 0) {
      int32_t head[4];
      memcpy(head, raw, sizeof head);
      CHECK_INT(head[2], rows);
      CHECK_INT(head[3], taos_num_fields(res));
      for (int r = 0; r < rows; r++) fprintf(out, "raw\n");
    }
  }
  CHECK_CODE(taos_errno(res), 0);
}

static int lines_of(const char *text) {
  int lines = 0;
  for (; *text; text++) lines += *text == '\n';
  return lines;
}

/* The lines of a topic until there are so many, in order; with what comes too much. */
static char *delivered(const char *kind, enum way way, int tables, int wanted, const char *const *more, int *kinds) {
  static int groups;
  char group[20], *text = NULL;
  size_t size;
  snprintf(group, sizeof group, "topics%d", groups++);
  tmq_t *tmq = subscriber(where, topic_of(kind), group, more, NULL);
  FILE *out = open_memstream(&text, &size);
  for (int idle = 0; idle < 2;) {
    TAOS_RES *message = tmq_consumer_poll(tmq, fflush(out) == 0 && lines_of(text) < wanted ? 500 : 100);
    if (!message) {
      CHECK_CODE(taos_errno(NULL), 0);
      idle++;
      continue;
    }
    if (kinds) *kinds |= 1 << tmq_get_res_type(message);
    put_rows(out, message, way, tables);
    taos_free_result(message);
  }
  fclose(out);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  return text;
}

#define EXPECT(want, kind, way, tables, ...) \
  do { \
    char *text_ = delivered(kind, way, tables, lines_of(want), (const char *const[]){__VA_ARGS__}, NULL); \
    CHECK_STR(text_, want); \
    free(text_); \
  } while (0)

/* Every type in a message is what a query answers. */
static void types(TAOS *taos) {
  RUN(taos, "CREATE TABLE t (ts TIMESTAMP, b BOOL, i8 TINYINT, i16 SMALLINT, i32 INT, i64 BIGINT, u8 TINYINT UNSIGNED, u16 SMALLINT UNSIGNED, "
            "u32 INT UNSIGNED, u64 BIGINT UNSIGNED, f FLOAT, d DOUBLE, at TIMESTAMP, v VARCHAR(24), n NCHAR(10), x VARBINARY(16), g GEOMETRY(100))");
  RUN(taos, "INSERT INTO t VALUES (NOW, true, -128, -32768, -2147483648, -9223372036854775807, 255, 65535, 4294967295, 18446744073709551615, 1.5, "
            "1.7e308, 1, 'Grüße', '温度 😀', '\\x00ff10', 'POINT(1 2)')");
  RUN(taos, "INSERT INTO t (ts, i32) VALUES (NOW + 1s, NULL)");
  RUN(taos, "INSERT INTO t (ts, v, n, x) VALUES (NOW + 2s, '', '', '\\x')");
  RUN(taos, "CREATE TOPIC %s_types AS SELECT * FROM t", db);
  char *want = NULL;
  size_t size;
  FILE *out = open_memstream(&want, &size);
  TAOS_RES *res = query(taos, "SELECT * FROM t");
  int precision = taos_result_precision(res);
  put_rows(out, res, BY_ROW, 0);
  fclose(out);
  taos_free_result(res);
  CHECK_INT(lines_of(want), 3);
  CHECK(strstr(want, "温度 😀") != NULL && strstr(want, "18446744073709551615") != NULL);
  EXPECT(want, "types", BY_ROW, 0, NULL);
  EXPECT(want, "types", BY_BLOCK, 0, NULL);
  EXPECT("raw\nraw\nraw\n", "types", RAW_BLOCK, 0, NULL);
  free(want);
  tmq_t *tmq = SUBSCRIBER(where, topic_of("types"), "precision", NULL);
  TAOS_RES *message = next_message(tmq);
  CHECK(message && taos_fetch_row(message));
  CHECK_INT(taos_result_precision(message), precision);
  taos_free_result(message);
  CHECK_CODE(tmq_consumer_close(tmq), 0);
  RUN(taos, "DROP TOPIC %s_types", db);
  RUN(taos, "DROP TABLE t");
}

static void kinds(TAOS *taos) {
  RUN(taos, "CREATE STABLE st (ts TIMESTAMP, v INT) TAGS (g INT)");
  RUN(taos, "CREATE STABLE other (ts TIMESTAMP, w DOUBLE, s VARCHAR(8)) TAGS (g INT)");
  RUN(taos, "CREATE TOPIC %s_q AS SELECT v, ts FROM st WHERE v > 1", db);
  RUN(taos, "CREATE TOPIC %s_st AS STABLE st", db);
  RUN(taos, "CREATE TOPIC %s_tagged AS STABLE st WHERE g = 2", db);
  RUN(taos, "CREATE TOPIC %s_db AS DATABASE %s", db, db);
  RUN(taos, "CREATE TOPIC %s_meta WITH META AS DATABASE %s", db, db);
  RUN(taos, "CREATE TOPIC %s_only ONLY META AS DATABASE %s", db, db);
  RUN(taos, "INSERT INTO c1 USING st TAGS (1) VALUES (1, 1) (2, 2) c2 USING st TAGS (2) VALUES (1, 3)");
  RUN(taos, "INSERT INTO o1 USING other TAGS (1) VALUES (1, 0.5, 'x') (2, NULL, NULL)");
  /* the fields change with the table, in one way of reading and in the other */
  const char *all = "c1: 1\t1\nc1: 2\t2\nc2: 1\t3\no1: 1\t0.5\tx\no1: 2\t\\N\t\\N\n";
  const char *of_st = "c1: 1\t1\nc1: 2\t2\nc2: 1\t3\n";
  EXPECT("-: 2\t2\n-: 3\t1\n", "q", BY_ROW, 1, NULL);
  EXPECT(of_st, "st", BY_ROW, 1, NULL);
  EXPECT(of_st, "st", BY_BLOCK, 1, "msg.with.table.name", "true", NULL);
  /* servers from 3.2 name tables whatever is asked for */
  EXPECT(of_st, "st", BY_ROW, 1, "msg.with.table.name", "false", NULL);
  EXPECT("c2: 1\t3\n", "tagged", BY_ROW, 1, NULL);
  EXPECT(all, "db", BY_ROW, 1, NULL);
  EXPECT(all, "db", BY_BLOCK, 1, NULL);
  EXPECT(all, "db", BY_ROW, 1, "experimental.snapshot.enable", "true", NULL);
  EXPECT("", "st", BY_ROW, 1, "auto.offset.reset", "latest", NULL);
  int seen = 0;
  char *text = delivered("meta", BY_ROW, 1, 5, NULL, &seen);
  CHECK_STR(text, all);
  free(text);
  CHECK(seen & (1 << TMQ_RES_DATA | 1 << TMQ_RES_METADATA));
  seen = 0;
  text = delivered("only", BY_ROW, 1, 0, NULL, &seen);
  CHECK_STR(text, "");
  CHECK_INT(seen, 1 << TMQ_RES_TABLE_META);
  free(text);

  int code = 0;
  tmq_t *none = subscriber(where, topic_of("st"), "none", (const char *const[]){"auto.offset.reset", "none", NULL}, &code);
  CHECK(tmq_consumer_poll(none, 300) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x80000A0D);
  CHECK_STR(taos_errstr(NULL), "TQ no committed offset");
  tmq_consumer_close(none);
  const char *made[] = {"q", "st", "tagged", "db", "meta", "only"};
  for (int i = 0; i < 6; i++) RUN(taos, "DROP TOPIC %s_%s", db, made[i]);
}

int main(int argc, char **argv) {
  if (argc != 5) return 2;
  where = argv;
  db = argv[3];
  TAOS *taos = connect_to(argv, NULL);
  RUN(taos, "CREATE DATABASE %s VGROUPS 1 PRECISION '%s' KEEP 36500 WAL_RETENTION_PERIOD 3600", db, argv[4]);
  RUN(taos, "USE %s", db);
  types(taos);
  RUN(taos, "DROP DATABASE %s", db);
  RUN(taos, "CREATE DATABASE %s VGROUPS 1 PRECISION '%s' KEEP 36500 WAL_RETENTION_PERIOD 3600", db, argv[4]);
  RUN(taos, "USE %s", db);
  kinds(taos);
  taos_close(taos);
  return finish();
}
