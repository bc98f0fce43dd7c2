/* Creates a database, a super table with tags and its child tables, and inserts rows in three ways.
 *
 *   create_insert HOST PORT [USER PASSWORD]
 *
 * Works in the database libtaos_example_insert, which it drops at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <taos.h>

#define DATABASE "libtaos_example_insert"

/* Runs a statement without rows. Returns how many rows it has changed, -1 when it failed. */
static int run(TAOS *taos, const char *sql) {
  TAOS_RES *res = taos_query(taos, sql);
  int changed = -1;
  if (taos_errno(res) == 0)
    changed = taos_affected_rows(res);
  else
    fprintf(stderr, "%s\n  failed: [0x%08x] %s\n", sql, (unsigned)taos_errno(res), taos_errstr(res));
  taos_free_result(res); /* also a failed one */
  return changed;
}

static int create(TAOS *taos) {
  if (run(taos, "DROP DATABASE IF EXISTS " DATABASE) < 0) return -1;
  if (run(taos, "CREATE DATABASE " DATABASE " PRECISION 'ms'") < 0) return -1;
  if (taos_select_db(taos, DATABASE) != 0) {
    fprintf(stderr, "cannot select the database: %s\n", taos_errstr(NULL));
    return -1;
  }
  return run(taos, "CREATE STABLE meters (ts TIMESTAMP, current FLOAT, voltage INT) TAGS (location VARCHAR(24), grp INT)");
}

static int insert(TAOS *taos) {
  /* Into a table that was made before ... */
  if (run(taos, "CREATE TABLE d1 USING meters TAGS ('Berlin', 1)") < 0) return -1;
  int rows = run(taos, "INSERT INTO d1 VALUES (1700000000000, 10.3, 219) (1700000001000, 12.6, 218)");
  if (rows < 0) return -1;
  printf("inserted %d rows into one table\n", rows);

  /* ... into tables that the statement makes, several of them at once ... */
  rows = run(taos, "INSERT INTO d2 USING meters TAGS ('Paris', 1) VALUES (1700000000000, 11.8, 221)"
                   " d3 USING meters TAGS ('Lima', 2) VALUES (1700000000000, 9.1, 224) (1700000001000, 9.4, 223)");
  if (rows < 0) return -1;
  printf("inserted %d rows into two new tables\n", rows);

  /* ... and into some columns, at the server's time. The other columns are NULL. */
  rows = run(taos, "INSERT INTO d3 (ts, current) VALUES (NOW, 9.9)");
  if (rows < 0) return -1;
  printf("inserted %d row into two of three columns\n", rows);
  return 0;
}

static int read_back(TAOS *taos) {
  TAOS_RES *res = taos_query(taos, "SELECT location, COUNT(*), MAX(current) FROM meters GROUP BY location ORDER BY location");
  TAOS_FIELD *fields = taos_fetch_fields(res);
  int columns = taos_num_fields(res);
  TAOS_ROW row;
  char line[256];
  while ((row = taos_fetch_row(res)) != NULL) {
    taos_print_row_with_size(line, sizeof line, row, fields, columns);
    printf("  %s\n", line);
  }
  int code = taos_errno(res); /* the end of the rows, or an error? */
  if (code != 0) fprintf(stderr, "cannot read: [0x%08x] %s\n", (unsigned)code, taos_errstr(res));
  taos_free_result(res);
  return code == 0 ? 0 : -1;
}

int main(int argc, char **argv) {
  if (argc != 3 && argc != 5) {
    fprintf(stderr, "usage: %s HOST PORT [USER PASSWORD]\n", argv[0]);
    return 2;
  }
  TAOS *taos = taos_connect(argv[1], argc == 5 ? argv[3] : NULL, argc == 5 ? argv[4] : NULL, NULL, (uint16_t)atoi(argv[2]));
  if (taos == NULL) {
    fprintf(stderr, "cannot connect: [0x%08x] %s\n", (unsigned)taos_errno(NULL), taos_errstr(NULL));
    return 1;
  }
  int good = create(taos) >= 0 && insert(taos) == 0 && read_back(taos) == 0;
  if (run(taos, "DROP DATABASE IF EXISTS " DATABASE) < 0) good = 0;
  taos_close(taos);
  taos_cleanup();
  return good ? 0 : 1;
}
