//! Misspelt names of settings in the environment and in `taos.cfg`, which would otherwise go unnoticed.

use super::environment;
use super::settings::{self, Mistake, ENV_PREFIX, SETTINGS};
use super::taos_cfg::File;

/// The variable that names the place of `taos.cfg`. It is not a setting.
pub const CONFIG_DIR: &str = "TAOS_CONFIG_DIR";

/// Keys of a native `taos.cfg`, for clients and servers, and of TDengine's other WebSocket client, that mean nothing
/// here. They are not misspelt, however much they resemble a setting.
const NATIVE: &[&str] = &[
    "arbitrator",
    "assert",
    "asyncLog",
    "audit",
    "auditCreateTable",
    "auditInterval",
    "AVX512Enable",
    "bypassFlag",
    "cacheLazyLoadThreshold",
    "cDebugFlag",
    "checkpointInterval",
    "compareAsStrInGreatest",
    "compressMsgSize",
    "compressor",
    "concurrentCheckpoint",
    "configDir",
    "countAlwaysReturnValue",
    "crashReporting",
    "curRange",
    "dataDir",
    "dDebugFlag",
    "debugFlag",
    "disableStream",
    "dPrecision",
    "enableAuditDelete",
    "enableCoreFile",
    "enableQueryHb",
    "enableScience",
    "enableStrongPassword",
    "enableTLS",
    "encryptAlgorithm",
    "encryptScope",
    "filterScalarMode",
    "forceReadConfig",
    "fPrecision",
    "fsDebugFlag",
    "idleTimeout",
    "ifAdtFse",
    "jniDebugFlag",
    "keepAliveIdle",
    "keepColumnName",
    "keepTimeOffset",
    "locale",
    "logDir",
    "logKeepDays",
    "logOutputToScreen",
    "lossyColumns",
    "maxInsertBatchRows",
    "maxNumOfDistinctRes",
    "maxRange",
    "maxRetryWaitTime",
    "maxShellConns",
    "maxTsmaCalcDelay",
    "maxTsmaNum",
    "mDebugFlag",
    "metaCacheMaxSize",
    "minimalDataDirGB",
    "minimalLogDirGB",
    "minimalTmpDirGB",
    "minIntervalTime",
    "minSlidingTime",
    "monitor",
    "monitorComp",
    "monitorForceV2",
    "monitorFqdn",
    "monitorInterval",
    "monitorLogProtocol",
    "monitorMaxLogs",
    "monitorPort",
    "mqRebalanceInterval",
    "multiResultFunctionStarReturnTags",
    "numOfCommitThreads",
    "numOfLogLines",
    "numOfMnodeReadThreads",
    "numOfQnodeFetchThreads",
    "numOfQnodeQueryThreads",
    "numOfRpcSessions",
    "numOfRpcThreads",
    "numOfSnodeStreamThreads",
    "numOfSnodeWriteThreads",
    "numOfTaskQueueThreads",
    "numOfVnodeFetchThreads",
    "numOfVnodeQueryThreads",
    "numOfVnodeRsmaThreads",
    "pqSortMemThreshold",
    "printAuth",
    "qDebugFlag",
    "queryBufferSize",
    "queryMaxConcurrentTables",
    "queryNoFetchTimeoutSec",
    "queryNodeChunkSize",
    "queryPlannerTrace",
    "queryPolicy",
    "queryRspPolicy",
    "querySmaOptimize",
    "queryTableNotExistAsEmpty",
    "queryUseNodeAllocator",
    "randErrorChance",
    "randErrorDivisor",
    "randErrorScope",
    "ratioOfVnodeStreamThreads",
    "retentionSpeedLimitMB",
    "retrieveBlockingModel",
    "rotationCount",
    "rotationSize",
    "rpcDebugFlag",
    "rpcQueueMemoryAllowed",
    "rpcRecvLogThreshold",
    "rsyncPort",
    "s3Accesskey",
    "s3BucketName",
    "s3Endpoint",
    "s3UploadDelaySec",
    "safetyCheckLevel",
    "scriptDir",
    "sDebugFlag",
    "shareConnLimit",
    "shellActivityTimer",
    "showFullCreateTableColumn",
    "simDebugFlag",
    "simdEnable",
    "slowLogExceptDb",
    "slowLogMaxLen",
    "slowLogScope",
    "slowLogThreshold",
    "slowLogThresholdTest",
    "smaDebugFlag",
    "smlAutoChildTableNameDelimiter",
    "smlChildTableName",
    "smlDataFormat",
    "smlDot2Underline",
    "smlTagName",
    "smlTsDefaultName",
    "snapshotReplicate",
    "snodeAddress",
    "statusInterval",
    "stDebugFlag",
    "streamBufferSize",
    "supportVnodes",
    "syncHeartbeatInterval",
    "tdbDebugFlag",
    "telemetryInterval",
    "telemetryPort",
    "telemetryReporting",
    "telemetryServer",
    "tempDir",
    "timeToGetAvailableConn",
    "tmrDebugFlag",
    "tqClientDebugFlag",
    "tqDebugFlag",
    "transPullupInterval",
    "tsdbDebugFlag",
    "tsmaDataDeleteMark",
    "ttlBatchDropNum",
    "ttlChangeOnWrite",
    "ttlUnit",
    "udDebugFlag",
    "udf",
    "udfdLdLibPath",
    "udfdResFuncs",
    "uDebugFlag",
    "uptimeInterval",
    "useAdapter",
    "vDebugFlag",
    "walFsyncDataSizeLimit",
    "wDebugFlag",
    "xnodeHeartbeat",
];

fn is_native(name: &str) -> bool {
    let letters = |name: &str| -> String {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).collect()
    };
    let name = letters(name);
    NATIVE.iter().any(|key| letters(key) == name)
}

/// Variables of the environment that nobody reads and that resemble a setting's.
pub fn in_the_environment() -> Vec<Mistake> {
    if environment::has_more_rights_than_its_user() {
        return Vec::new();
    }
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let slips = names.filter_map(|name| {
        let rest = name.strip_prefix(ENV_PREFIX)?;
        let is_known = name == CONFIG_DIR || SETTINGS.iter().any(|s| s.env == Some(&name));
        if is_known || is_native(rest) {
            return None;
        }
        let meant = match settings::nearly(rest).and_then(|s| s.env) {
            Some(meant) => meant,
            None => settings::nearest_within(&name, CONFIG_DIR, 2)?,
        };
        let text = format!("{name} is no setting; is {meant} meant?");
        Some(Mistake::whatever_is_given(text))
    });
    slips.collect()
}

/// The same for the keys of a file.
pub fn in_the_file(file: &File) -> Vec<Mistake> {
    let slips = file.lines.iter().filter_map(|(key, line)| {
        let is_known = SETTINGS
            .iter()
            .any(|s| s.cfg.is_some_and(|c| c.eq_ignore_ascii_case(key)));
        if is_known || is_native(key) {
            return None;
        }
        let meant = settings::nearly(key)?.cfg?;
        let text = format!("{} is no setting; is {meant} meant?", file.place(line));
        Some(Mistake::whatever_is_given(text))
    });
    slips.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_native_client_are_no_slips() {
        for key in NATIVE {
            assert!(
                is_native(key) && is_native(&key.to_ascii_uppercase()),
                "{key}"
            );
            let ours = SETTINGS
                .iter()
                .any(|s| s.cfg.is_some_and(|c| c.eq_ignore_ascii_case(key)));
            assert!(!ours, "{key} is a setting");
        }
        assert!(is_native("LOG_KEEP_DAYS") && !is_native("timezon"));
    }
}
