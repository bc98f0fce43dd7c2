/* Cells as text, the way the recordings have them: numbers as %.9g / %.17g, decimals as their text, strings as they are,
 * bytes as 0x…, and NULL as \N. Tabs, line ends and backslashes of strings are escaped, so a row is one line. */
#ifndef CELLS_H
#define CELLS_H
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "taos.h"

static int is_variable(int type) {
  return type == TSDB_DATA_TYPE_VARCHAR || type == TSDB_DATA_TYPE_NCHAR || type == TSDB_DATA_TYPE_JSON || type == TSDB_DATA_TYPE_VARBINARY ||
         type == TSDB_DATA_TYPE_GEOMETRY || type == TSDB_DATA_TYPE_BLOB || type == TSDB_DATA_TYPE_MEDIUMBLOB;
}

static void put_text(FILE *out, const void *bytes, int length) {
  for (int i = 0; i < length; i++) {
    unsigned char c = ((const unsigned char *)bytes)[i];
    if (c == '\\') fputs("\\\\", out);
    else if (c < 0x20) fprintf(out, "\\x%02x", c);
    else fputc(c, out);
  }
}

static void put_cell(FILE *out, int type, const void *cell, int length) {
#define NUMBER_OF(ctype, format) do { ctype v; memcpy(&v, cell, sizeof v); fprintf(out, format, v); } while (0)
  if (!cell) { fputs("\\N", out); return; }
  switch (type) {
    case TSDB_DATA_TYPE_BOOL: case TSDB_DATA_TYPE_TINYINT: NUMBER_OF(int8_t, "%d"); break;
    case TSDB_DATA_TYPE_UTINYINT: NUMBER_OF(uint8_t, "%u"); break;
    case TSDB_DATA_TYPE_SMALLINT: NUMBER_OF(int16_t, "%d"); break;
    case TSDB_DATA_TYPE_USMALLINT: NUMBER_OF(uint16_t, "%u"); break;
    case TSDB_DATA_TYPE_INT: NUMBER_OF(int32_t, "%d"); break;
    case TSDB_DATA_TYPE_UINT: NUMBER_OF(uint32_t, "%u"); break;
    case TSDB_DATA_TYPE_BIGINT: case TSDB_DATA_TYPE_TIMESTAMP: NUMBER_OF(int64_t, "%" PRId64); break;
    case TSDB_DATA_TYPE_UBIGINT: NUMBER_OF(uint64_t, "%" PRIu64); break;
    case TSDB_DATA_TYPE_FLOAT: { float v; memcpy(&v, cell, 4); fprintf(out, "%.9g", (double)v); break; }
    case TSDB_DATA_TYPE_DOUBLE: NUMBER_OF(double, "%.17g"); break;
    case TSDB_DATA_TYPE_DECIMAL: case TSDB_DATA_TYPE_DECIMAL64: fputs((const char *)cell, out); break;
    case TSDB_DATA_TYPE_VARCHAR: case TSDB_DATA_TYPE_NCHAR: case TSDB_DATA_TYPE_JSON: put_text(out, cell, length); break;
    default:
      fputs("0x", out);
      for (int i = 0; i < length; i++) fprintf(out, "%02x", ((const unsigned char *)cell)[i]);
  }
#undef NUMBER_OF
}

/* One row of taos_fetch_row as a line, cells separated by tabs. */
__attribute__((unused))
static void put_row(FILE *out, TAOS_ROW row, TAOS_FIELD *fields, const int *lengths, int count) {
  for (int i = 0; i < count; i++) {
    if (i) fputc('\t', out);
    put_cell(out, fields[i].type, row[i], lengths[i]);
  }
}

/* Cell (row, column) of a block as taos_fetch_block gives it: `columns[c]` starts the column's data. */
__attribute__((unused))
static void put_block_cell(FILE *out, TAOS_RES *res, TAOS_ROW columns, TAOS_FIELD *field, int column, int row, int width) {
  const char *data = columns[column];
  if (is_variable(field->type)) {
    const int *offsets = taos_get_column_data_offset(res, column);
    if (!offsets) { fputs("(no offsets)", out); return; }
    if (offsets[row] < 0) { put_cell(out, field->type, NULL, 0); return; }
    data += offsets[row];
    if (field->type == TSDB_DATA_TYPE_BLOB || field->type == TSDB_DATA_TYPE_MEDIUMBLOB) {
      uint32_t n;
      memcpy(&n, data, 4);
      put_cell(out, field->type, data + 4, (int)n);
    } else {
      uint16_t n;
      memcpy(&n, data, 2);
      put_cell(out, field->type, data + 2, n);
    }
  } else if (taos_is_null(res, row, column)) {
    put_cell(out, field->type, NULL, 0);
  } else {
    put_cell(out, field->type, data + (size_t)row * (size_t)width, width);
  }
}

/* Distance between the values of a fixed-size column in taos_fetch_block: decimals are 64-byte text cells. */
__attribute__((unused))
static int stride(int type, int bytes) {
  return type == TSDB_DATA_TYPE_DECIMAL || type == TSDB_DATA_TYPE_DECIMAL64 ? 64 : bytes;
}
#endif
