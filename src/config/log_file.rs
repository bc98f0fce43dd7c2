//! The log's file. Each line is one write, without a lock, because a forked child could find the lock taken. A line
//! that cannot be written is lost: the program and its files come first.

use std::fs::{File, FileType, Metadata};
use std::io::{Error, Result, Write};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, IntoRawFd, RawFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::PathBuf;
use std::ptr::{null_mut, NonNull};
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

pub struct LogFile {
    /// `None` for standard error.
    path: Option<PathBuf>,
    /// The open file. It is never freed, because another thread may be using it.
    opened: AtomicPtr<Opened>,
}

/// A descriptor, and the identity of its file. A program that becomes a daemon closes all descriptors, and the number
/// may then be that of another file.
struct Opened {
    fd: RawFd,
    device: u64,
    inode: u64,
    /// The file that was opened before.
    _before: Option<NonNull<Opened>>,
}

impl LogFile {
    /// Appends to a file, a terminal or another device of characters, or a pipe with a reader.
    pub fn open(path: &str) -> Result<LogFile> {
        // The program may change its directory.
        let path = std::path::absolute(path)?;
        let opened = Opened::by_path(&path, None)?;
        Ok(LogFile::new(Some(path), opened))
    }

    pub fn stderr() -> Option<LogFile> {
        let fd = std::io::stderr().as_fd().try_clone_to_owned().ok()?;
        let opened = Opened::new(fd.into(), None).ok()?;
        Some(LogFile::new(None, opened))
    }

    fn new(path: Option<PathBuf>, opened: Opened) -> LogFile {
        LogFile {
            path,
            opened: AtomicPtr::new(Box::into_raw(Box::new(opened))),
        }
    }

    /// The descriptor to write to, and whether a write may raise SIGPIPE. `None` when it was closed.
    fn usable(&self) -> Option<(RawFd, bool)> {
        let now = self.opened.load(Ordering::Acquire);
        // Safety: what was stored is never freed.
        if let Some(kind) = unsafe { &*now }.kind() {
            return Some((unsafe { &*now }.fd, !kind.is_file()));
        }
        let again = Opened::by_path(self.path.as_ref()?, NonNull::new(now)).ok()?;
        let again = Box::into_raw(Box::new(again));
        let chosen =
            match self
                .opened
                .compare_exchange(now, again, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => again,
                Err(others) => {
                    // Safety: nobody else has seen it; the descriptor is ours.
                    unsafe { libc::close(Box::from_raw(again).fd) };
                    others
                }
            };
        let chosen = unsafe { &*chosen };
        Some((chosen.fd, !chosen.kind()?.is_file()))
    }
}

impl Opened {
    /// Opens the file. Never waits for a pipe's reader, now or when a line is written.
    fn by_path(path: &PathBuf, before: Option<NonNull<Opened>>) -> Result<Opened> {
        let file = File::options()
            .append(true)
            .create(true)
            .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY)
            .open(path)?;
        let kind = file.metadata()?.file_type();
        if kind.is_block_device() {
            return Err(Error::other("it is a disk, not a file"));
        }
        if !kind.is_fifo() {
            // Safety: the descriptor is open.
            unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETFL, libc::O_APPEND) };
        }
        Opened::new(file, before)
    }

    fn new(file: File, before: Option<NonNull<Opened>>) -> Result<Opened> {
        let about = file.metadata()?;
        Ok(Opened {
            device: about.dev(),
            inode: about.ino(),
            fd: file.into_raw_fd(),
            _before: before,
        })
    }

    /// The kind of file behind the descriptor, when it is still the one that was opened.
    fn kind(&self) -> Option<FileType> {
        // Safety: only asked about, and not closed; whoever it belongs to by now keeps it.
        let file = ManuallyDrop::new(unsafe { File::from_raw_fd(self.fd) });
        let about = file.metadata().ok()?;
        let same = (about.dev(), about.ino()) == (self.device, self.inode);
        same.then(|| about.file_type())
    }
}

impl Write for &LogFile {
    /// Reports no error: there is no place for one.
    fn write(&mut self, line: &[u8]) -> Result<usize> {
        match self.usable() {
            Some((fd, true)) => without_sigpipe(|| write_all(fd, line)),
            Some((fd, false)) => drop(write_all(fd, line)),
            None => {}
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// The file behind standard error when the library was loaded.
static STDERR: [AtomicU64; 2] = [AtomicU64::new(0), AtomicU64::new(0)];

fn about_stderr() -> Option<Metadata> {
    // Safety: only asked about, and not closed.
    let file = ManuallyDrop::new(unsafe { File::from_raw_fd(libc::STDERR_FILENO) });
    file.metadata().ok()
}

/// Runs before the program does, if the program is linked with the library.
pub fn remember_stderr() {
    if let Some(about) = about_stderr() {
        STDERR[0].store(about.dev(), Ordering::Relaxed);
        STDERR[1].store(about.ino(), Ordering::Relaxed);
    }
}

/// Writes a line to standard error, which may be a pipe that nobody reads. Does not write into a file that the program
/// has opened under this number since, unless that file is open for appending.
pub fn to_stderr(line: &str) {
    let Some(about) = about_stderr() else { return };
    // Safety: only asked about.
    let flags = unsafe { libc::fcntl(libc::STDERR_FILENO, libc::F_GETFL) };
    let known = [about.dev(), about.ino()] == [0, 1].map(|i| STDERR[i].load(Ordering::Relaxed));
    let is_stream = !about.is_file() && !about.file_type().is_block_device();
    if known || is_stream || flags & libc::O_APPEND != 0 {
        without_sigpipe(|| write_all(libc::STDERR_FILENO, line.as_bytes()));
    }
}

/// False when the other end of a pipe is gone.
fn write_all(fd: RawFd, mut line: &[u8]) -> bool {
    while !line.is_empty() {
        // Safety: the bytes are there.
        match unsafe { libc::write(fd, line.as_ptr().cast(), line.len()) } {
            written @ 1.. => line = line.get(written as usize..).unwrap_or_default(),
            0 => return true,
            _ => match Error::last_os_error().raw_os_error() {
                Some(libc::EINTR) => {}
                error => return error != Some(libc::EPIPE),
            },
        }
    }
    true
}

/// Calls `write`. When it returns false, discards the SIGPIPE that it has raised, which would end a program that knows
/// nothing of the log.
fn without_sigpipe(write: impl FnOnce() -> bool) {
    let mut old = MaybeUninit::<libc::sigset_t>::uninit();
    let mut pending = MaybeUninit::<libc::sigset_t>::uninit();
    let mut pipe = MaybeUninit::<libc::sigset_t>::uninit();
    // Safety: each set is written by the call that is given it first; sigpending's is empty when it
    // fails. The signal is this thread's own, so the mask and the wait are too.
    unsafe {
        libc::sigemptyset(pipe.as_mut_ptr());
        libc::sigaddset(pipe.as_mut_ptr(), libc::SIGPIPE);
        if libc::pthread_sigmask(libc::SIG_BLOCK, pipe.as_ptr(), old.as_mut_ptr()) != 0 {
            return;
        }
        libc::sigemptyset(pending.as_mut_ptr());
        libc::sigpending(pending.as_mut_ptr());
        // A signal that was pending before is not the log's.
        if !write() && libc::sigismember(pending.as_ptr(), libc::SIGPIPE) != 1 {
            let now = libc::timespec {
                tv_sec: 0,
                tv_nsec: 0,
            };
            while libc::sigtimedwait(pipe.as_ptr(), null_mut(), &now) < 0
                && Error::last_os_error().raw_os_error() == Some(libc::EINTR)
            {}
        }
        libc::pthread_sigmask(libc::SIG_SETMASK, old.as_ptr(), null_mut());
    }
}
