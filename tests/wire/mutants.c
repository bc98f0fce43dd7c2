/* Reads N results whose blocks the server has damaged, each in every way there is, and then a sound one.
 *
 *   mutants HOST PORT N */
#include "cells.h"
#include "check.h"

static FILE *sink;

static void touch_rows(TAOS_RES *res, TAOS_FIELD *fields, int count) {
  static char line[1 << 17];
  TAOS_ROW row;
  while ((row = taos_fetch_row(res))) {
    put_row(sink, row, fields, taos_fetch_lengths(res), count);
    taos_print_row_with_size(line, sizeof line, row, fields, count);
  }
}

static void touch_blocks(TAOS_RES *res, TAOS_FIELD *fields, int count) {
  int widths[64], rows;
  TAOS_ROW columns;
  for (int i = 0; i < count; i++) widths[i] = stride(fields[i].type, fields[i].bytes);
  while ((rows = taos_fetch_block(res, &columns)) > 0)
    for (int r = 0; r < rows; r++)
      for (int c = 0; c < count; c++) put_block_cell(sink, res, columns, &fields[c], c, r, widths[c]);
}

static void touch_raw(TAOS_RES *res) {
  int rows;
  void *data;
  while (taos_fetch_raw_block(res, &rows, &data) == 0 && rows > 0) {
    int32_t length;
    memcpy(&length, (char *)data + 4, 4);
    fwrite(data, 1, (size_t)length, sink);
  }
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  sink = fopen("/dev/null", "w");
  TAOS *taos = connect_to(argv, NULL);
  int count = atoi(argv[3]), whole = 0, refused = 0;
  for (int i = 0; i < count; i++) {
    char sql[40];
    snprintf(sql, sizeof sql, "mutant %d", i);
    TAOS_RES *res = taos_query(taos, sql);
    CHECK_CODE(taos_errno(res), 0);
    TAOS_FIELD *fields = taos_fetch_fields(res);
    int n = taos_num_fields(res);
    if (!fields || n < 1) { failed(__FILE__, __LINE__, "no fields of %s", sql); break; }
    if (i % 3 == 0) touch_rows(res, fields, n);
    else if (i % 3 == 1) touch_blocks(res, fields, n);
    else touch_raw(res);
    if (taos_errno(res)) refused++;
    else whole++;
    taos_free_result(res);
  }
  TAOS_RES *res = query(taos, "select * from sample");
  int rows = 0;
  while (taos_fetch_row(res)) rows++;
  printf("sample rows: %d\n", rows);
  taos_free_result(res);
  printf("asked %d: %d read to the end, %d refused\n", count, whole, refused);
  taos_close(taos);
  fclose(sink);
  return finish();
}
