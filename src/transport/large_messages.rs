//! Sends large messages without the copy that the WebSocket layer would make: the frame's head is made here, and
//! the payload is masked in place and written from where it lies.

use super::frame::{apply_mask, FrameHead, BINARY, FIN};
use bytes::{Buf, Bytes, BytesMut};
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{ready, Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Messages from this size on go this way.
pub const LARGE: usize = 32 * 1024;

pub struct LargeMessages<S> {
    stream: S,
    /// What is left to write of a frame's head and payload. Everything else waits until it is written.
    frame: [Bytes; 2],
    /// Makes masks that nobody can predict (RFC 6455, 5.3).
    masks: RandomState,
    made: u64,
}

impl<S> LargeMessages<S> {
    pub fn new(stream: S) -> Self {
        LargeMessages {
            stream,
            frame: [Bytes::new(), Bytes::new()],
            masks: RandomState::new(),
            made: 0,
        }
    }

    /// Takes a binary message, to be written by the flushes that follow. The WebSocket layer must
    /// have been flushed, or the message would stand inside one of its frames.
    pub fn push(&mut self, mut payload: Vec<u8>) {
        debug_assert!(self.frame.iter().all(Bytes::is_empty));
        self.made += 1;
        let mask = (self.masks.hash_one(self.made) as u32).to_le_bytes();
        apply_mask(&mut payload, mask);
        let mut head = BytesMut::with_capacity(14);
        FrameHead::put(&mut head, FIN | BINARY, Some(mask), payload.len());
        self.frame = [head.freeze(), payload.into()];
    }
}

impl<S: AsyncWrite + Unpin> LargeMessages<S> {
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        for part in &mut self.frame {
            while !part.is_empty() {
                match ready!(Pin::new(&mut self.stream).poll_write(cx, part))? {
                    0 => return Poll::Ready(Err(ErrorKind::WriteZero.into())),
                    n => part.advance(n),
                }
            }
            // The memory goes back as soon as it can.
            *part = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for LargeMessages<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for LargeMessages<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_drain(cx))?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_the_same_on_both_sides() {
        for len in [0, 1, 7, 8, 9, 1000] {
            let message: Vec<u8> = (0..len).map(|n| n as u8).collect();
            let mut out = LargeMessages::new(());
            out.push(message.clone());
            let [head, payload] = &out.frame;
            assert_eq!(head[0], 0x82);
            let mask = &head[head.len() - 4..];
            let plain: Vec<u8> = payload
                .iter()
                .zip(mask.iter().cycle())
                .map(|(byte, key)| byte ^ key)
                .collect();
            assert_eq!(plain, message);
        }
    }
}
