//! What a native method needs of its Java virtual machine: texts, arrays and objects. After each call that may
//! throw, the exception is checked.

use super::Stop;
use jni_sys::{
    jbyteArray, jclass, jfieldID, jint, jmethodID, jobject, jobjectArray, jsize, jstring, jvalue,
    JNIEnv, JavaVM, JNI_OK,
};
use std::ffi::CStr;
use std::ptr::null_mut;

/// The calling thread's environment, as the virtual machine hands it to each native method. References to
/// objects that the functions take are those of the same call, or global ones.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Env(*mut JNIEnv);

/// A function of the virtual machine's table. The table is that of the thread that runs.
macro_rules! jni {
    ($env:expr, $function:ident $(, $argument:expr)*) => {
        // SAFETY: the environment is the running thread's, and the arguments are what the function
        // is declared for; a reference is valid as long as the call that got it.
        unsafe { ((**$env.0).v1_6.$function)($env.0 $(, $argument)*) }
    };
}

pub fn int(i: i32) -> jvalue {
    jvalue { i }
}

pub fn long(j: i64) -> jvalue {
    jvalue { j }
}

pub fn object(l: jobject) -> jvalue {
    jvalue { l }
}

/// A length for Java, whose arrays and strings count in ints.
fn size(n: usize) -> jsize {
    jsize::try_from(n).unwrap_or(jsize::MAX)
}

impl Env {
    /// # Safety
    /// `env` is the calling thread's.
    pub(super) unsafe fn new(env: *mut JNIEnv) -> Env {
        Env(env)
    }

    pub(super) fn java_vm(self) -> Result<*mut JavaVM, Stop> {
        let mut vm = null_mut();
        match jni!(self, GetJavaVM, &mut vm) {
            JNI_OK => Ok(vm),
            _ => Err(Stop::Thrown),
        }
    }

    /// An error if the call before has thrown. Then nothing may be called except what cleans up.
    fn unless_thrown<T>(self, value: T) -> Result<T, Stop> {
        match jni!(self, ExceptionCheck) {
            false => Ok(value),
            true => Err(Stop::Thrown),
        }
    }

    /// The value of a function that returns NULL if it throws.
    fn unless_null(self, value: jobject) -> Result<jobject, Stop> {
        match value.is_null() {
            false => Ok(value),
            true => Err(Stop::Thrown),
        }
    }

    /// Writes a pending exception to standard error, as Java does when an exception ends a thread, and clears
    /// it.
    pub(super) fn describe_exception(self) {
        jni!(self, ExceptionDescribe);
        jni!(self, ExceptionClear);
    }

    /// Throws a NullPointerException for an argument that must not be null.
    pub(super) fn require(self, argument: jobject, what: &CStr) -> Result<(), Stop> {
        if !argument.is_null() {
            return Ok(());
        }
        let class = self.class(c"java/lang/NullPointerException")?;
        jni!(self, ThrowNew, class, what.as_ptr());
        Err(Stop::Thrown)
    }

    /// A string of Java; `None` for null. It is UTF-16 inside; half a pair becomes U+FFFD.
    pub(super) fn text(self, string: jstring) -> Result<Option<String>, Stop> {
        if string.is_null() {
            return Ok(None);
        }
        let length = jni!(self, GetStringLength, string);
        let mut units = vec![0u16; usize::try_from(length).unwrap_or(0)];
        jni!(self, GetStringRegion, string, 0, length, units.as_mut_ptr());
        self.unless_thrown(Some(String::from_utf16_lossy(&units)))
    }

    pub(super) fn new_text(self, text: &str) -> Result<jstring, Stop> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let string = jni!(self, NewString, units.as_ptr(), size(units.len()));
        self.unless_null(string)
    }

    /// As [`new_text`](Self::new_text); bytes that are not UTF-8 become U+FFFD.
    pub(super) fn new_c_text(self, text: &CStr) -> Result<jstring, Stop> {
        self.new_text(&text.to_string_lossy())
    }

    /// A copy of a byte array; `None` for null.
    pub(super) fn bytes(self, array: jbyteArray) -> Result<Option<Vec<u8>>, Stop> {
        if array.is_null() {
            return Ok(None);
        }
        let length = jni!(self, GetArrayLength, array);
        let n = usize::try_from(length).unwrap_or(0);
        let mut bytes = Vec::<u8>::with_capacity(n);
        let into = bytes.as_mut_ptr().cast();
        jni!(self, GetByteArrayRegion, array, 0, length, into);
        self.unless_thrown(())?;
        // SAFETY: the call has written as many bytes.
        unsafe { bytes.set_len(n) };
        Ok(Some(bytes))
    }

    pub(super) fn new_bytes(self, bytes: &[u8]) -> Result<jbyteArray, Stop> {
        let n = size(bytes.len());
        let array = self.unless_null(jni!(self, NewByteArray, n))?;
        jni!(self, SetByteArrayRegion, array, 0, n, bytes.as_ptr().cast());
        self.unless_thrown(array)
    }

    /// The texts of an array; null ones are `None`.
    pub(super) fn texts(self, array: jobjectArray) -> Result<Vec<Option<String>>, Stop> {
        let n = jni!(self, GetArrayLength, array);
        let one = |i| {
            let string = self.unless_thrown(jni!(self, GetObjectArrayElement, array, i))?;
            let text = self.text(string);
            // There may be thousands in one call.
            self.let_go(string);
            text
        };
        (0..n).map(one).collect()
    }

    pub(super) fn new_texts(self, texts: &[String]) -> Result<jobjectArray, Stop> {
        let class = self.class(c"java/lang/String")?;
        let array = jni!(self, NewObjectArray, size(texts.len()), class, null_mut());
        let array = self.unless_null(array)?;
        for (i, text) in texts.iter().enumerate() {
            let string = self.new_text(text)?;
            jni!(self, SetObjectArrayElement, array, size(i), string);
            self.unless_thrown(())?;
            self.let_go(string);
        }
        Ok(array)
    }

    /// Ends a local reference before the method returns.
    pub(super) fn let_go(self, object: jobject) {
        jni!(self, DeleteLocalRef, object);
    }

    pub(super) fn new_global(self, object: jobject) -> Result<jobject, Stop> {
        self.unless_null(jni!(self, NewGlobalRef, object))
    }

    pub(super) fn delete_global(self, object: jobject) {
        jni!(self, DeleteGlobalRef, object);
    }

    /// A class by its name, as the class of the native method that runs would find it.
    pub(super) fn class(self, name: &CStr) -> Result<jclass, Stop> {
        self.unless_null(jni!(self, FindClass, name.as_ptr()))
    }

    pub(super) fn class_of(self, object: jobject) -> jclass {
        jni!(self, GetObjectClass, object)
    }

    pub(super) fn method(
        self,
        class: jclass,
        name: &CStr,
        signature: &CStr,
    ) -> Result<jmethodID, Stop> {
        let method = jni!(self, GetMethodID, class, name.as_ptr(), signature.as_ptr());
        match method.is_null() {
            false => Ok(method),
            true => Err(Stop::Thrown),
        }
    }

    pub(super) fn field(
        self,
        class: jclass,
        name: &CStr,
        signature: &CStr,
    ) -> Result<jfieldID, Stop> {
        let field = jni!(self, GetFieldID, class, name.as_ptr(), signature.as_ptr());
        match field.is_null() {
            false => Ok(field),
            true => Err(Stop::Thrown),
        }
    }

    /// Calls a constructor.
    pub(super) fn make(
        self,
        class: jclass,
        constructor: jmethodID,
        arguments: &[jvalue],
    ) -> Result<jobject, Stop> {
        let arguments = arguments.as_ptr();
        self.unless_null(jni!(self, NewObjectA, class, constructor, arguments))
    }

    /// An object of a class with a constructor without arguments.
    pub(super) fn make_named(self, class: &CStr) -> Result<jobject, Stop> {
        let class = self.class(class)?;
        let constructor = self.method(class, c"<init>", c"()V")?;
        self.make(class, constructor, &[])
    }

    /// Calls a method that returns nothing.
    pub(super) fn call_method(
        self,
        object: jobject,
        method: jmethodID,
        arguments: &[jvalue],
    ) -> Result<(), Stop> {
        jni!(self, CallVoidMethodA, object, method, arguments.as_ptr());
        self.unless_thrown(())
    }

    /// As [`call_method`](Self::call_method), for a method that is called rarely.
    pub(super) fn call(
        self,
        object: jobject,
        name: &CStr,
        signature: &CStr,
        arguments: &[jvalue],
    ) -> Result<(), Stop> {
        let class = self.class_of(object);
        let method = self.method(class, name, signature);
        self.let_go(class);
        self.call_method(object, method?, arguments)
    }

    pub(super) fn set_int(self, object: jobject, field: jfieldID, value: jint) {
        jni!(self, SetIntField, object, field, value);
    }

    pub(super) fn set_object(self, object: jobject, field: jfieldID, value: jobject) {
        jni!(self, SetObjectField, object, field, value);
    }
}

/// A `java.util.List` to which objects are added.
pub struct List {
    env: Env,
    list: jobject,
    add: jmethodID,
}

impl List {
    pub(super) fn new(env: Env, list: jobject) -> Result<List, Stop> {
        env.require(list, c"the list is null")?;
        let class = env.class(c"java/util/List")?;
        let add = env.method(class, c"add", c"(Ljava/lang/Object;)Z")?;
        env.let_go(class);
        Ok(List { env, list, add })
    }

    /// Takes over a local reference.
    pub(super) fn add(&self, element: jobject) -> Result<(), Stop> {
        let arguments = [object(element)];
        let arguments = arguments.as_ptr();
        jni!(self.env, CallBooleanMethodA, self.list, self.add, arguments);
        self.env.unless_thrown(())?;
        self.env.let_go(element);
        Ok(())
    }
}
