/* What only looks must not move: taos_result_block, taos_get_raw_block, taos_fetch_lengths and the like, between fetches.
 *
 *   accessors HOST PORT */
#include "check.h"

static int64_t time_of(TAOS_ROW row) {
  int64_t ts = -1;
  if (row && row[0]) memcpy(&ts, row[0], 8);
  return ts;
}

static void look(TAOS_RES *res) {
  CHECK_INT(taos_num_fields(res), 4);
  CHECK(taos_fetch_fields(res) == taos_fetch_fields(res));
  CHECK_INT(taos_result_precision(res), 0);
  CHECK(!taos_is_update_query(res));
  CHECK_INT(taos_affected_rows(res), 0);
  CHECK(taos_fetch_lengths(res) == taos_fetch_lengths(res));
}

static void rows_are_not_consumed(TAOS *taos) {
  TAOS_RES *res = query(taos, "select * from many");
  for (int i = 0; i < 3; i++) {
    TAOS_ROW row = taos_fetch_row(res);
    CHECK_INT(time_of(row), 1700000000000 + 1000 * i);
    look(res);
    TAOS_ROW *current = taos_result_block(res);
    CHECK(current != NULL && *current == row);
    CHECK_INT(time_of(row), 1700000000000 + 1000 * i);
  }
  CHECK(taos_fetch_row(res) == NULL);
  CHECK(taos_fetch_row(res) == NULL); /* the end stays the end */
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
}

static void blocks_are_not_consumed(TAOS *taos) {
  TAOS_RES *res = query(taos, "select * from many");
  int rows, count = 0;
  void *data;
  while (taos_fetch_raw_block(res, &rows, &data) == 0 && rows > 0) {
    CHECK(taos_get_raw_block(res) == data);
    CHECK(taos_get_raw_block(res) == data);
    look(res);
    count += rows;
  }
  CHECK_INT(count, 3);
  CHECK_CODE(taos_errno(res), 0);
  taos_free_result(res);
}

/* A caller may go from rows to blocks: no row is lost, none comes twice. */
static void mixed(TAOS *taos) {
  TAOS_RES *res = query(taos, "select * from many");
  TAOS_ROW columns;
  CHECK_INT(time_of(taos_fetch_row(res)), 1700000000000);
  CHECK_INT(taos_fetch_block(res, &columns), 1);
  CHECK_INT(((int64_t *)columns[0])[0], 1700000001000);
  CHECK_INT(time_of(taos_fetch_row(res)), 1700000002000);
  CHECK(taos_fetch_row(res) == NULL);
  taos_free_result(res);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  TAOS *taos = connect_to(argv, NULL);
  rows_are_not_consumed(taos);
  blocks_are_not_consumed(taos);
  mixed(taos);
  taos_close(taos);
  return finish();
}
