//! The frame at which the end of a thread stops. It is in assembler, because `setjmp` returns twice. What depends on the
//! C library is in the [file above](super): the functions to call, and the buffer for them.

use super::{enter, leave, set_jump, Buffer};
use std::ffi::{c_int, c_void};

const ROOM: usize = size_of::<Buffer>();

extern "C" {
    fn taos_call_behind_frame(
        function: extern "C-unwind" fn(*mut c_void),
        arg: *mut c_void,
    ) -> c_int;
}

/// Calls a function; true when the thread was ended in it.
pub fn call(function: extern "C-unwind" fn(*mut c_void), arg: *mut c_void) -> bool {
    // SAFETY: it calls the function, and stops what must not go through the caller's frames.
    unsafe { taos_call_behind_frame(function, arg) != 0 }
}

/// The frame's personality function. The frame has nothing to clean up, and ends the search for a handler: whoever throws
/// an exception through it is told at once, and calls the terminate handler with the stack as it is.
extern "C" fn lets_no_exception_through(
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

/// Defines the function that [`call`] calls, of these instructions. The parts that all machines have in common are here.
/// `set_jump` fills the buffer and returns 0. When the thread is ended in the call, it returns once more, with another
/// value.
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
            set_jump = sym set_jump,
            enter = sym enter,
            leave = sym leave,
            room = const ROOM,
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
    "sub rsp, {room}",
    "mov rbx, rdi",
    "mov r12, rsi",
    "mov rdi, rsp",
    "xor esi, esi",
    "call {set_jump}@PLT",
    "test eax, eax",
    "jne 3f",
    "mov rdi, rsp",
    "call {enter}@PLT",
    "mov rdi, r12",
    "call rbx",
    "mov rdi, rsp",
    "call {leave}@PLT",
    "xor eax, eax",
    "jmp 4f",
    "3: mov rdi, rsp", // once more
    "call {leave}@PLT",
    "mov eax, 1",
    "4: add rsp, {room}",
    "pop r12",
    "pop rbx",
    "pop rbp",
    ".cfi_def_cfa rsp, 8",
    "ret",
);

#[cfg(target_arch = "aarch64")]
behind_frame!(
    "stp x29, x30, [sp, #-(32 + {room})]!",
    ".cfi_def_cfa_offset 32 + {room}",
    ".cfi_offset x29, 0 - (32 + {room})",
    ".cfi_offset x30, 8 - (32 + {room})",
    "mov x29, sp",
    "stp x19, x20, [sp, #16]",
    ".cfi_offset x19, 16 - (32 + {room})",
    ".cfi_offset x20, 24 - (32 + {room})",
    "mov x19, x0",
    "mov x20, x1",
    "add x0, sp, #32",
    "mov w1, #0",
    "bl {set_jump}",
    "cbnz w0, 3f",
    "add x0, sp, #32",
    "bl {enter}",
    "mov x0, x20",
    "blr x19",
    "add x0, sp, #32",
    "bl {leave}",
    "mov w0, #0",
    "b 4f",
    "3: add x0, sp, #32",
    "bl {leave}",
    "mov w0, #1",
    "4: ldp x19, x20, [sp, #16]",
    ".cfi_restore x19",
    ".cfi_restore x20",
    "ldp x29, x30, [sp], #(32 + {room})",
    ".cfi_restore x29",
    ".cfi_restore x30",
    ".cfi_def_cfa_offset 0",
    "ret",
);
