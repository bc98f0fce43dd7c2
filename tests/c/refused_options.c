/* An option that is refused has a code, and a text that says why. */
#include "check.h"

static void refused(int line, int rc, int want, unsigned code, const char *word) {
  if (rc != want || (unsigned)taos_errno(NULL) != code) failed(__FILE__, line, "0x%08x, errno 0x%08x, not 0x%08x", (unsigned)rc, (unsigned)taos_errno(NULL), code);
  if (!strstr(taos_errstr(NULL), word)) failed(__FILE__, line, "\"%s\" does not say \"%s\"", taos_errstr(NULL), word);
}
#define REFUSED(call, code, word) refused(__LINE__, call, (int)code, code, word)
#define REFUSED_BY_MINUS_ONE(call, code, word) refused(__LINE__, call, -1, code, word)

int main(void) {
  OPTIONS bag;
  REFUSED_BY_MINUS_ONE(taos_options(77, "x"), 0x80000118, "there is no option 77");
  REFUSED_BY_MINUS_ONE(taos_options(-1, "x"), 0x80000118, "there is no option -1");
  REFUSED(taos_options(TSDB_OPTION_LOCALE, "xx_YY.nosuch"), 0x80000119, "no locale `xx_YY.nosuch`");
  REFUSED(taos_options(TSDB_OPTION_CHARSET, "nosuch"), 0x80ff0016, "no character set `nosuch`");
  REFUSED(taos_options(TSDB_OPTION_CHARSET, ""), 0x80000119, "empty");
  REFUSED(taos_options(TSDB_OPTION_SHELL_ACTIVITY_TIMER, "3"), 0x80000122, "there is no timer");
  REFUSED(taos_options(TSDB_OPTION_SHELL_ACTIVITY_TIMER, "x"), 0x80000133, "there is no timer");
  for (int option = TSDB_OPTION_LOCALE; option < TSDB_OPTION_DRIVER; option++) REFUSED(taos_options(option, NULL), 0x80000118, "NULL");
  REFUSED(taos_options(TSDB_OPTION_CONFIGDIR, "\xff\xfe"), 0x80000118, "not UTF-8 from its byte 1 on");
  REFUSED_BY_MINUS_ONE(taos_options(TSDB_OPTION_DRIVER, NULL), 0x80000118, "NULL");
  REFUSED_BY_MINUS_ONE(taos_options(TSDB_OPTION_DRIVER, "odbc"), 0x80000118, "no driver `odbc`; there are native and websocket");
  CHECK_INT(taos_options(TSDB_OPTION_DRIVER, "WebSocket"), 0);
  CHECK_CODE(taos_errno(NULL), 0);
  CHECK_STR(taos_errstr(NULL), "success");
  /* texts that are no JSON object change nothing, and are no mistake; the next one is the first that counts */
  const char *not_json[] = {"debugFlag 135maxSQLLength 1048576", "not json", "", "[1]", "{\"a\":"};
  for (int i = 0; i < 5; i++) {
    setConfRet answer = taos_set_config(not_json[i]);
    CHECK_INT(answer.retCode, SET_CONF_RET_SUCC);
    CHECK_STR(answer.retMsg, "");
  }
  CHECK_INT(taos_set_config("{\"firstEp\":\"127.0.0.1:1\"}").retCode, SET_CONF_RET_SUCC);
  CHECK_INT(taos_set_config("{\"firstEp\":\"127.0.0.1:1\"}").retCode, SET_CONF_RET_ERR_ONLY_ONCE);
  CHECK_INT(taos_set_config(NULL).retCode, SET_CONF_RET_ERR_JSON_INVALID);
  CHECK(taos_connect(NULL, NULL, NULL, NULL, 0) == NULL);
  CHECK(strstr(taos_errstr(NULL), "127.0.0.1:1: Connection refused") != NULL);
  /* natively a bag that is none is an empty one */
  CHECK(taos_connect_with(NULL) == NULL);
  CHECK_CODE(taos_errno(NULL), 0x8000000b);
  memset(&bag, 0, sizeof bag);
  taos_set_option(&bag, NULL, "x");
  CHECK_CODE(taos_errno(NULL), 0x80000118);
  bag.count = sizeof bag.keys / sizeof *bag.keys;
  taos_set_option(&bag, "user", "x");
  CHECK_CODE(taos_errno(NULL), 0x80000118);
  CHECK_INT(bag.count, sizeof bag.keys / sizeof *bag.keys);
  return finish();
}
