//! The system calls of the transport, as safe functions on descriptors.
//!
//! System calls whose C functions are cancellation points are made by `syscall`. With glibc before 2.41 a thread that
//! is woken just as another cancels it may get the cancellation's signal late. It would then end in the next
//! cancellation point, although cancellation is disabled by then.

#[cfg(not(target_os = "linux"))]
compile_error!("the transport waits by Linux's ppoll and epoll, and wakes threads by its eventfd; this system needs other calls");

use std::io::{self, ErrorKind};
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::ReadBuf;

/// A descriptor of the library, and the identity of its file. A program may close all descriptors, and the number may
/// then stand for another file.
#[derive(Debug)]
pub struct Descriptor {
    fd: RawFd,
    /// Device and inode number of its file.
    file: Option<(u64, u64)>,
    /// It is closed without another look at its file.
    is_checked: AtomicBool,
}

impl Descriptor {
    fn new(answer: libc::c_long) -> io::Result<Descriptor> {
        let fd = checked(answer)? as RawFd;
        let file = file_of(fd);
        Ok(Descriptor {
            fd,
            file,
            is_checked: AtomicBool::new(false),
        })
    }

    pub fn fd(&self) -> RawFd {
        self.fd
    }

    /// Does the number still stand for the file that it was given for?
    pub fn is_ours(&self) -> bool {
        self.file.is_some() && file_of(self.fd) == self.file
    }

    /// Sends what waits in the kernel together with the end of the stream. Closing would not do that if bytes are
    /// unread, nor if a forked child has the socket, too. The caller has just seen that the descriptor
    /// [is ours](Self::is_ours), and is about to drop it.
    pub fn end(&self) {
        // SAFETY: plain numbers.
        unsafe { libc::shutdown(self.fd, libc::SHUT_WR) };
        self.is_checked.store(true, Ordering::Relaxed);
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        if *self.is_checked.get_mut() || self.is_ours() {
            // SAFETY: nobody else uses it.
            unsafe { libc::syscall(libc::SYS_close, self.fd) };
        }
    }
}

fn checked(answer: libc::c_long) -> io::Result<usize> {
    usize::try_from(answer).map_err(|_| io::Error::last_os_error())
}

/// Repeats a call that a signal has interrupted.
fn repeated(mut call: impl FnMut() -> libc::c_long) -> io::Result<usize> {
    loop {
        match checked(call()) {
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn file_of(fd: RawFd) -> Option<(u64, u64)> {
    let mut found = MaybeUninit::<libc::stat64>::uninit();
    // The C library's function asks by an empty path, which takes longer. On 64-bit systems its structure is the kernel's.
    // SAFETY: writes to a place for the answer, which the caller has.
    let stat = |found: *mut libc::stat64| unsafe {
        match cfg!(all(target_pointer_width = "64", not(miri))) {
            true => libc::syscall(libc::SYS_fstat, fd, found),
            false => libc::fstat64(fd, found).into(),
        }
    };
    // SAFETY: filled in when the answer is 0.
    unsafe {
        (stat(found.as_mut_ptr()) == 0).then(|| {
            let found = found.assume_init();
            (found.st_dev, found.st_ino)
        })
    }
}

/// Does the error mean that the number is not our socket any more?
pub fn is_without_descriptor(e: &io::Error) -> bool {
    matches!(e.raw_os_error(), Some(libc::EBADF | libc::ENOTSOCK))
}

fn socket(family: libc::c_int, kind: libc::c_int) -> io::Result<Descriptor> {
    let kind = kind | libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC;
    // SAFETY: plain numbers; a new descriptor is nobody else's.
    Descriptor::new(unsafe { libc::socket(family, kind, 0) }.into())
}

/// A socket that begins to connect. It has connected or failed once it is writable. `nodelay`: small messages are sent
/// at once (TCP_NODELAY).
pub fn connect(address: SocketAddr, nodelay: bool) -> io::Result<Descriptor> {
    let family = match address {
        SocketAddr::V4(_) => libc::AF_INET,
        SocketAddr::V6(_) => libc::AF_INET6,
    };
    let descriptor = socket(family, libc::SOCK_STREAM)?;
    let fd = descriptor.fd();
    set_nodelay(&descriptor, nodelay);
    let address = socket2::SockAddr::from(address);
    // SAFETY: an address that lives over the call, and its length.
    let begun = unsafe { libc::syscall(libc::SYS_connect, fd, address.as_ptr(), address.len()) };
    match checked(begun) {
        // An interrupted connect goes on, too.
        Err(e) if !matches!(e.raw_os_error(), Some(libc::EINPROGRESS | libc::EINTR)) => Err(e),
        _ => Ok(descriptor),
    }
}

/// Whether a socket has connected, for which `poll` has reported `revents`.
pub fn connected(socket: &Descriptor, revents: libc::c_short) -> io::Result<()> {
    if revents & !libc::POLLOUT == 0 {
        return Ok(());
    }
    let mut error: libc::c_int = 0;
    let mut size = size_of_val(&error) as libc::socklen_t;
    // SAFETY: a place for the answer, of the size that is said.
    let asked = unsafe {
        libc::getsockopt(
            socket.fd(),
            libc::SOL_SOCKET,
            libc::SO_ERROR,
            (&raw mut error).cast(),
            &mut size,
        )
    };
    checked(asked.into())?;
    match error {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

fn set_nodelay(socket: &Descriptor, on: bool) {
    let on = libc::c_int::from(on);
    let _ = set_option(socket, libc::IPPROTO_TCP, libc::TCP_NODELAY, &on);
}

fn set_option<T>(
    socket: &Descriptor,
    level: libc::c_int,
    option: libc::c_int,
    value: &T,
) -> io::Result<()> {
    let size = size_of_val(value) as libc::socklen_t;
    // SAFETY: a value of the size that is said.
    let set = unsafe {
        libc::setsockopt(
            socket.fd(),
            level,
            option,
            std::ptr::from_ref(value).cast(),
            size,
        )
    };
    checked(set.into()).map(drop)
}

/// Lets [`recv_or_sleep`] sleep on this socket, so long at most. All other calls go on waiting for nothing.
pub fn let_sleep(socket: &Descriptor, limit: Duration) -> io::Result<()> {
    let limit = libc::timeval {
        tv_sec: limit.as_secs() as libc::time_t,
        tv_usec: limit.subsec_micros().into(),
    };
    set_option(socket, libc::SOL_SOCKET, libc::SO_RCVTIMEO, &limit)?;
    let mut off: libc::c_int = 0;
    // SAFETY: reads a number that lives over the call.
    checked(unsafe { libc::ioctl(socket.fd(), libc::FIONBIO, &raw mut off) }.into()).map(drop)
}

/// Sends bytes. Raises no SIGPIPE when the other side has gone. If there is `more` to come, the kernel may wait for it.
pub fn send(socket: &Descriptor, bytes: &[u8], more: bool) -> io::Result<usize> {
    let more = if more { libc::MSG_MORE } else { 0 };
    // SAFETY: reads the bytes, which live over the call.
    repeated(|| unsafe {
        libc::syscall(
            libc::SYS_sendto,
            socket.fd(),
            bytes.as_ptr(),
            bytes.len(),
            libc::MSG_NOSIGNAL | libc::MSG_DONTWAIT | more,
            std::ptr::null::<u8>(),
            0,
        )
    })
}

fn recv_once(fd: RawFd, into: &mut [MaybeUninit<u8>], flags: libc::c_int) -> libc::c_long {
    // SAFETY: writes to what lives over the call, and not beyond it.
    unsafe {
        libc::syscall(
            libc::SYS_recvfrom,
            fd,
            into.as_mut_ptr(),
            into.len(),
            flags,
            std::ptr::null_mut::<u8>(),
            std::ptr::null_mut::<u8>(),
        )
    }
}

fn recv(fd: RawFd, into: &mut [MaybeUninit<u8>], flags: libc::c_int) -> io::Result<usize> {
    repeated(|| recv_once(fd, into, flags | libc::MSG_DONTWAIT))
}

/// Reads into the unfilled part of a buffer; returns how many bytes.
pub fn recv_into(socket: &Descriptor, buf: &mut ReadBuf<'_>) -> io::Result<usize> {
    // SAFETY: what was initialised stays so, and so much more of it is.
    unsafe {
        let n = recv(socket.fd(), buf.unfilled_mut(), 0)?;
        buf.assume_init(n);
        buf.advance(n);
        Ok(n)
    }
}

/// Reads into a vector's spare capacity; returns how many bytes.
pub fn recv_more(socket: &Descriptor, into: &mut Vec<u8>) -> io::Result<usize> {
    let n = recv(socket.fd(), into.spare_capacity_mut(), 0)?;
    // SAFETY: the kernel has written so much of the room.
    unsafe { into.set_len(into.len() + n) };
    Ok(n)
}

/// As [`recv_more`], after sleeping until there is something to read. The sleep ends with `WouldBlock` after the time
/// that [`let_sleep`] was told, and with `Interrupted` at a signal. Nothing else ends it: it is no cancellation point.
pub fn recv_or_sleep(socket: &Descriptor, into: &mut Vec<u8>) -> io::Result<usize> {
    let n = checked(recv_once(socket.fd(), into.spare_capacity_mut(), 0))?;
    // SAFETY: as above.
    unsafe { into.set_len(into.len() + n) };
    Ok(n)
}

/// An entry for `poll`.
pub fn interest(fd: RawFd, events: libc::c_short) -> libc::pollfd {
    libc::pollfd {
        fd,
        events,
        revents: 0,
    }
}

/// What a socket has now.
#[derive(Debug)]
pub enum Has {
    Nothing,
    /// Bytes, or the end of the stream.
    Something,
    /// The kernel tells an error once: the next read would find the end of the stream.
    Failed(io::Error),
}

/// Looks without reading. This takes half of the time of a `poll`. It fails when the program has closed the descriptor,
/// also when the number stands for another socket by now.
pub fn look(socket: &Descriptor) -> Has {
    if !socket.is_ours() {
        return Has::Failed(io::Error::from_raw_os_error(libc::EBADF));
    }
    let mut byte = [MaybeUninit::uninit()];
    match recv(socket.fd(), &mut byte, libc::MSG_PEEK) {
        Ok(_) => Has::Something,
        Err(e) if e.kind() == ErrorKind::WouldBlock => Has::Nothing,
        Err(e) => Has::Failed(e),
    }
}

/// Becomes readable when [`raise`](Self::raise) is called, and stays so. It is an unconnected socket that is shut down
/// then: unlike an eventfd it has an inode of its own, by which its descriptor can be recognised.
pub struct Bell(Descriptor);

impl Bell {
    pub fn new() -> io::Result<Bell> {
        socket(libc::AF_UNIX, libc::SOCK_DGRAM).map(Bell)
    }

    pub fn fd(&self) -> RawFd {
        self.0.fd()
    }

    pub fn is_ours(&self) -> bool {
        self.0.is_ours()
    }

    pub fn raise(&self) {
        if self.is_ours() {
            // SAFETY: a number.
            unsafe { libc::shutdown(self.fd(), libc::SHUT_RDWR) };
        }
    }
}

/// Becomes readable when it is raised, and unreadable when it is cleared: an eventfd.
pub struct Event(Descriptor);

impl Event {
    pub fn new() -> io::Result<Event> {
        // SAFETY: plain numbers; a new descriptor is nobody else's.
        Descriptor::new(unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) }.into())
            .map(Event)
    }

    pub fn fd(&self) -> RawFd {
        self.0.fd()
    }

    pub fn raise(&self) -> io::Result<()> {
        if !self.0.is_ours() {
            return Err(io::Error::from_raw_os_error(libc::EBADF));
        }
        let one = 1u64;
        // SAFETY: reads eight bytes.
        let written = unsafe {
            libc::syscall(
                libc::SYS_write,
                self.fd(),
                &raw const one,
                size_of_val(&one),
            )
        };
        match checked(written) {
            // The counter is at its maximum: it is readable.
            Err(e) if e.kind() == ErrorKind::WouldBlock => Ok(()),
            other => other.map(drop),
        }
    }

    pub fn clear(&self) {
        let mut count = 0u64;
        // SAFETY: writes eight bytes.
        unsafe {
            libc::syscall(
                libc::SYS_read,
                self.fd(),
                &raw mut count,
                size_of_val(&count),
            )
        };
    }
}

/// An epoll instance, level-triggered: what is left unread is reported again.
pub struct Epoll(Descriptor);

/// The events of one wait.
pub struct Ready(Vec<libc::epoll_event>);

impl Ready {
    pub fn new(most: usize) -> Ready {
        Ready(Vec::with_capacity(most))
    }

    pub fn tokens(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().map(|event| event.u64)
    }
}

impl Epoll {
    pub fn new() -> io::Result<Epoll> {
        // SAFETY: a number; a new descriptor is nobody else's.
        Descriptor::new(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) }.into()).map(Epoll)
    }

    /// Registers a descriptor, or changes what it is registered for.
    pub fn watch(&self, fd: RawFd, token: u64, writable: bool) -> io::Result<()> {
        let writable = if writable { libc::EPOLLOUT } else { 0 };
        let mut event = libc::epoll_event {
            events: (libc::EPOLLIN | writable) as u32,
            u64: token,
        };
        match self.control(libc::EPOLL_CTL_ADD, fd, &mut event) {
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {
                self.control(libc::EPOLL_CTL_MOD, fd, &mut event)
            }
            other => other,
        }
    }

    pub fn leave(&self, fd: RawFd) {
        let mut unused = libc::epoll_event { events: 0, u64: 0 };
        let _ = self.control(libc::EPOLL_CTL_DEL, fd, &mut unused);
    }

    fn control(
        &self,
        what: libc::c_int,
        fd: RawFd,
        event: &mut libc::epoll_event,
    ) -> io::Result<()> {
        // SAFETY: an event that lives over the call.
        let done = unsafe { libc::epoll_ctl(self.0.fd(), what, fd, event) };
        checked(done.into()).map(drop)
    }

    /// Sleeps until something is ready or the time is over. An error when the program has closed the descriptor.
    pub fn wait(&self, ready: &mut Ready, limit: Option<Duration>) -> io::Result<()> {
        let limit = match limit {
            // Rounded up: a wait that ends early would be repeated.
            Some(limit) => limit.as_micros().div_ceil(1000).min(i32::MAX as u128) as libc::c_int,
            None => -1,
        };
        ready.0.clear();
        let (fd, room) = (self.0.fd(), ready.0.capacity() as libc::c_int);
        // SAFETY: room for so many events, of which so many are filled in as the answer says.
        unsafe {
            let n = libc::epoll_wait(fd, ready.0.as_mut_ptr(), room, limit);
            match checked(n.into()) {
                Ok(n) => ready.0.set_len(n),
                // An interrupted wait is a short one.
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }
}
