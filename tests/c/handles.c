/* Handles of the wrong kind, pointers that are none, freed ones, freed twice: an error, never a crash, and the sound
 * handles go on working.
 *
 *   handles HOST PORT ROUNDS */
#include "check.h"

/* All that can be asked of a result: of something that is none, the values of a NULL result. */
static void as_result(void *wrong) {
  TAOS_ROW rows = NULL;
  int count = 7;
  void *data = NULL;
  bool nulls[4];
  CHECK(taos_fetch_row(wrong) == NULL);
  CHECK(taos_fetch_fields(wrong) == NULL);
  CHECK(taos_fetch_fields_e(wrong) == NULL);
  CHECK(taos_fetch_lengths(wrong) == NULL);
  CHECK(taos_result_block(wrong) == NULL);
  CHECK(taos_get_raw_block(wrong) == NULL);
  CHECK(taos_get_column_data_offset(wrong, 0) == NULL);
  CHECK_INT(taos_num_fields(wrong), 0);
  CHECK_INT(taos_field_count(wrong), 0);
  CHECK_INT(taos_affected_rows(wrong), 0);
  CHECK_INT(taos_affected_rows64(wrong), 0);
  CHECK_INT(taos_result_precision(wrong), 0);
  CHECK(taos_is_null(wrong, 0, 0));
  CHECK(taos_is_null_by_column(wrong, 0, nulls, &count) != 0);
  CHECK_INT(taos_fetch_block(wrong, &rows), 0);
  CHECK(taos_fetch_block_s(wrong, &count, &rows) != 0 || count == 0);
  CHECK(taos_fetch_raw_block(wrong, &count, &data) != 0 || count == 0);
  CHECK(taos_errno(wrong) != 0);
  CHECK(taos_errstr(wrong) != NULL);
  taos_stop_query(wrong);
}

/* All that can be asked of a connection. */
static void as_connection(void *wrong) {
  char name[20];
  CHECK(taos_query(wrong, "select 1") == NULL);
  CHECK_SAID_WHY(NULL);
  CHECK(taos_query_with_reqid(wrong, "select 1", 9) == NULL);
  CHECK_SAID_WHY(NULL);
  CHECK(taos_select_db(wrong, "x") != 0);
  CHECK(taos_get_current_db(wrong, name, sizeof name, NULL) != 0);
  CHECK(taos_options_connection(wrong, TSDB_OPTION_CONNECTION_TIMEZONE, "UTC") != 0);
  taos_reset_current_db(wrong);
  (void)taos_get_server_info(wrong);
  taos_kill_query(wrong);
}

static void still_fine(TAOS *taos) {
  TAOS_RES *res = taos_query(taos, "select * from t");
  int rows = 0;
  CHECK_CODE(taos_errno(res), 0);
  while (taos_fetch_row(res)) rows++;
  CHECK_INT(rows, 3);
  taos_free_result(res);
}

static void wrong_kind(TAOS *taos) {
  TAOS_RES *res = query(taos, "select * from t");
  as_result(taos);
  as_connection(res);
  taos_close(res);        /* closes nothing */
  taos_free_result(taos); /* frees nothing */
  TAOS_ROW row = taos_fetch_row(res);
  CHECK(row != NULL);
  taos_free_result(res);
  still_fine(taos);
}

static void no_handles(TAOS *taos) {
  char here[64] = "not a handle";
  static char there[4096];
  void *heap = calloc(1, 256);
  void *wrong[] = {(void *)0x1, (void *)0x10, (void *)0x7fff, (void *)-1, (void *)-8, here, there, there + 3, heap, (char *)taos + 1, (char *)taos + 8, stdout};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    as_result(wrong[i]);
    as_connection(wrong[i]);
    taos_free_result(wrong[i]);
    taos_close(wrong[i]);
  }
  CHECK_STR(here, "not a handle");
  free(heap);
  still_fine(taos);
}

static void freed(char **argv, TAOS *taos) {
  TAOS_RES *res = query(taos, "select * from t");
  CHECK(taos_fetch_row(res) != NULL);
  taos_free_result(res);
  as_result(res);
  taos_free_result(res);
  taos_free_result(res);
  TAOS *closed = connect_to(argv, NULL);
  taos_close(closed);
  as_connection(closed);
  taos_close(closed);
  taos_close(closed);
  as_connection(closed);
  still_fine(taos);
}

/* An old handle never means a newer thing, however many come and go. */
static void not_mistaken(TAOS *taos) {
  TAOS_RES *old = query(taos, "select * from t");
  taos_free_result(old);
  for (int i = 0; i < 50; i++) {
    TAOS_RES *res = query(taos, "select * from t");
    CHECK(taos_fetch_row(old) == NULL);
    taos_free_result(old);
    CHECK(taos_fetch_row(res) != NULL);
    taos_free_result(res);
  }
}

/* A result outlives its connection: what was fetched stays readable, the rest is an error, and both can be freed. */
static void odd_order(char **argv) {
  TAOS *taos = connect_to(argv, NULL);
  TAOS_RES *results[5];
  for (int i = 0; i < 5; i++) results[i] = query(taos, "select * from t");
  TAOS_ROW row = taos_fetch_row(results[0]);
  CHECK(row != NULL);
  int64_t ts = 0, after = 0;
  if (row) memcpy(&ts, row[0], 8);
  taos_close(taos);
  if (row) memcpy(&after, row[0], 8);
  CHECK_INT(after, ts);
  CHECK_INT(taos_num_fields(results[0]), 4);
  CHECK(taos_fetch_fields(results[0]) != NULL);
  for (int i = 0; i < 5; i++) {
    int rows = i == 0;
    while (taos_fetch_row(results[i])) rows++;
    CHECK_INT(rows, 3);
    CHECK_CODE(taos_errno(results[i]), 0);
    taos_free_result(results[i]);
  }
  CHECK(taos_query(taos, "select 1") == NULL);
  CHECK_SAID_WHY(NULL);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  for (int i = 0; i < atoi(argv[3]); i++) {
    TAOS *taos = connect_to(argv, NULL);
    wrong_kind(taos);
    no_handles(taos);
    freed(argv, taos);
    not_mistaken(taos);
    odd_order(argv);
    still_fine(taos);
    taos_close(taos);
  }
  return finish();
}
