//! Calling Java from the library's callback threads.

use super::env::int;
use super::{Env, Stop};
use crate::capi::boundary::entry::quick;
use crate::capi::boundary::types::tmq_t;
use crate::capi::tmq::object::CommitCallback;
use jni_sys::{jmethodID, jobject, JavaVM, JavaVMAttachArgs, JNI_OK, JNI_VERSION_1_6};
use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr::null_mut;

/// An object of Java that waits for the outcome of a commit, until it has it.
pub struct JavaCallback {
    vm: *mut JavaVM,
    /// A global reference.
    object: jobject,
    method: jmethodID,
}

impl JavaCallback {
    /// What a commit calls with its outcome, once; nothing for null. The method is looked up here, because a
    /// callback thread would look for the class elsewhere.
    pub fn begin(env: Env, object: jobject) -> Result<Option<CommitCallback>, Stop> {
        if object.is_null() {
            return Ok(None);
        }
        let class = env.class_of(object);
        let method = env.method(class, c"commitCallbackHandler", c"(I)V")?;
        let callback = Box::new(JavaCallback {
            vm: env.java_vm()?,
            object: env.new_global(object)?,
            method,
        });
        let param = Box::into_raw(callback).cast::<c_void>();
        Ok(Some(CommitCallback::of(committed, param)))
    }

    fn tell(self, code: i32) {
        let Some(env) = env_of_this_thread(self.vm) else {
            return tracing::error!("a callback is not called: Java takes no more threads");
        };
        if env
            .call_method(self.object, self.method, &[int(code)])
            .is_err()
        {
            // No frame can catch it.
            env.describe_exception();
        }
        env.delete_global(self.object);
    }
}

unsafe extern "C-unwind" fn committed(_tmq: *mut tmq_t, code: i32, param: *mut c_void) {
    quick(|| {
        // SAFETY: made by `begin` for this call, which comes once.
        let callback = unsafe { Box::from_raw(param.cast::<JavaCallback>()) };
        callback.tell(code);
    })
}

/// Java knows this thread until it ends.
struct Attached(*mut JavaVM);

impl Drop for Attached {
    fn drop(&mut self) {
        // SAFETY: a virtual machine stays as long as the process.
        unsafe { ((**self.0).v1_4.DetachCurrentThread)(self.0) };
    }
}

thread_local! {
    static ATTACHED: RefCell<Option<Attached>> = const { RefCell::new(None) };
}

/// The environment of a thread. If Java does not know the thread yet, it is made known as a daemon, for which a
/// virtual machine that ends does not wait.
fn env_of_this_thread(vm: *mut JavaVM) -> Option<Env> {
    let mut env = null_mut();
    // SAFETY: a virtual machine stays as long as the process; it copies the name.
    unsafe {
        if ((**vm).v1_4.GetEnv)(vm, &mut env, JNI_VERSION_1_6) == JNI_OK {
            return Some(Env::new(env.cast()));
        }
        let mut arguments = JavaVMAttachArgs {
            version: JNI_VERSION_1_6,
            name: c"taos-callback".as_ptr().cast_mut(),
            group: null_mut(),
        };
        let arguments = std::ptr::from_mut(&mut arguments).cast();
        if ((**vm).v1_4.AttachCurrentThreadAsDaemon)(vm, &mut env, arguments) != JNI_OK {
            return None;
        }
        let attached = Attached(vm);
        // A thread that is already ending is detached at once, because there is no later moment.
        ATTACHED
            .try_with(|kept| kept.replace(Some(attached)))
            .ok()?;
        Some(Env::new(env.cast()))
    }
}
