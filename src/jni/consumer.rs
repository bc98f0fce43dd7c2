//! Consumers, their configurations and lists of topics, and what a message tells about itself.

use super::env::object;
use super::{codes, handle, methods, required, the_consumers, JavaHandle, Stop};
use crate::capi::boundary::entry::{code_of, pointer_of};
use crate::capi::boundary::types::TAOS_RES;
use crate::capi::errors;
use crate::capi::tmq::{conf, consumer, list, message, the_consumer};
use jni_sys::{jint, jlong, jobject, jstring};
use std::ffi::CStr;

methods! { "tmq_TMQConnector";

    /// A new configuration.
    ///
    /// Here: local
    fn tmqConfNewImp(_env, _) -> JavaHandle {
        Ok(JavaHandle::new(pointer_of(conf::new())))
    }

    /// Sets a key of a configuration: 0, -2 for an unknown key, -1 for a wrong value.
    ///
    /// Here: local
    fn tmqConfSetImp(env, _, conf: jlong, key: jstring, value: jstring) -> jint {
        let key = env.text(key)?.ok_or(Stop::Code(codes::CONF_KEY_NULL))?;
        let value = env.text(value)?.ok_or(Stop::Code(codes::CONF_VALUE_NULL))?;
        let conf = required(conf, codes::CONF_NULL)?;
        Ok(conf::result_of(conf::set(conf, &key, &value)))
    }

    /// Frees a configuration.
    ///
    /// Here: local
    fn tmqConfDestroyImp(_env, _, conf: jlong) {
        conf::destroy(handle(conf));
        Ok(())
    }

    /// Makes a consumer. On failure, the connector gets the reason.
    ///
    /// Here: works
    fn tmqConsumerNewImp(env, _, conf: jlong, connector: jobject) -> JavaHandle {
        let conf = required(conf, codes::CONF_NULL)?;
        env.require(connector, c"the connector is null")?;
        match consumer::new(conf) {
            Ok(consumer) => Ok(JavaHandle::new(consumer)),
            Err(words) => {
                let words = [object(env.new_text(&words)?)];
                env.call(connector, c"setCreateConsumerErrorMsg", c"(Ljava/lang/String;)V", &words)?;
                Err(Stop::Code(codes::CONSUMER_NOT_CREATED))
            }
        }
    }

    /// A new list of topics.
    ///
    /// Here: local
    fn tmqTopicNewImp(_env, _, tmq: jlong) -> JavaHandle {
        match tmq {
            0 => Err(Stop::Code(codes::CONSUMER_NULL)),
            _ => Ok(JavaHandle::new(pointer_of(list::hand_out(Default::default())))),
        }
    }

    /// Adds a topic to a list.
    ///
    /// Here: local
    fn tmqTopicAppendImp(env, _, list: jlong, topic: jstring) -> jint {
        let list = required(list, codes::TOPIC_NULL)?;
        let topic = env.text(topic)?.ok_or(Stop::Code(codes::TOPIC_NAME_NULL))?;
        Ok(code_of(list::append(list, &topic)))
    }

    /// Frees a list.
    ///
    /// Here: local
    fn tmqTopicDestroyImp(_env, _, list: jlong) {
        list::destroy(handle(list));
        Ok(())
    }

    /// Subscribes to the topics of a list, in place of those before.
    ///
    /// Here: works
    fn tmqSubscribeImp(_env, _, tmq: jlong, list: jlong) -> jint {
        let tmq = the_consumers(tmq)?;
        let list = required(list, codes::TOPIC_NULL)?;
        Ok(code_of(consumer::subscribe(tmq, list)))
    }

    /// Hands the topics subscribed to to the connector.
    ///
    /// Here: local
    fn tmqSubscriptionImp(env, _, tmq: jlong, connector: jobject) -> jint {
        let tmq = the_consumers(tmq)?;
        env.require(connector, c"the connector is null")?;
        let topics = match the_consumer(tmq) {
            Ok(object) => object.consumer.topics(),
            Err(e) => return Ok(code_of(Err(e))),
        };
        let topics = [object(env.new_texts(&topics)?)];
        env.call(connector, c"setTopicList", c"([Ljava/lang/String;)V", &topics)?;
        Ok(codes::SUCCESS)
    }

    /// Ends the subscription.
    ///
    /// Here: works
    fn tmqUnsubscribeImp(_env, _, tmq: jlong) -> jint {
        let tmq = the_consumers(tmq)?;
        Ok(code_of(the_consumer(tmq).and_then(|object| object.consumer.unsubscribe())))
    }

    /// Closes a consumer.
    ///
    /// Here: works
    fn tmqConsumerCloseImp(_env, _, tmq: jlong) -> jint {
        Ok(code_of(consumer::close(the_consumers(tmq)?)))
    }

    /// The text of a code.
    ///
    /// Here: local
    fn getErrMsgImp(env, _, code: jint) -> jstring {
        // SAFETY: a NUL-terminated text, which stays until the thread's next failing call.
        env.new_c_text(unsafe { CStr::from_ptr(errors::text_of_code(code)) })
    }

    /// The next message; 0 if there is none within this many milliseconds.
    ///
    /// Here: works
    fn tmqConsumerPoll(_env, _, tmq: jlong, timeout: jlong) -> JavaHandle {
        let tmq = the_consumers(tmq)?;
        Ok(JavaHandle::new(pointer_of(consumer::poll(tmq, timeout))))
    }

    /// The topic of a message; null for any other result.
    ///
    /// Here: local
    fn tmqGetTopicName(env, _, res: jlong) -> jstring {
        let topic = message::of_message(handle(res), |m| m.topic.clone());
        topic.map_or(Ok(std::ptr::null_mut()), |topic| env.new_c_text(&topic))
    }

    /// The database of a message; null for any other result.
    ///
    /// Here: local
    fn tmqGetDbName(env, _, res: jlong) -> jstring {
        let database = message::of_message(handle(res), |m| m.database.clone());
        database.map_or(Ok(std::ptr::null_mut()), |database| env.new_c_text(&database))
    }

    /// The table of the block fetched last; null if the message does not name it.
    ///
    /// Here: local
    fn tmqGetTableName(env, _, res: jlong) -> jstring {
        let table = message::of_message(handle(res), |m| m.table().map(CStr::to_owned)).flatten();
        table.map_or(Ok(std::ptr::null_mut()), |table| env.new_c_text(&table))
    }

    /// The vgroup of a message.
    ///
    /// Here: local
    fn tmqGetVgroupId(_env, _, res: jlong) -> jint {
        let res: *mut TAOS_RES = required(res, codes::RESULT_NULL)?;
        message::of_message(res, |m| m.message.vgroup).ok_or(Stop::Code(codes::RESULT_NULL))
    }

    /// The offset at which a message starts.
    ///
    /// Here: local
    fn tmqGetOffset(_env, _, res: jlong) -> jlong {
        let res: *mut TAOS_RES = required(res, codes::RESULT_NULL)?;
        message::of_message(res, |m| m.message.offset).ok_or(Stop::Code(codes::RESULT_NULL))
    }
}
