/* Binds what a description on standard input says, and tells what came of it.
 *
 *   binding HOST PORT < DESCRIPTION
 *
 * The description, line by line:
 *   S SQL                                    the statement
 *   B COL_IDX TABLES TAGS COLUMNS            a bind; for each table follow
 *   N HEX, or N - for none                   its name
 *   I TYPE ROWS, then V for each row         its tags, then its columns
 *   V HEX, V - for NULL, V = for unset       a value's bytes; "V ." for none */
#include "cells.h"
#include "check.h"

static char line[1 << 20];

static char *next(char kind) {
  if (!fgets(line, sizeof line, stdin) || line[0] != kind) {
    printf("not a line %c: %s\n", kind, line);
    exit(2);
  }
  line[strcspn(line, "\n")] = 0;
  return line + 2;
}

static size_t unhex(const char *hex, char *out) {
  size_t n = 0;
  for (unsigned byte; sscanf(hex + 2 * n, "%2x", &byte) == 1; n++) out[n] = (char)byte;
  return n;
}

/* What a NULL of this type takes of the buffer. */
static int width(int type) {
  switch (type) {
    case TSDB_DATA_TYPE_BOOL: case TSDB_DATA_TYPE_TINYINT: case TSDB_DATA_TYPE_UTINYINT: return 1;
    case TSDB_DATA_TYPE_SMALLINT: case TSDB_DATA_TYPE_USMALLINT: return 2;
    case TSDB_DATA_TYPE_INT: case TSDB_DATA_TYPE_UINT: case TSDB_DATA_TYPE_FLOAT: return 4;
    case TSDB_DATA_TYPE_DECIMAL: return 16;
    default: return is_variable(type) ? 0 : 8;
  }
}

static TAOS_STMT2_BIND item(void) {
  TAOS_STMT2_BIND bind = {0};
  int type, rows, given = 0;
  if (sscanf(next('I'), "%d %d", &type, &rows) != 2) exit(2);
  bind.buffer_type = type;
  bind.num = rows;
  bind.length = calloc((size_t)rows + 1, sizeof *bind.length);
  bind.is_null = calloc((size_t)rows + 1, 1);
  char *buffer = calloc(1, 1 << 16), *at = buffer;
  for (int i = 0; i < rows; i++) {
    char *value = next('V');
    bind.is_null[i] = *value == '-' ? 1 : *value == '=' ? 2 : 0;
    if (bind.is_null[i]) {
      at += width(type);
      continue;
    }
    given++;
    size_t n = unhex(value, at);
    bind.length[i] = (int32_t)n;
    at += n;
  }
  bind.buffer = given ? buffer : NULL;
  if (!given) free(buffer);
  return bind;
}

static void free_items(TAOS_STMT2_BIND *items, int count) {
  for (int i = 0; i < count; i++) free(items[i].buffer), free(items[i].length), free(items[i].is_null);
  free(items);
}

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  TAOS *taos = connect_to(argv, NULL);
  TAOS_STMT2 *stmt = taos_stmt2_init(taos, NULL);
  int rc = taos_stmt2_prepare(stmt, next('S'), 0), insert = 0;
  printf("prepare: 0x%08x %s\n", (unsigned)rc, taos_stmt2_error(stmt));
  while (fgets(line, sizeof line, stdin)) {
    int column, tables, tags, columns;
    if (sscanf(line, "B %d %d %d %d", &column, &tables, &tags, &columns) != 4) return 2;
    char **names = calloc((size_t)tables, sizeof *names);
    TAOS_STMT2_BIND **tag_list = calloc((size_t)tables, sizeof *tag_list), **column_list = calloc((size_t)tables, sizeof *column_list);
    for (int t = 0; t < tables; t++) {
      char *name = next('N');
      if (*name != '-') unhex(name, names[t] = calloc(1, 1000));
      tag_list[t] = tags ? calloc((size_t)tags, sizeof **tag_list) : NULL;
      column_list[t] = columns ? calloc((size_t)columns, sizeof **column_list) : NULL;
      for (int i = 0; i < tags; i++) tag_list[t][i] = item();
      for (int i = 0; i < columns; i++) column_list[t][i] = item();
    }
    TAOS_STMT2_BINDV v = {tables, names, tag_list, column_list};
    rc = taos_stmt2_bind_param(stmt, &v, column);
    printf("bind: 0x%08x %s\n", (unsigned)rc, taos_stmt2_error(stmt));
    for (int t = 0; t < tables; t++) {
      free(names[t]);
      free_items(tag_list[t], tags);
      free_items(column_list[t], columns);
    }
    free(names), free(tag_list), free(column_list);
  }
  int affected = -1;
  rc = taos_stmt2_exec(stmt, &affected);
  printf("exec: 0x%08x affected=%d\n", (unsigned)rc, affected);
  if (rc == 0 && taos_stmt2_is_insert(stmt, &insert) == 0 && !insert) printf("fields: %d\n", taos_num_fields(taos_stmt2_result(stmt)));
  taos_stmt2_close(stmt);
  taos_close(taos);
  return finish();
}
