/*
 * TDengine's C client interface, as libtaos over WebSocket implements it.
 *
 * Generated from src/capi; do not edit. A function's line "Here:" says what it does in this library:
 * it works; it is local, without the server; or it is not supported, and returns an error that says so.
 *
 * Errors are negative numbers, 0x80000000 and TDengine's 16 bits; taoserror.h has their names. A
 * function that fails sets the last error of its thread: see taos_errno(NULL).
 * Strings are NUL-terminated UTF-8 and are copied.
 * Any number of threads may use a connection at once; a result or statement is for one at a time.
 * Handles are opaque. NULL, a handle of another kind or a freed one is an error, not a crash.
 */


#ifndef TAOS_H
#define TAOS_H

#include <stdbool.h>
#include <stdint.h>

/* Codes that are named below; taoserror.h has all. */
#define TAOS_DEF_ERROR_CODE(mod, code) ((int32_t)((0x80000000 | ((mod)<<16) | (code))))
#define TSDB_CODE_RPC_BROKEN_LINK TAOS_DEF_ERROR_CODE(0, 0x0018)
#define TSDB_CODE_RPC_TIMEOUT TAOS_DEF_ERROR_CODE(0, 0x0019)
#define TSDB_CODE_OPS_NOT_SUPPORT TAOS_DEF_ERROR_CODE(0, 0x0100)
#define TSDB_CODE_INVALID_PARA TAOS_DEF_ERROR_CODE(0, 0x0118)
#define TSDB_CODE_TIME_ERROR TAOS_DEF_ERROR_CODE(0, 0x013B)
#define TSDB_CODE_TSC_INVALID_OPERATION TAOS_DEF_ERROR_CODE(0, 0x0200)
#define TSDB_CODE_TSC_INVALID_INPUT TAOS_DEF_ERROR_CODE(0, 0x0229)
#define TSDB_CODE_TSC_STMT_API_ERROR TAOS_DEF_ERROR_CODE(0, 0x022A)
#define TSDB_CODE_TSC_STMT_TBNAME_ERROR TAOS_DEF_ERROR_CODE(0, 0x022B)
#define TSDB_CODE_TSC_INTERNAL_ERROR TAOS_DEF_ERROR_CODE(0, 0x02FF)
#define TSDB_CODE_MND_AUTH_FAILURE TAOS_DEF_ERROR_CODE(0, 0x0357)
#define TSDB_CODE_MND_TOPIC_NOT_EXIST TAOS_DEF_ERROR_CODE(0, 0x03E1)
#define TSDB_CODE_CTG_INVALID_INPUT TAOS_DEF_ERROR_CODE(0, 0x2401)
#define TSDB_CODE_PAR_TABLE_NOT_EXIST TAOS_DEF_ERROR_CODE(0, 0x2603)
#define TSDB_CODE_TMQ_INVALID_MSG TAOS_DEF_ERROR_CODE(0, 0x4000)
#define TSDB_CODE_TMQ_CONSUMER_CLOSED TAOS_DEF_ERROR_CODE(0, 0x4002)
#define TSDB_CODE_TMQ_SNAPSHOT_ERROR TAOS_DEF_ERROR_CODE(0, 0x4006)
#define TSDB_CODE_TMQ_VERSION_OUT_OF_RANGE TAOS_DEF_ERROR_CODE(0, 0x4007)
#define TSDB_CODE_TMQ_INVALID_VGID TAOS_DEF_ERROR_CODE(0, 0x4008)
#define TSDB_CODE_TMQ_INVALID_TOPIC TAOS_DEF_ERROR_CODE(0, 0x4009)
#define TSDB_CODE_TMQ_NO_COMMITTED TAOS_DEF_ERROR_CODE(0, 0x4011)
#define TSDB_CODE_TMQ_INVALID_STATUS TAOS_DEF_ERROR_CODE(0, 0x4017)
#define TSDB_CODE_ADAPTER_SQL_REJECTED TAOS_DEF_ERROR_CODE(0, 0xFFFD)
#define TSDB_CODE_ADAPTER_QUERY_LIMIT TAOS_DEF_ERROR_CODE(0, 0xFFFE)

/* Called when a commit is done. */
typedef struct tmq_t tmq_t;
typedef void(tmq_commit_cb)(tmq_t *tmq, int32_t code, void *param);

/**
 * `TAOS_FIELD.type` and the like.
 */
#define TSDB_DATA_TYPE_NULL 0

#define TSDB_DATA_TYPE_BOOL 1

#define TSDB_DATA_TYPE_TINYINT 2

#define TSDB_DATA_TYPE_SMALLINT 3

#define TSDB_DATA_TYPE_INT 4

#define TSDB_DATA_TYPE_BIGINT 5

#define TSDB_DATA_TYPE_FLOAT 6

#define TSDB_DATA_TYPE_DOUBLE 7

#define TSDB_DATA_TYPE_VARCHAR 8

/**
 * The older name of VARCHAR.
 */
#define TSDB_DATA_TYPE_BINARY 8

#define TSDB_DATA_TYPE_TIMESTAMP 9

#define TSDB_DATA_TYPE_NCHAR 10

#define TSDB_DATA_TYPE_UTINYINT 11

#define TSDB_DATA_TYPE_USMALLINT 12

#define TSDB_DATA_TYPE_UINT 13

#define TSDB_DATA_TYPE_UBIGINT 14

#define TSDB_DATA_TYPE_JSON 15

#define TSDB_DATA_TYPE_VARBINARY 16

#define TSDB_DATA_TYPE_DECIMAL 17

#define TSDB_DATA_TYPE_BLOB 18

#define TSDB_DATA_TYPE_MEDIUMBLOB 19

#define TSDB_DATA_TYPE_GEOMETRY 20

#define TSDB_DATA_TYPE_DECIMAL64 21

#define TSDB_DATA_TYPE_MAX 22

/**
 * What `taos_options` sets.
 */
typedef enum TSDB_OPTION {
  TSDB_OPTION_LOCALE = 0,
  TSDB_OPTION_CHARSET = 1,
  TSDB_OPTION_TIMEZONE = 2,
  TSDB_OPTION_CONFIGDIR = 3,
  TSDB_OPTION_SHELL_ACTIVITY_TIMER = 4,
  TSDB_OPTION_USE_ADAPTER = 5,
  TSDB_OPTION_DRIVER = 6,
  TSDB_MAX_OPTIONS = 7,
} TSDB_OPTION;

/**
 * What `taos_options_connection` sets.
 */
typedef enum TSDB_OPTION_CONNECTION {
  TSDB_OPTION_CONNECTION_CLEAR = -1,
  TSDB_OPTION_CONNECTION_CHARSET = 0,
  TSDB_OPTION_CONNECTION_TIMEZONE = 1,
  TSDB_OPTION_CONNECTION_USER_IP = 2,
  TSDB_OPTION_CONNECTION_USER_APP = 3,
  /**
   * Since 3.4. In headers of 3.3, `TSDB_MAX_OPTIONS_CONNECTION` has this number, and it is no
   * option.
   */
  TSDB_OPTION_CONNECTION_CONNECTOR_INFO = 4,
  TSDB_MAX_OPTIONS_CONNECTION = 5,
} TSDB_OPTION_CONNECTION;

/**
 * What `taos_get_connection_info` can be asked for.
 */
typedef enum TSDB_CONNECTION_INFO {
  TSDB_CONNECTION_INFO_USER = 0,
  TSDB_CONNECTION_INFO_TOKEN = 1,
  TSDB_MAX_CONNECTION_INFO = 2,
} TSDB_CONNECTION_INFO;

/**
 * Schemaless line formats.
 */
typedef enum TSDB_SML_PROTOCOL_TYPE {
  TSDB_SML_UNKNOWN_PROTOCOL = 0,
  TSDB_SML_LINE_PROTOCOL = 1,
  TSDB_SML_TELNET_PROTOCOL = 2,
  TSDB_SML_JSON_PROTOCOL = 3,
} TSDB_SML_PROTOCOL_TYPE;

/**
 * Units of schemaless timestamps.
 */
typedef enum TSDB_SML_TIMESTAMP_TYPE {
  TSDB_SML_TIMESTAMP_NOT_CONFIGURED = 0,
  TSDB_SML_TIMESTAMP_HOURS = 1,
  TSDB_SML_TIMESTAMP_MINUTES = 2,
  TSDB_SML_TIMESTAMP_SECONDS = 3,
  TSDB_SML_TIMESTAMP_MILLI_SECONDS = 4,
  TSDB_SML_TIMESTAMP_MICRO_SECONDS = 5,
  TSDB_SML_TIMESTAMP_NANO_SECONDS = 6,
} TSDB_SML_TIMESTAMP_TYPE;

/**
 * What a `?` of a version 2 statement stands for.
 */
typedef enum TAOS_FIELD_T {
  TAOS_FIELD_COL = 1,
  TAOS_FIELD_TAG = 2,
  TAOS_FIELD_QUERY = 3,
  TAOS_FIELD_TBNAME = 4,
} TAOS_FIELD_T;

/**
 * Events of `taos_set_notify_cb`.
 */
typedef enum TAOS_NOTIFY_TYPE {
  TAOS_NOTIFY_PASSVER = 0,
  TAOS_NOTIFY_WHITELIST_VER = 1,
  TAOS_NOTIFY_USER_DROPPED = 2,
} TAOS_NOTIFY_TYPE;

/**
 * What `taos_set_conn_mode` sets.
 */
typedef enum TAOS_CONN_MODE {
  TAOS_CONN_MODE_BI = 0,
} TAOS_CONN_MODE;

/**
 * What `taos_check_server_status` returns.
 */
typedef enum TSDB_SERVER_STATUS {
  TSDB_SRV_STATUS_UNAVAILABLE = 0,
  TSDB_SRV_STATUS_NETWORK_OK = 1,
  TSDB_SRV_STATUS_SERVICE_OK = 2,
  TSDB_SRV_STATUS_SERVICE_DEGRADED = 3,
  TSDB_SRV_STATUS_EXTING = 4,
} TSDB_SERVER_STATUS;

/**
 * What `taos_set_config` returns in `retCode`.
 */
typedef enum SET_CONF_RET_CODE {
  SET_CONF_RET_SUCC = 0,
  SET_CONF_RET_ERR_PART = -1,
  SET_CONF_RET_ERR_INNER = -2,
  SET_CONF_RET_ERR_JSON_INVALID = -3,
  SET_CONF_RET_ERR_JSON_PARSE = -4,
  SET_CONF_RET_ERR_ONLY_ONCE = -5,
  SET_CONF_RET_ERR_TOO_LONG = -6,
} SET_CONF_RET_CODE;

/**
 * What `tmq_conf_set` returns.
 */
typedef enum tmq_conf_res_t {
  TMQ_CONF_UNKNOWN = -2,
  TMQ_CONF_INVALID = -1,
  TMQ_CONF_OK = 0,
} tmq_conf_res_t;

/**
 * What a consumed message holds.
 */
typedef enum tmq_res_t {
  TMQ_RES_INVALID = -1,
  TMQ_RES_DATA = 1,
  TMQ_RES_TABLE_META = 2,
  TMQ_RES_METADATA = 3,
  TMQ_RES_RAWDATA = 4,
} tmq_res_t;

/**
 * A consumer's configuration.
 */
typedef struct tmq_conf_t tmq_conf_t;

/**
 * A list of topics.
 */
typedef struct tmq_list_t tmq_list_t;

/**
 * A connection. From `taos_connect` to `taos_close`.
 */
typedef void TAOS;

/**
 * What `taos_set_config` returns. 1028 bytes.
 */
typedef struct setConfRet {
  SET_CONF_RET_CODE retCode;
  char retMsg[1024];
} setConfRet;

/**
 * Key-value pairs for `taos_connect_with`. 4104 bytes.
 */
typedef struct OPTIONS {
  const char *keys[256];
  const char *values[256];
  uint16_t count;
} OPTIONS;

/**
 * A result. To be freed by `taos_free_result`.
 */
typedef void TAOS_RES;

/**
 * A column of a result. 72 bytes.
 */
typedef struct taosField {
  /**
   * NUL-terminated.
   */
  char name[65];
  /**
   * `TSDB_DATA_TYPE_*`
   */
  int8_t type;
  /**
   * The declared size: in characters for NCHAR and JSON, else in bytes.
   */
  int32_t bytes;
} TAOS_FIELD;

/**
 * A column of a result with a decimal's digits. 72 bytes.
 */
typedef struct TAOS_FIELD_E {
  char name[65];
  int8_t type;
  /**
   * The digits of a decimal, or the unit of a statement's timestamps; else 0.
   */
  uint8_t precision;
  /**
   * The digits of a decimal after the point; else 0.
   */
  uint8_t scale;
  int32_t bytes;
} TAOS_FIELD_E;

/**
 * One pointer per column; NULL where the value is NULL.
 */
typedef void **TAOS_ROW;

/**
 * Called when an asynchronous call is done. `code` is 0, a row count, or a negative error code.
 */
typedef void (*__taos_async_fn_t)(void *param, TAOS_RES *res, int code);

/**
 * A version 1 statement.
 */
typedef void TAOS_STMT;

/**
 * Options of `taos_stmt_init_with_options`. 16 bytes.
 */
typedef struct TAOS_STMT_OPTIONS {
  int64_t reqId;
  bool singleStbInsert;
  bool singleTableBindOnce;
} TAOS_STMT_OPTIONS;

/**
 * Values for a `?` of a version 1 statement. 48 bytes.
 */
typedef struct TAOS_MULTI_BIND {
  int buffer_type;
  /**
   * `num` values, each `buffer_length` bytes from the one before.
   */
  void *buffer;
  uintptr_t buffer_length;
  /**
   * Bytes of each value. May be NULL for types of fixed size.
   */
  int32_t *length;
  /**
   * 1 for each NULL. May be NULL if there is none.
   */
  char *is_null;
  int num;
} TAOS_MULTI_BIND;

/**
 * A version 2 statement.
 */
typedef void TAOS_STMT2;

/**
 * Options of `taos_stmt2_init`. 32 bytes.
 */
typedef struct TAOS_STMT2_OPTION {
  int64_t reqid;
  bool singleStbInsert;
  bool singleTableBindOnce;
  __taos_async_fn_t asyncExecFn;
  void *userdata;
} TAOS_STMT2_OPTION;

/**
 * Values for a `?` of a version 2 statement. 40 bytes.
 */
typedef struct TAOS_STMT2_BIND {
  int buffer_type;
  /**
   * The values, one after the other. NULLs of variable types take no space.
   */
  void *buffer;
  int32_t *length;
  char *is_null;
  int num;
} TAOS_STMT2_BIND;

/**
 * Values for several tables. 32 bytes; each array has `count` entries, may be NULL, and may have
 * NULL entries.
 */
typedef struct TAOS_STMT2_BINDV {
  int count;
  char **tbnames;
  TAOS_STMT2_BIND **tags;
  TAOS_STMT2_BIND **bind_cols;
} TAOS_STMT2_BINDV;

/**
 * A `?` of a version 2 statement. 76 bytes.
 */
typedef struct TAOS_FIELD_ALL {
  char name[65];
  int8_t type;
  uint8_t precision;
  uint8_t scale;
  int32_t bytes;
  /**
   * `TAOS_FIELD_T`
   */
  uint8_t field_type;
} TAOS_FIELD_ALL;

/**
 * Values of one column for all rows of all tables.
 */
typedef struct TAOS_STMT2_COLUMN_BIND {
  int buffer_type;
  void *buffer;
  int32_t *length;
  char *is_null;
} TAOS_STMT2_COLUMN_BIND;

/**
 * Values by column. The table's name is a column, too.
 */
typedef struct TAOS_STMT2_COLUMN_BINDV {
  int num_columns;
  int num_rows;
  int num_tables;
  TAOS_STMT2_COLUMN_BIND *columns;
} TAOS_STMT2_COLUMN_BINDV;

/**
 * Where a consumer stands in a vgroup. 32 bytes.
 */
typedef struct tmq_topic_assignment {
  int32_t vgId;
  int64_t currentOffset;
  int64_t begin;
  int64_t end;
} tmq_topic_assignment;

/**
 * A message in the server's own form. 16 bytes, passed by value.
 */
typedef struct tmq_raw_data {
  void *raw;
  uint32_t raw_len;
  uint16_t raw_type;
} tmq_raw_data;

/**
 * Hash range of a vgroup. 12 bytes.
 */
typedef struct TAOS_VGROUP_HASH_INFO {
  int32_t vgId;
  uint32_t hashBegin;
  uint32_t hashEnd;
} TAOS_VGROUP_HASH_INFO;

/**
 * How a database distributes its tables over vgroups. 24 bytes.
 */
typedef struct TAOS_DB_ROUTE_INFO {
  int32_t routeVersion;
  int16_t hashPrefix;
  int16_t hashSuffix;
  int8_t hashMethod;
  int32_t vgNum;
  /**
   * From `malloc`; the caller frees it.
   */
  TAOS_VGROUP_HASH_INFO *vgHash;
} TAOS_DB_ROUTE_INFO;

/**
 * Called on an event of `taos_set_notify_cb`.
 */
typedef void (*__taos_notify_fn_t)(void *param, void *ext, int type);

/**
 * Called with a user's IP white list.
 */
typedef void (*__taos_async_whitelist_fn_t)(void *param,
                                            int code,
                                            TAOS *taos,
                                            int numOfWhiteLists,
                                            uint64_t *pWhiteLists);

/**
 * Called with a user's IPv4 and IPv6 white list.
 */
typedef void (*__taos_async_whitelist_dual_stack_fn_t)(void *param,
                                                       int code,
                                                       TAOS *taos,
                                                       int numOfWhiteLists,
                                                       char **pWhiteLists);

/**
 * The same, by the name of newer headers.
 */
typedef __taos_async_whitelist_dual_stack_fn_t __taos_async_ip_whitelist_fn_t;

/**
 * Called with the times at which a user may connect.
 */
typedef __taos_async_whitelist_dual_stack_fn_t __taos_async_datetime_whitelist_fn_t;

/**
 * The same, by the name of some headers.
 */
typedef TAOS_FIELD_ALL TAOS_FIELD_STB;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Prepares the library. No other function needs it: each prepares what it uses.
 *
 * If the program has not chosen a character locale (its LC_CTYPE is "C"), this sets LC_CTYPE from
 * the environment (`LC_ALL`, `LC_CTYPE`, `LANG`), as the native client does. Without `taos_init`,
 * the first connection does so. No other category is changed. `TAOS_SET_LOCALE=false` leaves
 * LC_CTYPE as it is, too. Setting a locale is not safe beside threads that use it: a program that
 * has such threads calls this before it starts them.
 *
 * Returns 0. May be called any number of times, by any thread. It starts no thread.
 *
 * Here: local
 */
int taos_init(void);

/**
 * Ends the library's threads. Connections and results stay valid, and must still be closed and
 * freed. The library can be used again afterwards. Asynchronous calls in flight end: their
 * callbacks are called with an error before this returns. Registrations of `taos_set_notify_cb`
 * end, and passwords of earlier logins are forgotten.
 *
 * May be called any number of times, but not inside a callback.
 *
 * Here: local
 */
void taos_cleanup(void);

/**
 * The version of the client interface, `3.3.7.5`. The text is static.
 *
 * Here: local
 */
const char *taos_get_client_info(void);

/**
 * The build of this library, for bug reports. The text is static.
 *
 * Here: local
 */
char *getBuildInfo(void);

/**
 * The name of a column type, such as `TSDB_DATA_TYPE_INT`; `UNKNOWN` for a number that is no type.
 * The text is static.
 *
 * Here: local
 */
const char *taos_data_type(int type);

/**
 * Sets an option of the process. The value is a NUL-terminated string and is copied.
 *
 * - `TSDB_OPTION_CONFIGDIR`: the directory of `taos.cfg`, or the file.
 * - `TSDB_OPTION_TIMEZONE`: the time zone of all connections that have none of their own,
 *   including open ones. The process's own `TZ` stays as it is. `TSDB_CODE_TIME_ERROR` if the system's C
 *   library can make no zone of it.
 * - `TSDB_OPTION_CHARSET`: the character set of connections made later, by a name that the C
 *   library's `iconv` knows; UTF-8 unless set.
 * - `TSDB_OPTION_LOCALE`: checked. The process's own locale stays as it is.
 * - `TSDB_OPTION_USE_ADAPTER`: accepted without effect; this library always uses the adapter.
 * - `TSDB_OPTION_DRIVER`: `native` and `websocket` are accepted before `taos_init` and the first
 *   connection, without effect: this library is the driver. Later they are refused, as natively.
 * - `TSDB_OPTION_SHELL_ACTIVITY_TIMER`: refused; there is no such timer.
 *
 * Returns 0, an error code, or -1 for a driver that is refused and for an option that does not
 * exist. `taos_errstr(NULL)` says why.
 *
 * Here: works
 *
 * Requires:
 * `arg` is NULL or points to a NUL-terminated string.
 */
int taos_options(TSDB_OPTION option, const void *arg, ...);

/**
 * Sets an option of one connection; `arg` NULL resets it. The value is copied.
 *
 * - `TSDB_OPTION_CONNECTION_CLEAR`: resets all options.
 * - `TSDB_OPTION_CONNECTION_TIMEZONE`: the zone of its times; "" is UTC.
 * - `TSDB_OPTION_CONNECTION_USER_IP`, `TSDB_OPTION_CONNECTION_USER_APP`: what the server shows.
 * - `TSDB_OPTION_CONNECTION_CONNECTOR_INFO`: the same; accepted and not sent to servers before
 *   3.4.
 * - `TSDB_OPTION_CONNECTION_CHARSET`: the character set of its statements, and of the NCHAR texts
 *   of its results, by a name that the C library's `iconv` knows. VARCHAR and names are handed on
 *   as they are. A text with a character that the set does not have ends its result with
 *   `TSDB_CODE_TSC_INTERNAL_ERROR`.
 *
 * This does not wait. The server is told before the connection's next statement, once for all
 * options set by then. If it refuses the zone or the character set, statements fail with its error
 * until the option is set again.
 *
 * Returns 0 or an error code: `TSDB_CODE_INVALID_PARA` for an option that does not exist. Needs a server
 * from 3.3.5.0.
 *
 * Here: works
 *
 * Requires:
 * `arg` is NULL or points to a NUL-terminated string.
 */
int taos_options_connection(TAOS *taos, TSDB_OPTION_CONNECTION option, const void *arg, ...);

/**
 * Sets a mode of a connection: `TAOS_CONN_MODE_BI` on (1) or off (0). Over WebSocket, a mode is
 * chosen at the login. So the connection moves to a new login with its next statement, with the
 * same database and options; open results stay readable. This does not wait.
 *
 * Returns 0 or an error code.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_set_conn_mode(TAOS *taos, int mode, int value);

/**
 * Sets items of the configuration by a JSON object, as `taos.cfg` would: `{"firstEp":"h:6041"}`.
 * They apply to connections made later, and come before those of the file. This may be called
 * once. A text that is no JSON object changes nothing, is logged, and returns success, as
 * natively.
 *
 * The result is a struct, not a pointer. Its `retCode` is 0, or `SET_CONF_RET_ERR_*` with a text
 * in `retMsg`.
 *
 * Here: works
 *
 * Requires:
 * `config` is NULL or points to a NUL-terminated string.
 */
setConfRet taos_set_config(const char *config);

/**
 * Opens a connection to taosAdapter and logs in.
 *
 * - `ip`: a host name, an IPv4 or IPv6 address, a list `h1:6041,[::1]:6042`, or a connection
 *   string `ws://user:password@host:port/db?key=value` (`wss` for TLS), which takes precedence
 *   over the other arguments. In a list, port 6030 counts as no port. NULL or empty means the host
 *   of `taos.cfg`, else localhost.
 * - `user`, `pass`: NULL for `root` and `taosdata`. The password may be any UTF-8.
 * - `db`: the database to select; NULL or empty for none.
 * - `port`: 0 and 6030, the native client's port, mean taosAdapter's 6041.
 *
 * Strings are copied. This waits at most `connect_timeout` (10 s) for each host.
 *
 * Returns the connection, to be closed by `taos_close`, or NULL; `taos_errno(NULL)` then says why.
 * Any number of threads may use a connection at once.
 *
 * Here: works
 *
 * Requires:
 * Each pointer is NULL or points to a NUL-terminated string.
 */
TAOS *taos_connect(const char *ip,
                   const char *user,
                   const char *pass,
                   const char *db,
                   uint16_t port);

/**
 * Opens a connection with the MD5 digest of a password, in 32 hexadecimal digits. The adapter's
 * login needs the password itself, so the digest must be that of a password which this process
 * knows: the one of the connection string in `ip` or in the settings, else `taosdata`; or one by
 * which this user has logged in before (of the last 256 logins, until `taos_cleanup`). Otherwise
 * as `taos_connect`.
 *
 * For any other digest, returns NULL with `TSDB_CODE_MND_AUTH_FAILURE`, without asking the server.
 *
 * Here: works - for passwords that the process knows
 *
 * Requires:
 * Each pointer is NULL or points to a NUL-terminated string.
 */
TAOS *taos_connect_auth(const char *ip,
                        const char *user,
                        const char *auth,
                        const char *db,
                        uint16_t port);

/**
 * As `taos_connect`, with a one-time code (servers from 3.4.0.0).
 *
 * Here: works
 *
 * Requires:
 * Each pointer is NULL or points to a NUL-terminated string.
 */
TAOS *taos_connect_totp(const char *ip,
                        const char *user,
                        const char *pass,
                        const char *totp,
                        const char *db,
                        uint16_t port);

/**
 * As `taos_connect`, with a login token in place of user and password (servers from 3.4.0.0).
 *
 * Here: works
 *
 * Requires:
 * Each pointer is NULL or points to a NUL-terminated string.
 */
TAOS *taos_connect_token(const char *ip, const char *token, const char *db, uint16_t port);

/**
 * Would `taos_connect_totp` succeed with these arguments? Returns 0 or an error code, which is
 * also the thread's last error.
 *
 * Here: works
 *
 * Requires:
 * Each pointer is NULL or points to a NUL-terminated string.
 */
int taos_connect_test(const char *ip,
                      const char *user,
                      const char *pass,
                      const char *totp,
                      const char *db,
                      uint16_t port);

/**
 * Opens a connection by a connection string alone, `ws://user:password@host:port/db?key=value`.
 *
 * Here: works
 *
 * Requires:
 * `dsn` is NULL or points to a NUL-terminated string.
 */
TAOS *taos_connect_with_dsn(const char *dsn);

/**
 * Adds a key and a value to a bag of options for `taos_connect_with`. The strings are not copied:
 * they must live until that call. A full bag (256) stays as it is, and the thread's last error
 * says so.
 *
 * Here: local
 *
 * Requires:
 * `options` is NULL or points to a bag that was zeroed before its first use.
 */
void taos_set_option(OPTIONS *options, const char *key, const char *value);

/**
 * Opens a connection by a bag of options: `ip`, `port`, `user`, `pass`, `db`, and every key that a
 * connection string has, also by the name that TDengine's examples give it: `userIp`, `userApp`,
 * `connectorInfo`, `connRetries`, `retryBackoffMs`, `retryBackoffMaxMs`, `wsTlsMode`,
 * `wsTlsVersion`, `wsTlsCa`, `adapterList`. An empty value counts as none. NULL is an empty bag.
 * Otherwise as `taos_connect`.
 *
 * Here: works
 *
 * Requires:
 * `options` is NULL or points to a bag whose strings live.
 */
TAOS *taos_connect_with(const OPTIONS *options);

/**
 * Closes a connection. New calls with the handle fail with "Disconnected from service". What is
 * open goes on, as natively: results can be read to their end, statements bound and executed;
 * calls in progress are answered, callbacks called. All of these must be freed as usual. The
 * connection to the server ends when the last of them is freed or done; nothing connects anew
 * until then. To end waits as well, call `taos_kill_query` before.
 *
 * Callbacks of `taos_set_notify_cb` are not called after this. If one is running, this waits for
 * it, a second at most, unless that callback is the caller.
 *
 * This does not wait for calls in progress, and may be called in a callback. NULL and a closed
 * handle are allowed.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
void taos_close(TAOS *taos);

/**
 * Selects the database of later statements of this connection. The name is taken as SQL takes it
 * (lower case, unless in back-ticks).
 *
 * Returns 0 or an error code. As natively, the code becomes the thread's last error, unless it
 * comes from the server, which refuses the database.
 *
 * Here: works
 *
 * Requires:
 * `db` is NULL or points to a NUL-terminated string.
 */
int taos_select_db(TAOS *taos, const char *db);

/**
 * From now on, no database is selected. This does not wait. If one was selected, the connection
 * moves to a new login with its next statement, unless that selects another one; open results stay
 * readable.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
void taos_reset_current_db(TAOS *taos);

/**
 * Writes the name of the selected database, NUL-terminated, into `database` of `len` bytes; empty
 * if there is none.
 *
 * Returns 0. If the name does not fit, returns `TSDB_CODE_INVALID_PARA`, writes as much of it as fits, and
 * sets `*required` to the number of bytes needed. Otherwise `*required` is left alone; `required`
 * may be NULL.
 *
 * Here: works
 *
 * Requires:
 * `database` is NULL or has room for `len` bytes; `required` is NULL or points to an int.
 */
int taos_get_current_db(TAOS *taos, char *database, int len, int *required);

/**
 * Prepares the metadata of tables, `db.table` or `table`, separated by commas. Over WebSocket, the
 * server keeps the metadata, so only the names are checked.
 *
 * Returns 0; `TSDB_CODE_TSC_INVALID_OPERATION` for a text that is no such list, and for a bare table name if
 * no database is selected.
 *
 * Here: local - the client keeps no table metadata to load
 *
 * Requires:
 * `tableNameList` is NULL or points to a NUL-terminated string.
 */
int taos_load_table_info(TAOS *taos, const char *tableNameList);

/**
 * The server's version and build. The text belongs to the connection. NULL on failure, with the
 * reason in the thread's last error.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
const char *taos_get_server_info(TAOS *taos);

/**
 * Is the connection usable? 1 for yes, 0 for no. The server is not asked: the answer says whether
 * the connection has been seen to end. The next call that needs an ended connection replaces it.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_connect_is_alive(TAOS *taos);

/**
 * Returns `TSDB_CODE_OPS_NOT_SUPPORT`: what this function should check and return is documented nowhere.
 * `taos_connect_is_alive` says whether a connection is there, `taos_get_connection_info` whose it
 * is.
 *
 * Here: not supported - nothing says what it does; ask taos_connect_is_alive
 *
 * Requires:
 * None: the arguments are not looked at.
 */
int taos_validate_connection(TAOS *taos, char *str, int *len);

/**
 * Writes the user (`TSDB_CONNECTION_INFO_USER`) or the token (`TSDB_CONNECTION_INFO_TOKEN`,
 * servers from 3.4) of a connection, NUL-terminated, into `buffer` of `*len` bytes. `*len` becomes
 * its length.
 *
 * Returns 0; `TSDB_CODE_INVALID_PARA` if it does not fit, with the number of bytes needed in `*len`.
 *
 * Here: works
 *
 * Requires:
 * `len` is NULL or points to an int; `buffer` is NULL or has room for `*len` bytes.
 */
int taos_get_connection_info(TAOS *taos, TSDB_CONNECTION_INFO info, char *buffer, int *len);

/**
 * The state of the server behind the adapter at `fqdn` and `port` (as for `taos_connect`), with an
 * explanation in `details`, NUL-terminated within `maxlen` bytes. This makes a connection of its
 * own, without a login. `TSDB_SRV_STATUS_UNAVAILABLE` if that fails, with the reason in `details`.
 *
 * Here: works
 *
 * Requires:
 * `fqdn` is NULL or points to a NUL-terminated string; `details` is NULL or has room for `maxlen`
 * bytes.
 */
TSDB_SERVER_STATUS taos_check_server_status(const char *fqdn, int port, char *details, int maxlen);

/**
 * The error code of a result, 0 for none: negative, `0x80000000` and TDengine's 16 bits.
 *
 * With NULL, the code of the calling thread's last failure; a successful call sets it to 0. For a
 * handle that is not, or no longer, a result: `TSDB_CODE_TSC_INVALID_INPUT`.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_errno(TAOS_RES *res);

/**
 * The text of a result's error: the server's own, or that of the code; `success` if there is none.
 * Never NULL. It belongs to the result; if it is only the text of a code, it stays valid for good.
 *
 * With NULL, the text of the calling thread's last failure, valid until the thread's next one.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
const char *taos_errstr(TAOS_RES *res);

/**
 * The text of an error code: that of the thread's last error if it has this code, else the code's
 * own; empty for a code without a text. Valid until the thread's next failing call.
 *
 * Here: local
 */
const char *tmq_err2str(int code);

/**
 * Runs a statement and waits for its outcome. The text is copied. It is UTF-8, or in the
 * connection's character set, and may be as long as the server takes (1 MiB).
 *
 * Returns a result, to be freed by `taos_free_result`, even if the server refused the statement:
 * `taos_errno(result)` says so. NULL only if `taos` or `sql` is NULL, or `taos` is no connection.
 *
 * Any number of threads may run statements on one connection.
 *
 * taosAdapter itself may refuse a statement, with `TSDB_CODE_ADAPTER_SQL_REJECTED` if its operator has a
 * rule against it; and with `TSDB_CODE_ADAPTER_QUERY_LIMIT` if too many SELECTs of the user are under way,
 * or their results not freed, and none has ended in the time that the operator allows (900 s
 * unless set). A SELECT waits that long only if `read_timeout` is longer; else it fails with
 * `TSDB_CODE_RPC_TIMEOUT`. The library does not send such a statement again; that is the program's decision.
 *
 * Here: works
 *
 * Requires:
 * `sql` is NULL or points to a NUL-terminated string.
 */
TAOS_RES *taos_query(TAOS *taos, const char *sql);

/**
 * As `taos_query`, with an id that the server's log shows. 0 lets the library choose one.
 *
 * Here: works
 *
 * Requires:
 * `sql` is NULL or points to a NUL-terminated string.
 */
TAOS_RES *taos_query_with_reqid(TAOS *taos, const char *sql, int64_t reqId);

/**
 * Frees a result and everything that was reached through it. NULL and a freed result are allowed.
 * Freeing the last result of a closed connection ends the connection on the server, too, unless
 * the result was read to its end before.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
void taos_free_result(TAOS_RES *res);

/**
 * Ends the reading of a result: no further row comes, not even of the block that is held. A fetch
 * under way, also in another thread, finds the end at once; that is no error. The result must
 * still be freed.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
void taos_stop_query(TAOS_RES *res);

/**
 * Ends, from another thread, the wait of every call in progress on a connection, and every open
 * result. The server goes on with what it is doing for them. Call this before `taos_close`, after
 * which the handle is no longer valid.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
void taos_kill_query(TAOS *taos);

/**
 * Would the server accept the statement? Nothing is executed. Returns 0 or the error's code.
 * Needs a server from 3.3.6.0.
 *
 * Here: works
 *
 * Requires:
 * `sql` is NULL or points to a NUL-terminated string.
 */
int taos_validate_sql(TAOS *taos, const char *sql);

/**
 * The number of columns; 0 for a statement without rows, for an error and for NULL.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_num_fields(TAOS_RES *res);

/**
 * The same as `taos_num_fields`.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_field_count(TAOS_RES *res);

/**
 * The columns, `taos_num_fields` of them; NULL when there are none. Belongs to the result.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS_FIELD *taos_fetch_fields(TAOS_RES *res);

/**
 * The columns with the digits of decimals; NULL when there are none. Belongs to the result.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS_FIELD_E *taos_fetch_fields_e(TAOS_RES *res);

/**
 * The unit of the result's timestamps: 0 milliseconds, 1 microseconds, 2 nanoseconds.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_result_precision(TAOS_RES *res);

/**
 * The number of rows that the statement inserted or deleted; 0 for other statements and for NULL.
 * A number that an int cannot hold becomes the largest int.
 *
 * For statements that the native client answers without the server (`describe`, `show create`,
 * `select` without `from`), the number of rows in the current block. Before the first row, it is
 * that of the first block, for which this waits.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_affected_rows(TAOS_RES *res);

/**
 * As `taos_affected_rows`, in 64 bits.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int64_t taos_affected_rows64(TAOS_RES *res);

/**
 * True for a result without columns, an error included, and for NULL.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
bool taos_is_update_query(TAOS_RES *res);

/**
 * The next row, one pointer per column. NULL at the end and on failure; `taos_errno(res)` says
 * which.
 *
 * A pointer is NULL for NULL. Values of fixed size are in the machine's byte order and may be
 * unaligned. Strings and bytes are not NUL-terminated; their length is in the two bytes before
 * them (BLOB: four), and in `taos_fetch_lengths`. NCHAR is UTF-8, or in the connection's character
 * set. A decimal is NUL-terminated text.
 *
 * The pointers are valid until the next fetch from the result.
 *
 * When the connection was lost before the first row of a statement that only reads (`SELECT`, `SHOW`,
 * `DESCRIBE`, `EXPLAIN`), the first fetch asks once more, on a new connection. It fails with
 * `TSDB_CODE_RPC_BROKEN_LINK`, as a later one does, when that cannot be had, when its columns are others, or when
 * the connection's database or an option was set after the statement. Results of prepared statements are
 * not asked for again. All this is true of each function that fetches.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS_ROW taos_fetch_row(TAOS_RES *res);

/**
 * The length in bytes of each value of the row fetched last: 0 for NULL, 64 for a decimal. Before
 * the first row, and after a block, the most that each column takes. NULL for a result without
 * columns.
 *
 * The array belongs to the result. Its address stays the same, the numbers change with each row.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int *taos_fetch_lengths(TAOS_RES *res);

/**
 * The next block of rows, by columns: `(*rows)[i]` is where the data of column `i` starts.
 *
 * Values of fixed size stand one after the other (decimals as text, 64 bytes each), NULLs
 * included: ask `taos_is_null`. `taos_get_column_data_offset` says where strings and bytes are. A
 * block that was begun by `taos_fetch_row` comes once more, whole.
 *
 * Returns the number of rows; 0 at the end and on failure. What was fetched is valid until the
 * next fetch.
 *
 * Here: works
 *
 * Requires:
 * `rows` is NULL or points to a pointer.
 */
int taos_fetch_block(TAOS_RES *res, TAOS_ROW *rows);

/**
 * As `taos_fetch_block`; the number of rows goes to `*numOfRows`, 0 at the end. Returns 0 or the
 * error's code.
 *
 * Here: works
 *
 * Requires:
 * `numOfRows` is NULL or points to an int, `rows` is NULL or points to a pointer.
 */
int taos_fetch_block_s(TAOS_RES *res, int *numOfRows, TAOS_ROW *rows);

/**
 * The next block as the server sent it: NCHAR in UCS-4, decimals as integers.
 *
 * `*pData` is the block, NULL at the end; its length is the `int32_t` at its offset 4. It belongs
 * to the result and is valid until the next fetch. Returns 0 or the error's code.
 *
 * Here: works
 *
 * Requires:
 * `numOfRows` is NULL or points to an int, `pData` is NULL or points to a pointer.
 */
int taos_fetch_raw_block(TAOS_RES *res, int *numOfRows, void **pData);

/**
 * Where each value of a string or byte column of the current block starts, counted from the start
 * of the column's data: one `int32_t` per row, -1 for NULL. NULL for columns of fixed size. The
 * array belongs to the result.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int *taos_get_column_data_offset(TAOS_RES *res, int columnIndex);

/**
 * The address of the pointer that the last `taos_fetch_row` or `taos_fetch_block` handed out; NULL
 * for a result without columns. Fetches nothing.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS_ROW *taos_result_block(TAOS_RES *res);

/**
 * The current block as the server sent it; NULL when there is none. Fetches nothing.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
const void *taos_get_raw_block(TAOS_RES *res);

/**
 * Is this value of the current block NULL? Also true for a row or column that the block does not
 * have.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
bool taos_is_null(TAOS_RES *res, int32_t row, int32_t col);

/**
 * Marks the NULLs of a column of the current block in `result`, which has room for `*rows` rows;
 * `*rows` becomes the number of rows marked. Returns 0, or `TSDB_CODE_INVALID_PARA`.
 *
 * Here: works
 *
 * Requires:
 * `result` is NULL or has room for `*rows` bools; `rows` is NULL or points to an int.
 */
int taos_is_null_by_column(TAOS_RES *res, int columnIndex, bool *result, int *rows);

/**
 * Writes a row as text into `str`: values separated by a blank, `NULL` for NULL, NUL-terminated.
 * `str` must have room for it; `taos_print_row_with_size` takes the room as an argument.
 *
 * Floats are printed as by `%.6g` and `%.15g`, times as numbers, VARBINARY and BLOB as `\x` and
 * hexadecimal digits, GEOMETRY as its bytes; JSON prints nothing. Returns the text's length.
 *
 * Here: local
 *
 * Requires:
 * `str` has room for the text; `row` and `fields` are of the same result and have `num_fields`
 * entries.
 */
int taos_print_row(char *str, TAOS_ROW row, TAOS_FIELD *fields, int num_fields);

/**
 * As `taos_print_row`, but writes at most `size` bytes including the NUL; what does not fit is
 * cut. The returned length may exceed `size` if a float was cut, as natively.
 *
 * Here: local
 *
 * Requires:
 * `str` has room for `size` bytes; `row` and `fields` are of the same result and have `num_fields`
 * entries.
 */
int taos_print_row_with_size(char *str,
                             uint32_t size,
                             TAOS_ROW row,
                             TAOS_FIELD *fields,
                             int num_fields);

/**
 * Runs a statement and returns; the text is copied. `fp` is called once, on a thread of the
 * library, with a result, to be freed by `taos_free_result` there or later, and 0 or an error
 * code. Only if `taos` or `sql` is NULL, or `taos` is no connection, the result is NULL, and `fp`
 * is called before this returns.
 *
 * The callback may call any function.
 *
 * Here: works
 *
 * Requires:
 * `sql` is NULL or points to a NUL-terminated string; `fp` is NULL or may be called with `param`
 * on another thread.
 */
void taos_query_a(TAOS *taos, const char *sql, __taos_async_fn_t fp, void *param);

/**
 * As `taos_query_a`, with an id that the server's log shows. 0 lets the library choose one.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_query_a`.
 */
void taos_query_a_with_reqid(TAOS *taos,
                             const char *sql,
                             __taos_async_fn_t fp,
                             void *param,
                             int64_t reqid);

/**
 * Fetches the next block and returns. `fp` is called once, on a thread of the library, with the
 * result and the number of rows: 0 at the end, a negative error code on failure. `taos_fetch_row`
 * then hands out the rows one by one, up to the block's end.
 *
 * A result has one fetch at a time. With NULL, nothing is called.
 *
 * Here: works
 *
 * Requires:
 * `fp` is NULL or may be called with `param` on another thread.
 */
void taos_fetch_rows_a(TAOS_RES *res, __taos_async_fn_t fp, void *param);

/**
 * As `taos_fetch_rows_a`; the block is read by `taos_get_raw_block`.
 *
 * Here: works
 *
 * Requires:
 * `fp` is NULL or may be called with `param` on another thread.
 */
void taos_fetch_raw_block_a(TAOS_RES *res, __taos_async_fn_t fp, void *param);

/**
 * Makes a statement of a connection, to be closed by `taos_stmt_close`.
 *
 * Servers before 3.3.3.0 take no decimals, no blobs and no `tbname` among an insert's columns.
 * Servers before 3.1.1.15 take inserts only, into the database that is selected now. A call that
 * needs more returns an error that names the version.
 *
 * Returns NULL on failure, with the reason in the thread's last error.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS_STMT *taos_stmt_init(TAOS *taos);

/**
 * As `taos_stmt_init`, with an id that the server's log shows. 0 lets the library choose one.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS_STMT *taos_stmt_init_with_reqid(TAOS *taos, int64_t reqid);

/**
 * As `taos_stmt_init`, with options, or NULL for none: a request id, and two promises that help
 * the server. With `singleStbInsert`, all rows go to tables of one super table; with
 * `singleTableBindOnce`, each table is bound once for an execution.
 *
 * Here: works
 *
 * Requires:
 * `options` is NULL or points to options.
 */
TAOS_STMT *taos_stmt_init_with_options(TAOS *taos, TAOS_STMT_OPTIONS *options);

/**
 * Prepares an INSERT or SELECT with `?` for values, and in an INSERT also for the table. `length`
 * 0 means up to the NUL. A statement may be prepared again; what was bound is then forgotten.
 *
 * Returns 0 or an error code. The first call that looks at the text reports what is wrong with it.
 *
 * Here: works
 *
 * Requires:
 * `sql` is NULL or points to `length` bytes, or to a NUL-terminated string when `length` is 0.
 */
int taos_stmt_prepare(TAOS_STMT *stmt, const char *sql, unsigned long length);

/**
 * Names the table of the rows that follow, and gives the tags with which it is created if it does
 * not exist. `tags` is NULL for none, else it has as many binds as the statement has tags.
 *
 * Returns 0 or an error code.
 *
 * Here: works
 *
 * Requires:
 * `name` is NULL or points to a NUL-terminated string; `tags` is NULL or points to a bind of one
 * value for each tag.
 */
int taos_stmt_set_tbname_tags(TAOS_STMT *stmt, const char *name, TAOS_MULTI_BIND *tags);

/**
 * Names the table of the rows that follow.
 *
 * Returns 0 or an error code: `TSDB_CODE_PAR_TABLE_NOT_EXIST` if the table must exist and does not.
 *
 * Here: works
 *
 * Requires:
 * `name` is NULL or points to a NUL-terminated string.
 */
int taos_stmt_set_tbname(TAOS_STMT *stmt, const char *name);

/**
 * Gives the tags of the table named last, as `taos_stmt_set_tbname_tags`.
 *
 * Here: works
 *
 * Requires:
 * `tags` is NULL or points to a bind of one value for each tag.
 */
int taos_stmt_set_tags(TAOS_STMT *stmt, TAOS_MULTI_BIND *tags);

/**
 * Names the child table of the rows that follow; the same as `taos_stmt_set_tbname`.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_stmt_set_tbname`.
 */
int taos_stmt_set_sub_tbname(TAOS_STMT *stmt, const char *name);

/**
 * The tags to set: `*fieldNum` of them, in `*fields`, to be freed by `taos_stmt_reclaim_fields`.
 * For a child table that the text names without USING there are none, and `*fields` is NULL. A
 * constant among the tags counts too, as natively: it is the tag of the tables for which none are
 * set. `bytes` are those of the schema: VARCHAR(n) n+2, NCHAR(n) 4n+2.
 *
 * Returns 0 or an error code: `TSDB_CODE_TSC_STMT_API_ERROR` for a query and for an ordinary table,
 * `TSDB_CODE_TSC_STMT_TBNAME_ERROR` if the table is not named yet, or does not exist. On an error, both
 * outputs stay as they are. If the text has no `?` for tags, this asks the server.
 *
 * Here: works
 *
 * Requires:
 * `fieldNum` is NULL or points to an int, `fields` is NULL or points to a pointer.
 */
int taos_stmt_get_tag_fields(TAOS_STMT *stmt, int *fieldNum, TAOS_FIELD_E **fields);

/**
 * The columns to bind, in the form of `taos_stmt_get_tag_fields`. If the text has a `?` for the
 * table and no USING, the table must be named before; else the code is `TSDB_CODE_PAR_TABLE_NOT_EXIST`. A
 * constant among the values counts too: what is bound for it is written in its place, as natively.
 *
 * Here: works
 *
 * Requires:
 * `fieldNum` is NULL or points to an int, `fields` is NULL or points to a pointer.
 */
int taos_stmt_get_col_fields(TAOS_STMT *stmt, int *fieldNum, TAOS_FIELD_E **fields);

/**
 * Frees what `taos_stmt_get_tag_fields` and `taos_stmt_get_col_fields` gave. `stmt` is not used.
 *
 * Here: works
 *
 * Requires:
 * `fields` is NULL or came from one of these functions and was not freed.
 */
void taos_stmt_reclaim_fields(TAOS_STMT *stmt, TAOS_FIELD_E *fields);

/**
 * Is it an insert? `*insert` becomes 1 or 0; 0 before `taos_stmt_prepare`. Returns 0 or an error code.
 *
 * Here: works
 *
 * Requires:
 * `insert` is NULL or points to an int.
 */
int taos_stmt_is_insert(TAOS_STMT *stmt,
                        int *insert);

/**
 * The number of values in a row: for an insert its columns (constants count, the table and tags do
 * not), for a query its `?`. Returns 0 or an error code, as `taos_stmt_get_col_fields` does.
 *
 * Here: works
 *
 * Requires:
 * `nums` is NULL or points to an int.
 */
int taos_stmt_num_params(TAOS_STMT *stmt, int *nums);

/**
 * The type and the schema bytes of a column to bind, counted from 0.
 *
 * Returns 0 or an error code: `TSDB_CODE_TSC_STMT_API_ERROR` for a query, whose `?` have no type.
 *
 * Here: works
 *
 * Requires:
 * `type` and `bytes` are NULL or point to an int.
 */
int taos_stmt_get_param(TAOS_STMT *stmt, int idx, int *type, int *bytes);

/**
 * Binds one row: an array with a bind of one value for each column, or for each `?` of a query.
 * The values are copied.
 *
 * Returns 0 or an error code. After a refused bind, every call with the statement returns that
 * error until the next `taos_stmt_prepare`. A number of rows that cannot be bound is the
 * exception: it is refused and forgotten.
 *
 * Here: works
 *
 * Requires:
 * `bind` is NULL or points to as many binds as `taos_stmt_num_params` says.
 */
int taos_stmt_bind_param(TAOS_STMT *stmt, TAOS_MULTI_BIND *bind);

/**
 * Binds many rows, at most 32767: an array with a bind of as many values for each column. For a
 * variable type, the value of row `i` starts `i * buffer_length` bytes into `buffer` and is
 * `length[i]` bytes long; values of a fixed type follow each other. `is_null` NULL means that
 * there is no NULL. Decimals are integers without the point, of 8 bytes (DECIMAL64) or 16
 * (DECIMAL); another `length`, such as that of a text, is refused. The values are copied.
 *
 * Returns 0 or an error code; on an error, none of the rows is bound. `taos_stmt_errstr` names the
 * column by its number, and by name and type where they are known. After a refused bind, every
 * call with the statement returns that error until the next `taos_stmt_prepare`. A number of rows
 * that cannot be bound is the exception: it is refused and forgotten.
 *
 * Here: works
 *
 * Requires:
 * `bind` is NULL or points to as many binds as `taos_stmt_num_params` says.
 */
int taos_stmt_bind_param_batch(TAOS_STMT *stmt, TAOS_MULTI_BIND *bind);

/**
 * Binds many rows of one column, counted from 0, as `taos_stmt_bind_param_batch`. Column 0 must be
 * bound first, and all columns must have the same number of rows at `taos_stmt_add_batch`.
 *
 * For a query, this binds a single value to the `?` of that number, in any order. The values of
 * the other `?` stay until the next prepare, and each `?` must have one at `taos_stmt_execute`.
 * More rows than one are refused: bind and execute each row by itself.
 *
 * Returns 0 or an error code.
 *
 * Here: works
 *
 * Requires:
 * `bind` is NULL or points to a bind.
 */
int taos_stmt_bind_single_param_batch(TAOS_STMT *stmt, TAOS_MULTI_BIND *bind, int colIdx);

/**
 * Adds the rows bound since the last call to the batch. Only what was added is executed.
 *
 * Returns 0 or an error code.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_stmt_add_batch(TAOS_STMT *stmt);

/**
 * Writes the rows added since the last execution, or runs the query with the values bound last, and
 * waits.
 *
 * A connection that was lost before is replaced, and the statement is prepared anew on the new
 * one. Returns 0 or an error code. After `TSDB_CODE_RPC_BROKEN_LINK` and other errors of connections, the
 * statement can be used again, and the text says what happened:
 *
 * - The execution had no answer: the rows may or may not have been written.
 * - Nothing was executed: the same rows can be executed again, or others bound instead.
 * - More than 32 MiB were bound, and the rows were lost and not executed: bind them again.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_stmt_execute(TAOS_STMT *stmt);

/**
 * The result of the query executed last, the same at each call. It belongs to the statement and
 * ends with the next prepare, execution or close; `taos_free_result` may end it before.
 *
 * NULL if there is none: for an insert, and before an execution. That is no error:
 * `taos_errno(NULL)` is 0.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS_RES *taos_stmt_use_result(TAOS_STMT *stmt);

/**
 * Closes a statement and its result. Returns 0 and leaves the thread's last error as it is;
 * `TSDB_CODE_INVALID_PARA` for NULL and for a handle that is not, or no longer, a statement.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_stmt_close(TAOS_STMT *stmt);

/**
 * The text of the statement's last error; `success` if there is none. For a handle that is no
 * statement, that of the thread's last error. Never NULL. Valid until the next call with the
 * statement; if it is only the text of a code, for good.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
char *taos_stmt_errstr(TAOS_STMT *stmt);

/**
 * The number of rows written since the statement was made; 0 for a handle that is no statement.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_stmt_affected_rows(TAOS_STMT *stmt);

/**
 * The number of rows written by the last execution; 0 for a handle that is no statement.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_stmt_affected_rows_once(TAOS_STMT *stmt);

/**
 * Makes a statement of a connection, to be closed by `taos_stmt2_close`. `option` NULL for the
 * defaults.
 *
 * Servers before 3.3.3.0 take no decimals, no blobs, no `tbname` among an insert's columns and no
 * column that stays as it is (`is_null` 2). Servers before 3.1.1.15 take inserts only, into the
 * database that is selected now. A call that needs more returns an error that names the version.
 *
 * With `asyncExecFn`, `taos_stmt2_exec` returns at once, and that function is called with
 * `userdata` when the execution is done.
 *
 * Returns NULL on failure, with the reason in the thread's last error.
 *
 * Here: works
 *
 * Requires:
 * `option` is NULL or points to an option; its `asyncExecFn` is NULL or may be called with
 * `userdata` on another thread.
 */
TAOS_STMT2 *taos_stmt2_init(TAOS *taos, TAOS_STMT2_OPTION *option);

/**
 * Prepares an INSERT or SELECT with `?` for values. `length` 0 means up to the NUL. A statement
 * may be prepared again; what was bound is then forgotten. A constant among the `?` of an insert's
 * VALUES is written as it is, and is no parameter. On servers before 3.3.3.0 it must be a number, a
 * text without a backslash or NULL, of the column's type; else this returns an error that says so.
 *
 * Returns 0 or an error code. `taos_stmt2_get_fields` and the bind report a table that does not
 * exist.
 *
 * Here: works
 *
 * Requires:
 * `sql` is NULL or points to `length` bytes, or to a NUL-terminated string when `length` is 0.
 */
int taos_stmt2_prepare(TAOS_STMT2 *stmt, const char *sql, unsigned long length);

/**
 * Binds values for `bindv->count` tables, to be written by `taos_stmt2_exec`; several binds add
 * up. The values are copied. `col_idx` -1 binds all columns, another number only that column, in
 * order. For a query, binds one row of values for its `?`.
 *
 * The entries of `tbnames`, `tags` and `bind_cols` may be NULL if the statement needs none.
 * `is_null` NULL means that there is no NULL; `length` may be NULL for types of fixed size.
 * Decimals are bound as integers without the point, of 8 bytes (DECIMAL64) or 16 (DECIMAL);
 * another `length`, such as that of a text, is refused.
 *
 * If the connection was lost, the statement is prepared anew on the next one. Rows that had been
 * bound and not executed are then lost. The call that finds out returns `TSDB_CODE_RPC_BROKEN_LINK` once,
 * with a text that says so; bind them again, including those of this call.
 *
 * Returns 0 or an error code. `taos_stmt2_error` names the column by its number, and by name and
 * type where they are known. After a refused bind, every call with the statement returns that
 * error until the next `taos_stmt2_prepare`. A number of rows that cannot be bound is the
 * exception: it is refused and forgotten. If the table was altered while the connection was lost,
 * every call returns `TSDB_CODE_TSC_INVALID_OPERATION` in the same way.
 *
 * Here: works
 *
 * Requires:
 * `bindv` is NULL or describes memory as the header says.
 */
int taos_stmt2_bind_param(TAOS_STMT2 *stmt, TAOS_STMT2_BINDV *bindv, int32_t col_idx);

/**
 * As `taos_stmt2_bind_param`, without waiting for the server. The values are copied before this
 * returns. `fp` is called once, with `param`, NULL, and 0 or an error code. Until `fp` has
 * returned, other calls with the statement wait, unless a callback makes them.
 *
 * A lost connection is replaced, and the statement is prepared anew, before `fp` is called. If the
 * connection is lost during the bind, its rows are lost, as `fp`'s code and the statement's text
 * say.
 *
 * Returns 0, or an error code if the bind could not be begun; `fp` is then not called.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_stmt2_bind_param`; `fp` is NULL or may be called with `param` on another thread.
 */
int taos_stmt2_bind_param_a(TAOS_STMT2 *stmt,
                            TAOS_STMT2_BINDV *bindv,
                            int32_t col_idx,
                            __taos_async_fn_t fp,
                            void *param);

/**
 * Executes with what was bound since the last execution, and waits. `*affected_rows`, unless NULL,
 * becomes the number of rows written, 0 for a query.
 *
 * For a statement with `asyncExecFn`, this does not wait, and `*affected_rows` stays as it is.
 * That function is called once, on a thread of the library, with a result and 0 or an error code.
 * The result belongs to the statement until its next execution. It has the rows of a query, or the
 * `taos_affected_rows` of an insert. Until the function has returned, other calls with the
 * statement wait, unless a callback makes them.
 *
 * Returns 0 or an error code; `TSDB_CODE_TSC_STMT_API_ERROR` if nothing was bound. When the connection is
 * lost, the code is `TSDB_CODE_RPC_BROKEN_LINK`, and the text says which of two happened: the rows were not
 * executed and must be bound again, or the execution had no answer and they may or may not have
 * been written. In both cases the statement can be used again.
 *
 * Here: works
 *
 * Requires:
 * `affected_rows` is NULL or points to an int.
 */
int taos_stmt2_exec(TAOS_STMT2 *stmt, int *affected_rows);

/**
 * Closes a statement and its result. Asynchronous calls under way end first: when this returns, no
 * callback of the statement runs or will run. Inside one of the statement's callbacks, it waits
 * for nothing.
 *
 * Returns 0 and leaves the thread's last error as it is; `TSDB_CODE_INVALID_PARA` for NULL and for a handle
 * that is not, or no longer, a statement.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int taos_stmt2_close(TAOS_STMT2 *stmt);

/**
 * Is it an insert? `*insert` becomes 1 or 0; 0 before `taos_stmt2_prepare`. Returns 0 or an error code.
 *
 * Here: works
 *
 * Requires:
 * `insert` is NULL or points to an int.
 */
int taos_stmt2_is_insert(TAOS_STMT2 *stmt,
                         int *insert);

/**
 * What the `?` stand for: `*count` of them, and for an insert one entry of `*fields` each, in
 * order, to be freed by `taos_stmt2_free_fields`. `fields` NULL asks for the number alone. If the
 * table of an insert without USING is a `?`, the columns are those of the table bound last; to ask
 * for them, bind its name alone.
 *
 * Returns 0 or an error code, for example that of a table that does not exist (yet).
 *
 * Here: works
 *
 * Requires:
 * `count` is NULL or points to an int, `fields` is NULL or points to a pointer.
 */
int taos_stmt2_get_fields(TAOS_STMT2 *stmt, int *count, TAOS_FIELD_ALL **fields);

/**
 * Frees what `taos_stmt2_get_fields` gave. `stmt` is not used.
 *
 * Here: works
 *
 * Requires:
 * `fields` is NULL or came from `taos_stmt2_get_fields` and was not freed.
 */
void taos_stmt2_free_fields(TAOS_STMT2 *stmt, TAOS_FIELD_ALL *fields);

/**
 * The result of the query executed last, the same at each call; after an asynchronous execution,
 * the one that the callback got. It belongs to the statement and ends with the next prepare,
 * execution or close; `taos_free_result` may end it before.
 *
 * NULL if there is none: for an insert, and before an execution. That is no error:
 * `taos_errno(NULL)` is 0.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS_RES *taos_stmt2_result(TAOS_STMT2 *stmt);

/**
 * The text of the statement's last error; `success` if there is none. For a handle that is no
 * statement, that of the thread's last error. Never NULL. Valid until the next call with the
 * statement; if it is only the text of a code, for good.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
char *taos_stmt2_error(TAOS_STMT2 *stmt);

/**
 * Binds values by column for all rows of all tables: `num_rows` values for each `?` of an insert,
 * in order, including the `?` of the table's name. Rows of one table that follow each other are
 * bound together; a table's tags are those of its first row. For a query, binds one row.
 *
 * Values of variable types stand one after the other, with the lengths in `length`; NULLs take no
 * space. `num_tables` is not used.
 *
 * Returns 0 or an error code.
 *
 * Here: works
 *
 * Requires:
 * `bindv` is NULL or describes memory as the header says.
 */
int taos_stmt2_bind_param_column(TAOS_STMT2 *stmt, TAOS_STMT2_COLUMN_BINDV *bindv);

/**
 * Writes rows that describe themselves: the server creates the super tables, child tables and
 * columns that they need, in the selected database.
 *
 * - `lines`: `numLines` NUL-terminated strings, one row each, in UTF-8 or in the connection's
 *   character set. Line breaks are allowed only at their ends (JSON may have them anywhere, and is
 *   one text of one or more rows). In another set than UTF-8, only tags and NCHAR (`L"..."`) may
 *   have characters that are not ASCII.
 * - `protocol`: `TSDB_SML_LINE_PROTOCOL` (InfluxDB), `TSDB_SML_TELNET_PROTOCOL` (OpenTSDB) or
 *   `TSDB_SML_JSON_PROTOCOL` (OpenTSDB).
 * - `precision`: the unit of the times in the line protocol, `TSDB_SML_TIMESTAMP_...`; not
 *   configured means nanoseconds. In the other protocols the number of digits says the unit.
 *
 * Returns a result, to be freed by `taos_free_result`, even if the rows were refused:
 * `taos_errno(result)` and `taos_errstr(result)` say why, `taos_affected_rows(result)` how many
 * were written. If one line cannot be read, none is written. If the connection is lost meanwhile,
 * the rows may or may not have been written; the text says so. NULL only if `taos` or `lines` is
 * NULL, or `taos` is no connection.
 *
 * Any number of threads may write on one connection.
 *
 * Here: works
 *
 * Requires:
 * `lines` is NULL or points to `numLines` pointers, each NULL or to a NUL-terminated string.
 */
TAOS_RES *taos_schemaless_insert(TAOS *taos,
                                 char **lines,
                                 int numLines,
                                 int protocol,
                                 int precision);

/**
 * As `taos_schemaless_insert`, with an id that the server's log shows. 0 lets the library choose one.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_schemaless_insert`.
 */
TAOS_RES *taos_schemaless_insert_with_reqid(TAOS *taos,
                                            char **lines,
                                            int numLines,
                                            int protocol,
                                            int precision,
                                            int64_t reqid);

/**
 * As `taos_schemaless_insert`, for one text of `len` bytes with line breaks between its rows. It
 * need not end in a NUL, and must not contain one. In the line protocol, a line that begins with #
 * is a comment.
 *
 * `*totalRows`, unless NULL, becomes the number of lines in the text, even if they are refused. A
 * negative `len` returns NULL, too.
 *
 * Here: works
 *
 * Requires:
 * `lines` is NULL or points to `len` bytes; `totalRows` is NULL or points to an int.
 */
TAOS_RES *taos_schemaless_insert_raw(TAOS *taos,
                                     char *lines,
                                     int len,
                                     int32_t *totalRows,
                                     int protocol,
                                     int precision);

/**
 * As `taos_schemaless_insert_raw`, with an id that the server's log shows. 0 lets the library choose
 * one.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_schemaless_insert_raw`.
 */
TAOS_RES *taos_schemaless_insert_raw_with_reqid(TAOS *taos,
                                                char *lines,
                                                int len,
                                                int32_t *totalRows,
                                                int protocol,
                                                int precision,
                                                int64_t reqid);

/**
 * As `taos_schemaless_insert`. The server drops child tables that it creates for the rows after
 * `ttl` days; 0 for never. Existing tables keep their own time to live.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_schemaless_insert`.
 */
TAOS_RES *taos_schemaless_insert_ttl(TAOS *taos,
                                     char **lines,
                                     int numLines,
                                     int protocol,
                                     int precision,
                                     int32_t ttl);

/**
 * As `taos_schemaless_insert_ttl`, with an id that the server's log shows. 0 lets the library choose
 * one.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_schemaless_insert`.
 */
TAOS_RES *taos_schemaless_insert_ttl_with_reqid(TAOS *taos,
                                                char **lines,
                                                int numLines,
                                                int protocol,
                                                int precision,
                                                int32_t ttl,
                                                int64_t reqid);

/**
 * As `taos_schemaless_insert_raw`, with the time to live of `taos_schemaless_insert_ttl`.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_schemaless_insert_raw`.
 */
TAOS_RES *taos_schemaless_insert_raw_ttl(TAOS *taos,
                                         char *lines,
                                         int len,
                                         int32_t *totalRows,
                                         int protocol,
                                         int precision,
                                         int32_t ttl);

/**
 * As `taos_schemaless_insert_raw_ttl`, with an id that the server's log shows. 0 lets the library
 * choose one.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_schemaless_insert_raw`.
 */
TAOS_RES *taos_schemaless_insert_raw_ttl_with_reqid(TAOS *taos,
                                                    char *lines,
                                                    int len,
                                                    int32_t *totalRows,
                                                    int protocol,
                                                    int precision,
                                                    int32_t ttl,
                                                    int64_t reqid);

/**
 * As `taos_schemaless_insert_raw_ttl_with_reqid`. The tag named `tbnameKey` holds the name of a
 * row's child table and is not stored as a tag. NULL or empty: the server makes the names. Needs a
 * server from 3.3.3.0.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_schemaless_insert_raw`; `tbnameKey` is NULL or points to a NUL-terminated string.
 */
TAOS_RES *taos_schemaless_insert_raw_ttl_with_reqid_tbname_key(TAOS *taos,
                                                               char *lines,
                                                               int len,
                                                               int32_t *totalRows,
                                                               int protocol,
                                                               int precision,
                                                               int32_t ttl,
                                                               int64_t reqid,
                                                               char *tbnameKey);

/**
 * As `taos_schemaless_insert_ttl_with_reqid`, with the tag that holds a row's table name, as in
 * `taos_schemaless_insert_raw_ttl_with_reqid_tbname_key`.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_schemaless_insert`; `tbnameKey` is NULL or points to a NUL-terminated string.
 */
TAOS_RES *taos_schemaless_insert_ttl_with_reqid_tbname_key(TAOS *taos,
                                                           char **lines,
                                                           int numLines,
                                                           int protocol,
                                                           int precision,
                                                           int32_t ttl,
                                                           int64_t reqid,
                                                           char *tbnameKey);

/**
 * A new configuration, to be freed by `tmq_conf_destroy`. All keys have their defaults.
 *
 * Here: local
 */
tmq_conf_t *tmq_conf_new(void);

/**
 * Sets a key of a configuration. Both texts are copied. Upper and lower case of the key make no
 * difference.
 *
 * Keys: `group.id` (required; the server takes 192 bytes of it), `client.id`, `enable.auto.commit`
 * (true), `auto.commit.interval.ms` (5000), `auto.offset.reset` (earliest, latest, none; latest),
 * `session.timeout.ms` (12000), `heartbeat.interval.ms` (3000), `max.poll.interval.ms` (300000),
 * `msg.with.table.name`, `experimental.snapshot.enable`, `enable.replay`, `msg.consume.excluded`,
 * `msg.consume.rawdata`, `msg.enable.batchmeta`, `fetch.max.wait.ms`, `min.poll.rows`,
 * `enable.heartbeat.background`, `td.connect.ip` (as the host of `taos_connect`: also a list or a
 * connection string), `td.connect.port`, `td.connect.user`, `td.connect.pass`, `td.connect.db`,
 * `td.connect.websocket.scheme` (ws, wss), `td.connect.token` (the cloud's; without TLS also a
 * login, for servers from 3.4.1.0); and every key of a connection string. A key that only a newer
 * server knows is given as `server.` and its name. It is passed to the server as it is, and
 * `tmq_subscribe` fails if the server does not take it.
 *
 * Returns `TMQ_CONF_OK`, `TMQ_CONF_UNKNOWN` for a key that does not exist, or `TMQ_CONF_INVALID`
 * for NULL and for a value that the key does not take; `taos_errstr(NULL)` says what it takes.
 *
 * Here: local
 *
 * Requires:
 * `key` and `value` are NULL or point to NUL-terminated strings.
 */
tmq_conf_res_t tmq_conf_set(tmq_conf_t *conf, const char *key, const char *value);

/**
 * Frees a configuration. A consumer made from it is not affected. NULL is allowed.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
void tmq_conf_destroy(tmq_conf_t *conf);

/**
 * Sets the callback of automatic commits: `cb(consumer, code, param)` is called on a thread of the
 * library with the outcome of each automatic commit that a poll makes. It is not called for the
 * commit at the end of a subscription, as natively. NULL removes it.
 *
 * Here: local
 *
 * Requires:
 * `cb` is NULL or may be called with `param` on another thread.
 */
void tmq_conf_set_auto_commit_cb(tmq_conf_t *conf, tmq_commit_cb *cb, void *param);

/**
 * A new list of topics, to be freed by `tmq_list_destroy`.
 *
 * Here: local
 */
tmq_list_t *tmq_list_new(void);

/**
 * Adds a topic; the name is copied. Returns 0, or `TSDB_CODE_INVALID_PARA` for NULL and an empty name.
 *
 * Here: local
 *
 * Requires:
 * `topic` is NULL or points to a NUL-terminated string.
 */
int32_t tmq_list_append(tmq_list_t *list, const char *topic);

/**
 * Frees a list and its array. NULL is allowed.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
void tmq_list_destroy(tmq_list_t *list);

/**
 * The number of topics in a list, or `TSDB_CODE_INVALID_PARA`.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
int32_t tmq_list_get_size(const tmq_list_t *list);

/**
 * The topics of a list; `tmq_list_get_size` says how many. The names belong to the list, and the
 * array is valid until the next `tmq_list_append`. NULL for NULL and for an empty list.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
char **tmq_list_to_c_array(const tmq_list_t *list);

/**
 * Makes a consumer from a configuration, which is copied. This logs in to the server, so that a
 * wrong password is found here; `tmq_subscribe` opens the consumer's own connection. With a cloud
 * token, the consumer's own connection is opened here instead.
 *
 * Returns the consumer, to be closed by `tmq_consumer_close`, or NULL. In that case `errstr`,
 * unless it is NULL, gets the reason, cut to fit: what the native client says, then the text of
 * `taos_errstr(NULL)`. `taos_errno(NULL)` has the code, `TSDB_CODE_INVALID_PARA` without a configuration or
 * without `group.id`.
 *
 * Several threads may use a consumer; one polls at a time.
 *
 * Here: works
 *
 * Requires:
 * `errstr` is NULL or has room for `errstrLen` bytes.
 */
tmq_t *tmq_consumer_new(tmq_conf_t *conf, char *errstr, int32_t errstrLen);

/**
 * Subscribes to the topics of a list, in place of those before; an empty list means none. The
 * names are copied. This waits until the server has assigned vgroups to the consumer. The
 * subscription before ends even if this fails. A connection that is lost meanwhile is replaced,
 * `conn_retries` times at most.
 *
 * Returns 0 or an error code: `TSDB_CODE_MND_TOPIC_NOT_EXIST` for an unknown topic.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int32_t tmq_subscribe(tmq_t *tmq, const tmq_list_t *topic_list);

/**
 * Ends the subscription. With automatic commits, the messages given are committed first. Returns 0
 * or an error code; the subscription has ended in either case.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int32_t tmq_unsubscribe(tmq_t *tmq);

/**
 * The topics subscribed to. They are added to the list `*topics`; if that is NULL, to a new list,
 * to be freed by `tmq_list_destroy`. Returns 0 or an error code.
 *
 * Here: local
 *
 * Requires:
 * `topics` is NULL or points to a pointer.
 */
int32_t tmq_subscription(tmq_t *tmq, tmq_list_t **topics);

/**
 * The next message, to be freed by `taos_free_result`. This waits up to `timeout` milliseconds for
 * it: not at all with 0, for ever with a negative number.
 *
 * Returns NULL with `taos_errno(NULL)` 0 if there was none. A lost connection is replaced, and the
 * subscription continues at the program's position; if the server is not back in time, this
 * returns NULL with the error. Before the first subscription, the error is `TSDB_CODE_TMQ_INVALID_STATUS`.
 * After the program has ended a subscription, there is no message to come, and that is no error.
 *
 * If the server is silent, this waits a second longer than `timeout` for its answer, and the next
 * poll waits on. Making a new connection takes up to `connect_timeout`, and subscribing on it up
 * to `read_timeout`.
 *
 * With automatic commits, the first poll after each interval commits the messages given before.
 * A message stays valid after the next poll, and after the consumer is closed.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS_RES *tmq_consumer_poll(tmq_t *tmq, int64_t timeout);

/**
 * Closes a consumer: waits for asynchronous commits and their callbacks, ends the subscription as
 * `tmq_unsubscribe` does, and leaves the group. Each of these takes at most `connect_timeout`. In
 * a callback, it does not wait for callbacks. Messages stay valid, and open results of
 * `tmq_get_connect`'s connection can still be read. Another thread's poll ends with
 * `TSDB_CODE_TMQ_CONSUMER_CLOSED`.
 *
 * Returns 0 or an error code: `TSDB_CODE_INVALID_PARA` for NULL and a closed consumer. The consumer is
 * closed in any case.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int32_t tmq_consumer_close(tmq_t *tmq);

/**
 * A connection for statements, with the consumer's login. It belongs to the consumer, which closes
 * it. NULL on failure; `taos_errno(NULL)` says why.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
TAOS *tmq_get_connect(tmq_t *tmq);

/**
 * What a message holds: rows, changes of tables, both, or raw data; `TMQ_RES_INVALID` for NULL and
 * for other results.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
tmq_res_t tmq_get_res_type(TAOS_RES *res);

/**
 * The topic of a message; NULL for other results. Belongs to the message.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
const char *tmq_get_topic_name(TAOS_RES *res);

/**
 * The database of a message; NULL for other results. Belongs to the message.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
const char *tmq_get_db_name(TAOS_RES *res);

/**
 * The table of the row or block fetched last. NULL before the first one, at the end, for other
 * results, and if the message does not name it. Messages of a topic on a query do not; others do,
 * with servers before 3.2 unless `msg.with.table.name` is false. The text belongs to the message.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
const char *tmq_get_table_name(TAOS_RES *res);

/**
 * The vgroup of a message; `TSDB_CODE_INVALID_PARA` for other results.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
int32_t tmq_get_vgroup_id(TAOS_RES *res);

/**
 * The offset at which a message starts; `tmq_offset_seek` can go back there. For changes of
 * tables, the offset after them. In a snapshot and for other results, a negative error code.
 *
 * Here: local
 *
 * Requires:
 * None: any value may be passed.
 */
int64_t tmq_get_vgroup_offset(TAOS_RES *res);

/**
 * Commits a message, and with it those of its vgroup that came before. With `msg` NULL, commits
 * everything that the consumer was given. This waits for the server. The group's next consumer
 * starts after the message.
 *
 * Returns 0 or an error code: `TSDB_CODE_TMQ_INVALID_MSG` for a result that is no message,
 * `TSDB_CODE_TMQ_INVALID_TOPIC` for a message of a topic that is not subscribed to.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
int32_t tmq_commit_sync(tmq_t *tmq, const TAOS_RES *msg);

/**
 * As `tmq_commit_sync`, without waiting. `cb(consumer, code, param)`, unless NULL, is called once,
 * on a thread of the library. This call decides what is committed, whatever is polled before the
 * server gets to it. `tmq_consumer_close` waits for commits that are under way.
 *
 * The callback may call any function.
 *
 * Here: works
 *
 * Requires:
 * `cb` is NULL or may be called with `param` on another thread.
 */
void tmq_commit_async(tmq_t *tmq, const TAOS_RES *msg, tmq_commit_cb *cb, void *param);

/**
 * Commits an offset of a vgroup, and waits. The group's next consumer starts there. The message at
 * the offset need not have been polled.
 *
 * Returns 0 or an error code: `TSDB_CODE_TMQ_VERSION_OUT_OF_RANGE` for an offset beyond the end,
 * `TSDB_CODE_TMQ_INVALID_VGID` and `TSDB_CODE_TMQ_INVALID_TOPIC` for a vgroup and a topic that are not the consumer's.
 *
 * Here: works
 *
 * Requires:
 * `pTopicName` is NULL or points to a NUL-terminated string.
 */
int32_t tmq_commit_offset_sync(tmq_t *tmq, const char *pTopicName, int32_t vgId, int64_t offset);

/**
 * As `tmq_commit_offset_sync`, without waiting. The callback is as for `tmq_commit_async`.
 *
 * Here: works
 *
 * Requires:
 * `pTopicName` is NULL or points to a NUL-terminated string; `cb` is NULL or may be called with
 * `param` on another thread.
 */
void tmq_commit_offset_async(tmq_t *tmq,
                             const char *pTopicName,
                             int32_t vgId,
                             int64_t offset,
                             tmq_commit_cb *cb,
                             void *param);

/**
 * The consumer's vgroups of a topic: `*assignment` gets an array of `*numOfAssignment` entries, to
 * be freed by `tmq_free_assignment`.
 *
 * Returns 0, or an error code with NULL and 0: `TSDB_CODE_TMQ_INVALID_TOPIC` for a topic that is not
 * subscribed to, `TSDB_CODE_TMQ_SNAPSHOT_ERROR` while a snapshot is read.
 *
 * Here: works
 *
 * Requires:
 * `pTopicName` is NULL or points to a NUL-terminated string; the other two are NULL or point to a
 * pointer and a number.
 */
int32_t tmq_get_topic_assignment(tmq_t *tmq,
                                 const char *pTopicName,
                                 tmq_topic_assignment **assignment,
                                 int32_t *numOfAssignment);

/**
 * Frees the array of `tmq_get_topic_assignment`. NULL is allowed.
 *
 * Here: local
 *
 * Requires:
 * `pAssignment` is NULL or came from `tmq_get_topic_assignment` and was not freed.
 */
void tmq_free_assignment(tmq_topic_assignment *pAssignment);

/**
 * Lets the next poll continue in a vgroup at this offset, forwards or backwards. Nothing is
 * committed.
 *
 * Returns 0 or an error code: `TSDB_CODE_TMQ_VERSION_OUT_OF_RANGE` for an offset beyond the end,
 * `TSDB_CODE_TMQ_INVALID_VGID` and `TSDB_CODE_TMQ_INVALID_TOPIC` for a vgroup and a topic that are not the consumer's.
 *
 * Here: works
 *
 * Requires:
 * `pTopicName` is NULL or points to a NUL-terminated string.
 */
int32_t tmq_offset_seek(tmq_t *tmq, const char *pTopicName, int32_t vgId, int64_t offset);

/**
 * The offset at which the next message of a vgroup starts. A negative error code if there is none.
 *
 * Here: works
 *
 * Requires:
 * `pTopicName` is NULL or points to a NUL-terminated string.
 */
int64_t tmq_position(tmq_t *tmq, const char *pTopicName, int32_t vgId);

/**
 * The offset that the group has committed in a vgroup. A negative error code if there is none:
 * `TSDB_CODE_TMQ_NO_COMMITTED` if nothing was committed.
 *
 * Here: works
 *
 * Requires:
 * `pTopicName` is NULL or points to a NUL-terminated string.
 */
int64_t tmq_committed(tmq_t *tmq, const char *pTopicName, int32_t vgId);

/**
 * A message in raw form, for `tmq_write_raw`, here or in another program. To be freed by
 * `tmq_free_raw`, before or after the message. Changes of tables without rows belong to the
 * message and are valid as long as it is.
 *
 * Returns 0 or an error code: `TSDB_CODE_TMQ_INVALID_MSG` for a result that is no message.
 *
 * Here: works
 *
 * Requires:
 * `raw` is NULL or points to a struct.
 */
int32_t tmq_get_raw(TAOS_RES *res, tmq_raw_data *raw);

/**
 * Writes a message in raw form into the current database of a connection: creates or changes its
 * tables as they were at their source, and inserts its rows.
 *
 * Returns 0 or an error code.
 *
 * Here: works
 *
 * Requires:
 * `raw.raw` is NULL or points to `raw.raw_len` bytes.
 */
int32_t tmq_write_raw(TAOS *taos, tmq_raw_data raw);

/**
 * Frees what `tmq_get_raw` gave. `raw.raw` may be NULL.
 *
 * Here: local
 *
 * Requires:
 * `raw` came from `tmq_get_raw` and was not freed.
 */
void tmq_free_raw(tmq_raw_data raw);

/**
 * The changes of tables that a message holds, as JSON, to be freed by `tmq_free_json_meta`. NULL
 * for a message without changes, and for other results.
 *
 * Here: works
 *
 * Requires:
 * None: any value may be passed.
 */
char *tmq_get_json_meta(TAOS_RES *res);

/**
 * Frees the JSON of `tmq_get_json_meta`. NULL is allowed.
 *
 * Here: local
 *
 * Requires:
 * `jsonMeta` is NULL or came from `tmq_get_json_meta` and was not freed.
 */
void tmq_free_json_meta(char *jsonMeta);

/**
 * Writes a block, as `taos_fetch_raw_block` gives it, into a table of the current database. The
 * block's columns are those of the table, in order. It is copied. `numOfRows` is not used, because
 * the block says how many rows it has.
 *
 * Returns 0 or an error code.
 *
 * Here: works
 *
 * Requires:
 * `pData` is NULL or points to a block; `tbname` is NULL or points to a NUL-terminated string.
 */
int taos_write_raw_block(TAOS *taos, int numOfRows, char *pData, const char *tbname);

/**
 * As `taos_write_raw_block`, with an id that the server's log shows.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_write_raw_block`.
 */
int taos_write_raw_block_with_reqid(TAOS *taos,
                                    int numOfRows,
                                    char *pData,
                                    const char *tbname,
                                    int64_t reqid);

/**
 * As `taos_write_raw_block`, for these columns of the table: `fields` has `numFields` entries, one
 * for each column of the block.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_write_raw_block`; `fields` is NULL or points to `numFields` entries.
 */
int taos_write_raw_block_with_fields(TAOS *taos,
                                     int rows,
                                     char *pData,
                                     const char *tbname,
                                     TAOS_FIELD *fields,
                                     int numFields);

/**
 * As `taos_write_raw_block_with_fields`, with an id that the server's log shows.
 *
 * Here: works
 *
 * Requires:
 * As for `taos_write_raw_block_with_fields`.
 */
int taos_write_raw_block_with_fields_with_reqid(TAOS *taos,
                                                int rows,
                                                char *pData,
                                                const char *tbname,
                                                TAOS_FIELD *fields,
                                                int numFields,
                                                int64_t reqid);

/**
 * How a database distributes its tables over vgroups. `dbInfo->vgHash` is from `malloc`; the
 * caller frees it.
 *
 * Returns 0 or an error code: `TSDB_CODE_CTG_INVALID_INPUT` for the system's own databases, whose tables are
 * in no vgroup, here and in the functions below. This runs two statements.
 *
 * Here: works
 *
 * Requires:
 * `db` is NULL or points to a NUL-terminated string; `dbInfo` is NULL or points to a struct.
 */
int taos_get_db_route_info(TAOS *taos, const char *db, TAOS_DB_ROUTE_INFO *dbInfo);

/**
 * Writes the vgroup of a table, whether it exists or not, to `*vgId`. Returns 0 or an error code.
 *
 * Here: works, except for databases with TABLE_PREFIX or TABLE_SUFFIX
 *
 * Requires:
 * `db` and `table` are NULL or point to NUL-terminated strings; `vgId` is NULL or points to an int.
 */
int taos_get_table_vgId(TAOS *taos, const char *db, const char *table, int *vgId);

/**
 * Writes the vgroups of `tableNum` tables, whether they exist or not, to `vgId[0..tableNum]`.
 * Returns 0 or an error code.
 *
 * Here: works, except for databases with TABLE_PREFIX or TABLE_SUFFIX
 *
 * Requires:
 * `db` is NULL or points to a NUL-terminated string; `table` is NULL or points to `tableNum` such;
 * `vgId` is NULL or has room for `tableNum` ints.
 */
int taos_get_tables_vgId(TAOS *taos, const char *db, const char **table, int tableNum, int *vgId);

/**
 * Returns `TSDB_CODE_OPS_NOT_SUPPORT`. Natively, it registers a service with the cluster. taosAdapter
 * registers itself and has no action for others, and there is no SQL for it.
 *
 * Here: not supported - neither the protocol nor SQL can; each taosAdapter registers itself
 *
 * Requires:
 * None: the arguments are not looked at.
 */
int32_t taos_register_instance(const char *id,
                               const char *type,
                               const char *desc,
                               int32_t expire);

/**
 * The taosAdapters of the cluster, as they have registered themselves, such as `host:6041` or
 * `https://host:6041`: `*pCount` texts in `*pList`, to be freed by `taos_free_instances`. Other
 * services cannot be listed: a `filter_type` that is neither NULL, empty nor `taosadapter` is
 * `TSDB_CODE_OPS_NOT_SUPPORT`.
 *
 * This makes a login of its own, like that of the process's last connection, or, if there was
 * none, as the settings say. Needs a server from 3.4.1.10.
 *
 * Returns 0, or an error code with NULL and 0.
 *
 * Here: works - of taosAdapters
 *
 * Requires:
 * `filter_type` is NULL or points to a NUL-terminated string; `pList` and `pCount` are NULL or may
 * be written to.
 */
int32_t taos_list_instances(const char *filter_type, char ***pList, int32_t *pCount);

/**
 * Frees the `count` texts that `taos_list_instances` gave, and their list; `*pList` becomes NULL.
 * NULL is allowed.
 *
 * Here: works
 *
 * Requires:
 * `pList` is NULL or points to what `taos_list_instances` gave, with that count.
 */
void taos_free_instances(char ***pList, int32_t count);

/**
 * Does nothing. Natively, it writes a crash report; this library reports nothing to anybody.
 *
 * Here: local - does nothing
 *
 * Requires:
 * None: the arguments are not looked at.
 */
void taos_write_crashinfo(int signum, void *sigInfo, void *context);

/**
 * Registers `fp`, to be called with `param` when something happens to the connection's user.
 * `type` is one of `TAOS_NOTIFY_TYPE`. Each type has one function: registering again replaces it,
 * and `fp` NULL removes it.
 *
 * The server does not push events over WebSocket. While a function is registered, a thread looks
 * every 1.5 seconds, once for all connections of a user and server, in a session of its own and
 * not on the program's connection.
 *
 * - `TAOS_NOTIFY_PASSVER`: the server refuses the password of the login. Called once, up to 1.5
 *   seconds after the password was changed. `ext` is an `int32_t`, 1. A refused password is never
 *   tried again, so that no server locks the user out.
 * - `TAOS_NOTIFY_WHITELIST_VER`: the answer of `taos_fetch_ip_whitelist_a` has changed. Also
 *   called once up to 1.5 seconds after registering, as natively. `ext` is an `int64_t`: 0 while
 *   white lists are off, else the time at which the change was seen, in milliseconds since 1970.
 *   Never called if the user may not read the list.
 * - `TAOS_NOTIFY_USER_DROPPED`: the user is gone. Called once: at once if the server ends the
 *   session and then refuses a login, else up to 1.5 seconds later. `ext` is NULL. If the user's
 *   password was changed before, this can be seen only until the server ends the user's
 *   connections, and may be missed.
 *
 * A change that is undone between two looks is not seen. For a login with a one-time code, which
 * cannot be repeated, this returns `TSDB_CODE_OPS_NOT_SUPPORT`.
 *
 * The function is called on a thread of the library, at any time from now on. It may call any
 * function and may block. While it runs, it is not called again; when it returns, it is called for
 * the last of the events of its kind that came meanwhile. After `taos_close`, or when another
 * function has replaced it, it is not called any more. If it is running then, that call waits for
 * it, a second at most, unless it is the caller. `taos_cleanup`, and `fork` in the child, end all
 * registrations.
 *
 * Returns 0 or an error code: `TSDB_CODE_INVALID_PARA` for an unknown type and for NULL.
 *
 * Here: works - found by looking every 1.5 s
 *
 * Requires:
 * `fp` is NULL or may be called with `param` on another thread until then.
 */
int taos_set_notify_cb(TAOS *taos, __taos_notify_fn_t fp, void *param, int type);

/**
 * Does nothing. Natively, it says whether the process ends when its connection is killed. This
 * library has no heartbeat that would notice, and never ends the process.
 *
 * Here: local - does nothing
 *
 * Requires:
 * None: the argument is not looked at.
 */
void taos_set_hb_quit(int8_t quitByKill);

/**
 * Calls `fp` with the IPv4 addresses from which the connection's user may connect:
 * `numOfWhiteLists` numbers. The upper half of a number is the length of the prefix. The lower
 * half is the four bytes of the address, the first of them lowest. The array is valid during the
 * call. While white lists are off, it is one number, 0: from anywhere.
 *
 * `fp` is called once: with code 0, or with an error code and no list. In the callback,
 * `taos_errno(NULL)` has the code, too. It is called on a thread of the library; only if there is
 * no connection, it is called before this returns. The list is read on the connection (`show
 * cluster variables`, `information_schema.ins_users`): a user who may not read it gets the
 * server's error, unless white lists are off.
 *
 * Here: works
 *
 * Requires:
 * The callback is NULL or may be called with `param` on another thread.
 */
void taos_fetch_whitelist_a(TAOS *taos, __taos_async_whitelist_fn_t fp, void *param);

/**
 * As `taos_fetch_whitelist_a`, with texts such as `10.1.0.0/16` and `2001:db8::/32`; while white
 * lists are off, `0.0.0.0/0` and `::/0`. Ranges from which the user may not connect, which servers
 * from 3.4 have, are left out.
 *
 * Here: works
 *
 * Requires:
 * The callback is NULL or may be called with `param` on another thread.
 */
void taos_fetch_whitelist_dual_stack_a(TAOS *taos,
                                       __taos_async_whitelist_dual_stack_fn_t fp,
                                       void *param);

/**
 * As `taos_fetch_whitelist_dual_stack_a`, with `+ ` before a range from which the user may connect
 * and `- ` before one from which the user may not.
 *
 * Here: works
 *
 * Requires:
 * The callback is NULL or may be called with `param` on another thread.
 */
void taos_fetch_ip_whitelist_a(TAOS *taos, __taos_async_ip_whitelist_fn_t fp, void *param);

/**
 * As `taos_fetch_ip_whitelist_a`, with the times at which the user may connect, and may not. A
 * time is a date or a day of the week, when it begins by the server's clock, and its length in
 * minutes: `+ TUE 08:00 120`, `- 2026-12-25 08:00 120`. `+ ALL` is any time. The texts are the
 * server's (`information_schema.ins_users`). Servers before 3.4.0.0 have none, and the code is
 * `TSDB_CODE_OPS_NOT_SUPPORT`.
 *
 * Here: works - on servers from 3.4.0.0
 *
 * Requires:
 * The callback is NULL or may be called with `param` on another thread.
 */
void taos_fetch_datetime_whitelist_a(TAOS *taos,
                                     __taos_async_datetime_whitelist_fn_t fp,
                                     void *param);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TAOS_H */
