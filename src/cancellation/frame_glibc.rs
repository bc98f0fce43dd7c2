//! A frame at which glibc stops when it unwinds a thread that ends. This does what the macro `pthread_cleanup_push`
//! does. The frame is in assembler, because `setjmp` returns twice.

use std::ffi::{c_int, c_void};

pub const STOPS_UNWINDING: bool = true;

extern "C" {
    fn taos_call_behind_frame(
        function: extern "C-unwind" fn(*mut c_void),
        arg: *mut c_void,
    ) -> c_int;
    fn __pthread_register_cancel(buffer: *mut Buffer);
    fn __pthread_unregister_cancel(buffer: *mut Buffer);
    /// Unwinds. It is declared as if it did not, so that the compiler adds no landing pads for it.
    fn __pthread_unwind_next(buffer: *mut Buffer) -> !;
}

/// At least as large as `__pthread_unwind_buf_t`.
#[repr(C, align(16))]
struct Buffer([u64; 32]);

/// Calls a function; true when the thread was ended in it.
pub fn call(function: extern "C-unwind" fn(*mut c_void), arg: *mut c_void) -> bool {
    // SAFETY: it calls the function, and stops what must not go through the caller's frames.
    unsafe { taos_call_behind_frame(function, arg) != 0 }
}

/// Goes on with the unwinding that [`call`] has stopped.
pub fn end_thread() {
    let mut buffer = Buffer([0; 32]);
    // SAFETY: registered, it knows whose turn is next; that is all that the last call looks at.
    unsafe {
        __pthread_register_cancel(&mut buffer);
        __pthread_unregister_cancel(&mut buffer);
        __pthread_unwind_next(&mut buffer)
    }
}

/// The frame's personality function. The frame has nothing to clean up, and ends the search for a handler: whoever
/// throws an exception through it is told at once, and calls the terminate handler with the stack as it is.
pub(super) extern "C" fn lets_no_exception_through(
    _version: c_int,
    actions: c_int,
    _class: u64,
    _exception: *mut c_void,
    _context: *mut c_void,
) -> c_int {
    const SEARCH_PHASE: c_int = 1;
    const FATAL_PHASE1_ERROR: c_int = 3;
    const CONTINUE_UNWIND: c_int = 8;
    match actions & SEARCH_PHASE {
        0 => CONTINUE_UNWIND,
        _ => FATAL_PHASE1_ERROR,
    }
}

/// Declares the function made of these instructions, which [`call`] calls; what both machines have alike is here.
macro_rules! behind_frame {
    ($($instruction:literal),* $(,)?) => {
        std::arch::global_asm!(
            ".pushsection .data.rel.ro, \"aw\", @progbits",
            ".p2align 3",
            ".Ltaos_personality: .quad {personality}",
            ".popsection",
            ".pushsection .text.taos_call_behind_frame, \"ax\", @progbits",
            ".p2align 4",
            ".globl taos_call_behind_frame",
            ".hidden taos_call_behind_frame",
            ".type taos_call_behind_frame, @function",
            "taos_call_behind_frame:",
            ".cfi_startproc",
            ".cfi_personality 0x9b, .Ltaos_personality", // indirect, relative to here, 4 bytes
            $($instruction,)*
            ".cfi_endproc",
            ".size taos_call_behind_frame, . - taos_call_behind_frame",
            ".popsection",
            personality = sym lets_no_exception_through,
        );
    };
}

#[cfg(target_arch = "x86_64")]
behind_frame!(
    "push rbp",
    ".cfi_def_cfa_offset 16",
    ".cfi_offset rbp, -16",
    "mov rbp, rsp",
    ".cfi_def_cfa_register rbp",
    "push rbx",
    "push r12",
    ".cfi_offset rbx, -24",
    ".cfi_offset r12, -32",
    "sub rsp, 128",
    "mov rbx, rdi",
    "mov r12, rsi",
    "mov rdi, rsp",
    "xor esi, esi",
    "call __sigsetjmp@PLT",
    "test eax, eax",
    "jne 3f",
    "mov rdi, rsp",
    "call __pthread_register_cancel@PLT",
    "mov rdi, r12",
    "call rbx",
    "mov rdi, rsp",
    "call __pthread_unregister_cancel@PLT",
    "xor eax, eax",
    "jmp 4f",
    "3: mov rdi, rsp", // once more from `__sigsetjmp`: the thread was ended in the call
    "call __pthread_unregister_cancel@PLT",
    "mov eax, 1",
    "4: add rsp, 128",
    "pop r12",
    "pop rbx",
    "pop rbp",
    ".cfi_def_cfa rsp, 8",
    "ret",
);

#[cfg(target_arch = "aarch64")]
behind_frame!(
    "stp x29, x30, [sp, #-288]!",
    ".cfi_def_cfa_offset 288",
    ".cfi_offset x29, -288",
    ".cfi_offset x30, -280",
    "mov x29, sp",
    "stp x19, x20, [sp, #16]",
    ".cfi_offset x19, -272",
    ".cfi_offset x20, -264",
    "mov x19, x0",
    "mov x20, x1",
    "add x0, sp, #32",
    "mov w1, #0",
    "bl __sigsetjmp",
    "cbnz w0, 3f",
    "add x0, sp, #32",
    "bl __pthread_register_cancel",
    "mov x0, x20",
    "blr x19",
    "add x0, sp, #32",
    "bl __pthread_unregister_cancel",
    "mov w0, #0",
    "b 4f",
    "3: add x0, sp, #32",
    "bl __pthread_unregister_cancel",
    "mov w0, #1",
    "4: ldp x19, x20, [sp, #16]",
    ".cfi_restore x19",
    ".cfi_restore x20",
    "ldp x29, x30, [sp], #288",
    ".cfi_restore x29",
    ".cfi_restore x30",
    ".cfi_def_cfa_offset 0",
    "ret",
);
