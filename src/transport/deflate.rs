//! permessage-deflate (RFC 7692). The WebSocket layer does not know it, so it is a byte stream under that layer: it
//! compresses the frames that go out and decompresses those that come in. There is no context takeover, so a
//! connection keeps no window.

use super::frame::{apply_mask, FrameHead, COMPRESSED, FIN, OPCODE};
use bytes::{Buf, BufMut, BytesMut};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::io::{self, Error, ErrorKind};
use std::pin::Pin;
use std::task::{ready, Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The extension that the upgrade request offers.
pub const OFFER: &str =
    "permessage-deflate; client_no_context_takeover; server_no_context_takeover";

/// Smaller messages are not worth it.
const SMALLEST: usize = 256;
/// The end of a compressed message, which is left out on the wire.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
const READ_CHUNK: usize = 32 * 1024;

pub struct Deflate<S> {
    stream: S,
    incoming: Incoming,
    outgoing: Outgoing,
}

impl<S> Deflate<S> {
    /// `begun` is what has been read already. No message coming in may be larger than `max_message` when it is
    /// decompressed.
    pub fn new(stream: S, begun: &[u8], max_message: usize) -> Self {
        Deflate {
            stream,
            incoming: Incoming {
                stage: Stage::Frame,
                raw: BytesMut::from(begun),
                plain: BytesMut::new(),
                inflater: Decompress::new(false),
                message: None,
                max_message,
            },
            outgoing: Outgoing {
                staged: BytesMut::new(),
                ready: BytesMut::new(),
                deflater: Compress::new(Compression::fast(), false),
            },
        }
    }
}

#[derive(Clone, Copy)]
enum Stage {
    /// A frame's head is next.
    Frame,
    /// So many bytes of a frame that is not compressed are still to come.
    Payload(usize),
}

fn bad(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidData,
        format!("compressed message: {what}"),
    )
}

/// Makes room for so many more bytes, within a limit. A server that sends little and claims much must not use up the
/// memory, nor end the process when there is none.
fn grow(out: &mut Vec<u8>, more: usize, most: usize) -> io::Result<()> {
    let room = most.saturating_sub(out.len());
    if room == 0 {
        return Err(bad("larger than any block"));
    }
    out.try_reserve_exact(more.min(room))
        .map_err(|_| bad("larger than the memory there is"))
}

/// Does the server agree? `extensions` is what its answer says.
pub fn is_in(extensions: &str) -> bool {
    extensions.contains("permessage-deflate")
}

struct Incoming {
    stage: Stage,
    raw: BytesMut,
    /// Bytes for the WebSocket layer.
    plain: BytesMut,
    inflater: Decompress,
    /// How much of an incomplete compressed message was decompressed so far.
    message: Option<usize>,
    max_message: usize,
}

impl Incoming {
    /// Turns what has arrived into what the WebSocket layer reads.
    fn advance(&mut self) -> io::Result<()> {
        loop {
            match self.stage {
                Stage::Payload(left) => {
                    let n = left.min(self.raw.len());
                    self.plain.unsplit(self.raw.split_to(n));
                    if n < left {
                        self.stage = Stage::Payload(left - n);
                        return Ok(());
                    }
                    self.stage = Stage::Frame;
                }
                Stage::Frame => {
                    let Some(frame) = FrameHead::parse(&self.raw)? else {
                        return Ok(());
                    };
                    let opcode = frame.first & OPCODE;
                    let begins = frame.first & COMPRESSED != 0 && matches!(opcode, 1 | 2);
                    let goes_on = opcode == 0 && self.message.is_some();
                    if !(begins || goes_on) {
                        self.plain.unsplit(self.raw.split_to(frame.head));
                        self.stage = Stage::Payload(frame.payload);
                        continue;
                    }
                    if frame.payload > self.max_message {
                        return Err(bad("larger than any block"));
                    }
                    if self.raw.len() < frame.head + frame.payload {
                        self.raw
                            .reserve(frame.head + frame.payload - self.raw.len());
                        return Ok(());
                    }
                    if begins {
                        self.inflater.reset(false);
                        self.message = Some(0);
                    }
                    self.raw.advance(frame.head);
                    let payload = self.raw.split_to(frame.payload);
                    self.inflate(frame.first, &payload)?;
                }
            }
        }
    }

    fn inflate(&mut self, first: u8, payload: &[u8]) -> io::Result<()> {
        let is_last = first & FIN != 0;
        let before = self.message.unwrap_or(0);
        let most = self.max_message.saturating_sub(before);
        let mut out = Vec::new();
        grow(&mut out, payload.len().saturating_mul(3) + 64, most)?;
        for part in [payload, if is_last { &TAIL[..] } else { &[] }] {
            let mut at = 0;
            while at < part.len() || out.len() == out.capacity() {
                if out.len() == out.capacity() {
                    let more = out.len().max(64);
                    grow(&mut out, more, most)?;
                }
                let (read, written) = (self.inflater.total_in(), self.inflater.total_out());
                let status = self
                    .inflater
                    .decompress_vec(&part[at..], &mut out, FlushDecompress::Sync)
                    .map_err(|_| bad("cannot be decompressed"))?;
                at += (self.inflater.total_in() - read) as usize;
                let stuck =
                    self.inflater.total_in() == read && self.inflater.total_out() == written;
                if status == Status::StreamEnd || stuck {
                    break;
                }
            }
        }
        self.message = (!is_last).then_some(before + out.len());
        FrameHead::put(&mut self.plain, first & !COMPRESSED, None, out.len());
        self.plain.put_slice(&out);
        Ok(())
    }
}

struct Outgoing {
    /// An incomplete frame from the WebSocket layer.
    staged: BytesMut,
    /// Bytes for the stream below.
    ready: BytesMut,
    deflater: Compress,
}

impl Outgoing {
    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.staged.extend_from_slice(bytes);
        while let Some(frame) = FrameHead::parse(&self.staged)? {
            if self.staged.len() < frame.head + frame.payload {
                break;
            }
            let whole = self.staged.split_to(frame.head + frame.payload);
            let is_message = matches!(frame.first & OPCODE, 1 | 2) && frame.first & FIN != 0;
            match frame
                .mask
                .filter(|_| is_message && frame.payload >= SMALLEST)
            {
                Some(mask) => self.deflate(&frame, mask, whole)?,
                None => self.ready.unsplit(whole),
            }
        }
        Ok(())
    }

    fn deflate(&mut self, frame: &FrameHead, mask: [u8; 4], mut whole: BytesMut) -> io::Result<()> {
        let payload = &mut whole[frame.head..];
        apply_mask(payload, mask);
        self.deflater.reset();
        let mut out = Vec::with_capacity(payload.len() / 2 + 64);
        loop {
            let at = self.deflater.total_in() as usize;
            self.deflater
                .compress_vec(&payload[at..], &mut out, FlushCompress::Sync)
                .map_err(|_| bad("cannot be made"))?;
            if self.deflater.total_in() as usize == payload.len() && out.len() < out.capacity() {
                break;
            }
            out.reserve(out.len().max(64));
        }
        if let Some(len) = out.len().checked_sub(TAIL.len()) {
            if out[len..] == TAIL {
                out.truncate(len);
            }
        }
        if out.len() >= frame.payload {
            apply_mask(&mut whole[frame.head..], mask);
            self.ready.unsplit(whole);
            return Ok(());
        }
        apply_mask(&mut out, mask);
        FrameHead::put(
            &mut self.ready,
            frame.first | COMPRESSED,
            Some(mask),
            out.len(),
        );
        self.ready.put_slice(&out);
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Deflate<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            this.incoming.advance()?;
            if !this.incoming.plain.is_empty() {
                break;
            }
            let raw = &mut this.incoming.raw;
            raw.reserve(READ_CHUNK);
            let mut chunk = [std::mem::MaybeUninit::uninit(); READ_CHUNK];
            let mut chunk = ReadBuf::uninit(&mut chunk);
            ready!(Pin::new(&mut this.stream).poll_read(cx, &mut chunk))?;
            if chunk.filled().is_empty() {
                // The end of the stream.
                return Poll::Ready(Ok(()));
            }
            raw.extend_from_slice(chunk.filled());
        }
        let n = buf.remaining().min(this.incoming.plain.len());
        buf.put_slice(&this.incoming.plain.split_to(n));
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> Deflate<S> {
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.ready.is_empty() {
            let n = ready!(Pin::new(&mut self.stream).poll_write(cx, &self.outgoing.ready))?;
            if n == 0 {
                return Poll::Ready(Err(ErrorKind::WriteZero.into()));
            }
            self.outgoing.ready.advance(n);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Deflate<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(cx))?;
        self.outgoing.take(buf)?;
        // The next write or flush sends what the stream does not take now.
        match self.poll_drain(cx) {
            Poll::Ready(Err(e)) => Poll::Ready(Err(e)),
            _ => Poll::Ready(Ok(buf.len())),
        }
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

    /// What a server would see of a message: its frame without the mask.
    fn sent(message: &[u8]) -> BytesMut {
        let mut out = Deflate::new((), &[], 1 << 20).outgoing;
        let mask = [1, 2, 3, 4];
        let mut frame = BytesMut::new();
        FrameHead::put(&mut frame, FIN | 2, Some(mask), message.len());
        let head = frame.len();
        frame.extend_from_slice(message);
        apply_mask(&mut frame[head..], mask);
        for byte in &frame {
            out.take(&[*byte]).unwrap();
        }
        let head = FrameHead::parse(&out.ready).unwrap().unwrap();
        let mut payload = out.ready.split_off(head.head);
        apply_mask(&mut payload, mask);
        let mut unmasked = BytesMut::new();
        FrameHead::put(&mut unmasked, head.first, None, payload.len());
        unmasked.unsplit(payload);
        unmasked
    }

    fn received(wire: &[u8], step: usize) -> io::Result<Vec<u8>> {
        let (begun, others) = wire.split_at(step.min(wire.len()));
        let mut back = Deflate::new((), begun, 1 << 20).incoming;
        back.advance()?;
        for part in others.chunks(step) {
            back.raw.extend_from_slice(part);
            back.advance()?;
        }
        Ok(back.plain.to_vec())
    }

    #[test]
    fn what_is_compressed_comes_back_however_it_is_cut() {
        for message in [
            vec![7; 100_000],
            (0..70_000u32)
                .map(|n| (n.wrapping_mul(n) >> 7) as u8)
                .collect(),
        ] {
            let wire = sent(&message);
            let mut plain = BytesMut::new();
            FrameHead::put(&mut plain, FIN | 2, None, message.len());
            plain.extend_from_slice(&message);
            for step in [1, 7, 1000, 1 << 20] {
                assert!(
                    received(&wire, step).unwrap() == plain,
                    "in steps of {step}"
                );
            }
        }
        assert!(sent(&vec![7; 100_000]).len() < 1000);
        let small = b"small";
        assert_eq!(
            sent(small),
            [&[FIN | 2, 5], &small[..]].concat(),
            "as it is"
        );
    }

    /// RFC 7692, 7.2.3: "Hello", in one frame and in two.
    #[test]
    fn the_documents_examples() {
        let one = [0xc1, 0x07, 0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        assert_eq!(received(&one, 3).unwrap(), b"\x81\x05Hello");
        let two = [
            0x41, 0x03, 0xf2, 0x48, 0xcd, 0x80, 0x04, 0xc9, 0xc9, 0x07, 0x00,
        ];
        let plain = received(&two, 100).unwrap();
        let texts: Vec<u8> = plain
            .iter()
            .copied()
            .filter(u8::is_ascii_alphabetic)
            .collect();
        assert_eq!(texts, b"Hello");
    }

    #[test]
    fn too_much_and_nonsense_are_errors() {
        let bomb = sent(&vec![0; 3 << 20]);
        assert!(received(&bomb, 1 << 20).is_err());
        assert!(received(&[0xc2, 3, 0xff, 0xff, 0xff], 10).is_err());
        assert!(received(&[0xc2, 127, 0, 0, 0, 255, 0, 0, 0, 0], 10).is_err());
    }
}
