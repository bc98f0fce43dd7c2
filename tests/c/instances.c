/* The adapters of a cluster.
 *
 *   instances HOST PORT told|unknown */
#include "check.h"

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  bool told = strcmp(argv[3], "told") == 0;
  char **list = (char **)&list, own[100];
  int32_t count = 99;
  snprintf(own, sizeof own, "%s:%s", argv[1], argv[2]);
  TAOS *taos = connect_to(argv, NULL);
  const char *types[] = {NULL, "", "taosadapter", "taosAdapter"};
  for (int i = 0; i < 4; i++) {
    int32_t rc = taos_list_instances(types[i], &list, &count);
    CHECK_CODE(rc, told ? 0 : 0x80000100);
    CHECK_INT(count, told ? 1 : 0);
    if (told) CHECK_STR(list[0], own);
    else CHECK(list == NULL);
    taos_free_instances(&list, count);
    CHECK(list == NULL);
  }
  if (!told) CHECK_PREFIX(taos_errstr(NULL), "Operation not supported: listing the adapters needs a server from 3.4.1.10; ");
  list = (char **)&list;
  CHECK_CODE(taos_list_instances("taosx", &list, &count), 0x80000100);
  CHECK(list == NULL && count == 0);
  CHECK_CODE(taos_list_instances(NULL, NULL, &count), 0x80000118);
  CHECK_CODE(taos_list_instances(NULL, &list, NULL), 0x80000118);
  taos_free_instances(&list, 0);
  taos_free_instances(NULL, 3);
  CHECK_CODE(taos_register_instance("here:6041", "taosadapter", "", 30), 0x80000100);
  CHECK_PREFIX(taos_errstr(NULL), "Operation not supported: taosAdapter has no action to register");
  taos_close(taos);
  return finish();
}
