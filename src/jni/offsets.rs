//! The position of a consumer: commits and seeking.

use super::callback::JavaCallback;
use super::env::{int, long, List};
use super::{codes, handle, methods, the_consumers, Stop};
use crate::capi::boundary::entry::code_of;
use crate::capi::tmq::{commit, offsets, the_consumer};
use crate::error::{codes as errors, Error};
use jni_sys::{jint, jlong, jobject, jstring};

const TOPIC: Stop = Stop::Code(codes::TOPIC_NULL);

methods! { "tmq_TMQConnector";

    /// Commits everything that the consumer was given, and waits.
    ///
    /// Here: works
    fn tmqCommitAllSync(_env, _, tmq: jlong) -> jint {
        let tmq = the_consumers(tmq)?;
        Ok(code_of(commit::commit(tmq, std::ptr::null())))
    }

    /// Commits a message, and waits; for 0, everything.
    ///
    /// Here: works
    fn tmqCommitSync(_env, _, tmq: jlong, res: jlong) -> jint {
        let tmq = the_consumers(tmq)?;
        Ok(code_of(commit::commit(tmq, handle(res))))
    }

    /// Commits an offset of a vgroup, and waits.
    ///
    /// Here: works
    fn tmqCommitOffsetSyncImp(env, _, tmq: jlong, topic: jstring, vgroup: jint, offset: jlong) -> jint {
        let tmq = the_consumers(tmq)?;
        let topic = env.text(topic)?.ok_or(TOPIC)?;
        Ok(code_of(commit::commit_offset(tmq, &topic, vgroup, offset)))
    }

    /// Commits everything that the consumer was given; the callback gets the outcome.
    ///
    /// Here: works
    fn consumerCommitAllAsync(env, _, tmq: jlong, callback: jobject) {
        let callback = JavaCallback::begin(env, callback)?;
        commit::begin(handle(tmq), callback, |object| commit::wanted(object, std::ptr::null()));
        Ok(())
    }

    /// Commits an offset of a vgroup; the callback gets the outcome.
    ///
    /// Here: works
    fn consumerCommitOffsetAsync(
        env, _, tmq: jlong, topic: jstring, vgroup: jint, offset: jlong, callback: jobject
    ) {
        let topic = env.text(topic)?;
        let callback = JavaCallback::begin(env, callback)?;
        commit::begin(handle(tmq), callback, |object| {
            let topic = topic.as_deref().ok_or(Error::new(errors::INVALID_PARAMETER))?;
            object.consumer.of_offset(topic, vgroup, offset)
        });
        Ok(())
    }

    /// Commits a message; the callback gets the outcome.
    ///
    /// Here: works
    fn consumerCommitAsync(env, _, tmq: jlong, res: jlong, callback: jobject) {
        let callback = JavaCallback::begin(env, callback)?;
        commit::begin(handle(tmq), callback, |object| commit::wanted(object, handle(res)));
        Ok(())
    }

    /// Commits a message; the consumer's object gets the outcome.
    ///
    /// Here: works
    fn tmqCommitAsync(env, _, tmq: jlong, res: jlong, consumer: jobject) {
        let callback = JavaCallback::begin(env, consumer)?;
        commit::begin(handle(tmq), callback, |object| commit::wanted(object, handle(res)));
        Ok(())
    }

    /// Lets the next poll continue in a vgroup at an offset.
    ///
    /// Here: works
    fn tmqSeekImp(env, _, tmq: jlong, topic: jstring, vgroup: jint, offset: jlong) -> jint {
        let tmq = the_consumers(tmq)?;
        let topic = env.text(topic)?.ok_or(TOPIC)?;
        let seek = |object: crate::capi::boundary::handle::ConsumerRef| object.consumer.seek(&topic, vgroup, offset);
        Ok(code_of(the_consumer(tmq).and_then(seek)))
    }

    /// Adds an object for each vgroup of a topic to a list.
    ///
    /// Here: works
    fn tmqGetTopicAssignmentImp(env, _, tmq: jlong, topic: jstring, list: jobject) -> jint {
        let tmq = the_consumers(tmq)?;
        let topic = env.text(topic)?.ok_or(TOPIC)?;
        let list = List::new(env, list)?;
        let vgroups = match the_consumer(tmq).and_then(|object| object.consumer.assignment(&topic)) {
            Ok(vgroups) => vgroups,
            Err(e) => return Ok(code_of(Err(e))),
        };
        let class = env.class(c"com/taosdata/jdbc/tmq/Assignment")?;
        let constructor = env.method(class, c"<init>", c"()V")?;
        let set_id = env.method(class, c"setVgId", c"(I)V")?;
        let set_current = env.method(class, c"setCurrentOffset", c"(J)V")?;
        let set_begin = env.method(class, c"setBegin", c"(J)V")?;
        let set_end = env.method(class, c"setEnd", c"(J)V")?;
        for vgroup in vgroups {
            let assignment = env.make(class, constructor, &[])?;
            env.call_method(assignment, set_id, &[int(vgroup.vgroup_id)])?;
            env.call_method(assignment, set_current, &[long(vgroup.offset)])?;
            env.call_method(assignment, set_begin, &[long(vgroup.begin)])?;
            env.call_method(assignment, set_end, &[long(vgroup.end)])?;
            list.add(assignment)?;
        }
        Ok(codes::SUCCESS)
    }

    /// The offset that the group has committed in a vgroup, or a negative code.
    ///
    /// Here: works
    fn tmqCommittedImp(env, _, tmq: jlong, topic: jstring, vgroup: jint) -> jlong {
        let tmq = the_consumers(tmq)?;
        let topic = env.text(topic)?.ok_or(TOPIC)?;
        let committed = |object: crate::capi::boundary::handle::ConsumerRef| object.consumer.committed(&topic, vgroup);
        Ok(offsets::offset_of(the_consumer(tmq).and_then(committed)))
    }

    /// The offset at which the next message of a vgroup starts, or a negative code.
    ///
    /// Here: works
    fn tmqPositionImp(env, _, tmq: jlong, topic: jstring, vgroup: jint) -> jlong {
        let tmq = the_consumers(tmq)?;
        let topic = env.text(topic)?.ok_or(TOPIC)?;
        let position = |object: crate::capi::boundary::handle::ConsumerRef| object.consumer.position(&topic, vgroup);
        Ok(offsets::offset_of(the_consumer(tmq).and_then(position)))
    }
}
