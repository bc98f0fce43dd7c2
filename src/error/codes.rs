//! The codes that this library gives itself. Those of the server are passed on as they come.
//!
//! Names and numbers are those of TDengine's `taoserror.h`.

/// The native value of a 16-bit code.
pub const fn native(low: u16) -> i32 {
    (0x8000_0000u32 | low as u32) as i32
}

/// Nothing went wrong.
pub const SUCCESS: i32 = 0;
/// `RPC_NETWORK_UNAVAIL`: nothing answers at the address.
pub const UNABLE_TO_CONNECT: i32 = native(0x000b);
/// `RPC_FQDN_ERROR`: the host's name has no address.
pub const UNKNOWN_HOST: i32 = native(0x0015);
/// `RPC_BROKEN_LINK`: the connection ended.
pub const CONNECTION_BROKEN: i32 = native(0x0018);
/// `RPC_TIMEOUT`: no answer within the deadline.
pub const TIMEOUT: i32 = native(0x0019);
/// `OPS_NOT_SUPPORT`
pub const OPERATION_NOT_SUPPORTED: i32 = native(0x0100);
/// `INVALID_MSG`: an answer that breaks the protocol.
pub const INVALID_MESSAGE: i32 = native(0x0115);
/// `INVALID_PARA`
pub const INVALID_PARAMETER: i32 = native(0x0118);
/// `INVALID_PTR`
pub const INVALID_POINTER: i32 = native(0x0117);
/// `INVALID_CFG`
pub const INVALID_CONFIG_OPTION: i32 = native(0x0119);
/// `CFG_NOT_FOUND`
pub const CONFIG_NOT_FOUND: i32 = native(0x0122);
/// `REPEAT_INIT`
pub const REPEATED_INIT: i32 = native(0x0123);
/// `INVALID_CFG_VALUE`
pub const INVALID_CONFIG_VALUE: i32 = native(0x0133);
/// `TIME_ERROR`: no time zone.
pub const TIME: i32 = native(0x013b);
/// `TSC_INVALID_OPERATION`
pub const INVALID_OPERATION: i32 = native(0x0200);
/// `TSC_INVALID_TABLE_ID_LENGTH`: a table's name is too long, or missing.
pub const TABLE_NAME_LENGTH: i32 = native(0x020a);
/// `TSC_INVALID_CONNECTION`: the handle is not one of a connection.
pub const INVALID_CONNECTION: i32 = native(0x020b);
/// `TSC_DISCONNECTED`: no connection, or a closed one.
pub const DISCONNECTED: i32 = native(0x0213);
/// `TSC_INVALID_INPUT`
pub const INVALID_INPUT: i32 = native(0x0229);
/// `TSC_STMT_API_ERROR`: a statement's calls in the wrong order.
pub const STMT_API_ERROR: i32 = native(0x022a);
/// `TSC_STMT_TBNAME_ERROR`
pub const STMT_TABLE_NAME: i32 = native(0x022b);
/// `TSC_STMT_BIND_NUMBER_ERROR`: a number of rows that cannot be bound.
pub const STMT_BIND_NUMBER: i32 = native(0x0236);
/// `TSC_QUERY_KILLED`: stopped by the caller.
pub const QUERY_KILLED: i32 = native(0x022d);
/// `TSC_INTERNAL_ERROR`
pub const INTERNAL: i32 = native(0x02ff);
/// A system error: `0x80ff0000 | errno`.
pub const fn system(errno: i32) -> i32 {
    (0x80ff_0000u32 | errno as u32) as i32
}
/// `TSC_SQL_SYNTAX_ERROR`: the parser's, of 3.0.
pub const OLD_SYNTAX: i32 = native(0x0216);
/// `CTG_INVALID_INPUT`: tables that have no place.
pub const CATALOG_INPUT: i32 = native(0x2401);
/// `PAR_SYNTAX_ERROR`
pub const SYNTAX: i32 = native(0x2600);
/// `PAR_INCOMPLETE_SQL`
pub const INCOMPLETE_SQL: i32 = native(0x2601);
/// `PAR_TABLE_NOT_EXIST`
pub const TABLE_NOT_EXIST: i32 = native(0x2603);
/// `PAR_VALUE_TOO_LONG`
pub const VALUE_TOO_LONG: i32 = native(0x2653);
/// `PAR_DB_NOT_SPECIFIED`
pub const DATABASE_NOT_SPECIFIED: i32 = native(0x2616);

/// Is it a code of the parser, which the native client has in itself?
pub fn is_of_parser(code: i32) -> bool {
    code == OLD_SYNTAX || (SYNTAX..=native(0x26ff)).contains(&code)
}

/// `SML_INVALID_PROTOCOL_TYPE`
pub const SML_PROTOCOL: i32 = native(0x3000);
/// `SML_INVALID_PRECISION_TYPE`
pub const SML_PRECISION: i32 = native(0x3001);
/// `SML_INVALID_DATA`
pub const SML_DATA: i32 = native(0x3002);
/// The adapter's own failures: the 16 bits that it sends of -1, `TSDB_CODE_FAILED`.
pub const FAILED: i32 = native(0xffff);
/// `MND_USER_NOT_EXIST`
pub const USER_NOT_EXIST: i32 = native(0x0351);
/// `MND_AUTH_FAILURE`: another password, or none.
pub const AUTHENTICATION_FAILURE: i32 = native(0x0357);
/// `MND_DB_NOT_EXIST`
pub const DATABASE_NOT_EXIST: i32 = native(0x0388);
/// `MND_CONSUMER_NOT_EXIST`: nothing is subscribed to.
pub const CONSUMER_NOT_EXIST: i32 = native(0x03e6);
/// `TMQ_INVALID_MSG`: not a message of a subscription.
pub const TMQ_INVALID_MESSAGE: i32 = native(0x4000);
/// `TMQ_CONSUMER_CLOSED`
pub const CONSUMER_CLOSED: i32 = native(0x4002);
/// `TMQ_CONSUMER_ERROR`
pub const CONSUMER_FAILED: i32 = native(0x4003);
/// `TMQ_SNAPSHOT_ERROR`: not while a snapshot is read.
pub const IN_SNAPSHOT: i32 = native(0x4006);
/// `TMQ_VERSION_OUT_OF_RANGE`
pub const OFFSET_OUT_OF_RANGE: i32 = native(0x4007);
/// `TMQ_INVALID_VGID`
pub const VGROUP_NOT_OF_CONSUMER: i32 = native(0x4008);
/// `TMQ_NEED_INITIALIZED`: the vgroup is newly assigned, and nothing was polled from it.
pub const VGROUP_NOT_POLLED: i32 = native(0x4010);
/// `TMQ_INVALID_STATUS`: nothing was subscribed to.
pub const CONSUMER_NOT_SUBSCRIBED: i32 = native(0x4017);
/// `TMQ_INVALID_TOPIC`
pub const TOPIC_NOT_OF_CONSUMER: i32 = native(0x4009);
