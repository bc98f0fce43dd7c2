//! The frame behind which a function is called that may end its thread. It is in assembler, because `setjmp` returns twice.
//! What the C library does for it, and the buffer it does that in, are [`frame`](super::frame)'s.

use super::frame::{enter, leave, set_jump, Buffer};
use std::ffi::{c_int, c_void};

const ROOM: usize = size_of::<Buffer>();

extern "C" {
    fn taos_call_behind_frame(
        function: extern "C-unwind" fn(*mut c_void),
        arg: *mut c_void,
    ) -> c_int;
}

/// Calls a function; true when the thread was ended in there.
pub fn call(function: extern "C-unwind" fn(*mut c_void), arg: *mut c_void) -> bool {
    // SAFETY: it calls the function, and stops what must not go through the caller's frames.
    unsafe { taos_call_behind_frame(function, arg) != 0 }
}

/// The frame's part in unwinding: it has nothing to clean up, and no exception finds a handler behind
/// it. Who throws it learns that at once and calls the terminate handler, with the stack as it is.
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

/// Declares the function made of these instructions, which [`call`] calls; what all machines have alike is here. `set_jump` fills
/// the buffer and answers 0, and answers something else when it returns once more, as the thread was ended in the call.
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
