// Reads every value the way a program that knows its columns does. Sums are over bits, so they are exact.
#include "tables.h"

#include <string.h>

// Values in a row need not be aligned.
static inline uint64_t bits(const void *value, size_t size) {
    uint64_t word = 0;
    if (value != NULL) memcpy(&word, value, size);
    return word;
}

static inline uint64_t text(const char *value, size_t length) {
    return length + (length > 0 ? (unsigned char)value[0] + (unsigned char)value[length - 1] : 0);
}

// A variable-length value is preceded by its length.
static inline uint64_t prefixed(const char *value) {
    if (value == NULL) return 0;
    uint16_t length;
    memcpy(&length, value - 2, 2);
    return text(value, length);
}

static inline uint64_t with_length(const char *value, int length) {
    return value == NULL ? 0 : text(value, (size_t)length);
}

#define COLUMN_OF(size)                                                                 \
    static uint64_t column_of_##size(const char *values, int rows) {                    \
        uint64_t sum = 0;                                                               \
        for (int r = 0; r < rows; r++) sum += bits(values + (size_t)r * size, size);    \
        return sum;                                                                     \
    }
COLUMN_OF(1)
COLUMN_OF(4)
COLUMN_OF(8)

static uint64_t column_of_texts(const struct taos_api *api, TAOS_RES *res, TAOS_ROW columns, int column, int rows) {
    const int *offsets = api->taos_get_column_data_offset(res, column);
    uint64_t sum = 0;
    for (int r = 0; offsets != NULL && r < rows; r++) {
        if (offsets[r] >= 0) sum += prefixed((const char *)columns[column] + offsets[r] + 2);
    }
    return sum;
}

// ts, 4 × INT, 2 × BIGINT, FLOAT, DOUBLE, BOOL

uint64_t touch_row_fixed(TAOS_ROW row) {
    return bits(row[0], 8) + bits(row[1], 4) + bits(row[2], 4) + bits(row[3], 4) + bits(row[4], 4) + bits(row[5], 8) +
           bits(row[6], 8) + bits(row[7], 4) + bits(row[8], 8) + bits(row[9], 1);
}

uint64_t touch_row_with_lengths_fixed(TAOS_ROW row, const int *lengths) {
    // The lengths of fixed columns are known; a program that asks for them looks at them all the same.
    uint64_t sum = touch_row_fixed(row);
    return lengths[9] == 1 ? sum : 0;
}

uint64_t touch_block_fixed(const struct taos_api *api, TAOS_RES *res, TAOS_ROW columns, int rows) {
    (void)api, (void)res;
    return column_of_8(columns[0], rows) + column_of_4(columns[1], rows) + column_of_4(columns[2], rows) +
           column_of_4(columns[3], rows) + column_of_4(columns[4], rows) + column_of_8(columns[5], rows) +
           column_of_8(columns[6], rows) + column_of_4(columns[7], rows) + column_of_8(columns[8], rows) +
           column_of_1(columns[9], rows);
}

// ts, INT, DOUBLE, VARCHAR, NCHAR

uint64_t touch_row_mixed(TAOS_ROW row) {
    return bits(row[0], 8) + bits(row[1], 4) + bits(row[2], 8) + prefixed(row[3]) + prefixed(row[4]);
}

uint64_t touch_row_with_lengths_mixed(TAOS_ROW row, const int *lengths) {
    return bits(row[0], 8) + bits(row[1], 4) + bits(row[2], 8) + with_length(row[3], lengths[3]) +
           with_length(row[4], lengths[4]);
}

uint64_t touch_block_mixed(const struct taos_api *api, TAOS_RES *res, TAOS_ROW columns, int rows) {
    return column_of_8(columns[0], rows) + column_of_4(columns[1], rows) + column_of_8(columns[2], rows) +
           column_of_texts(api, res, columns, 3, rows) + column_of_texts(api, res, columns, 4, rows);
}

// ts, 4 × VARCHAR

uint64_t touch_row_wide(TAOS_ROW row) {
    return bits(row[0], 8) + prefixed(row[1]) + prefixed(row[2]) + prefixed(row[3]) + prefixed(row[4]);
}

uint64_t touch_row_with_lengths_wide(TAOS_ROW row, const int *lengths) {
    uint64_t sum = bits(row[0], 8);
    for (int c = 1; c < 5; c++) sum += with_length(row[c], lengths[c]);
    return sum;
}

uint64_t touch_block_wide(const struct taos_api *api, TAOS_RES *res, TAOS_ROW columns, int rows) {
    uint64_t sum = column_of_8(columns[0], rows);
    for (int c = 1; c < 5; c++) sum += column_of_texts(api, res, columns, c, rows);
    return sum;
}
