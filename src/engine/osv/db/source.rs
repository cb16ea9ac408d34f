//! Where the bytes of a database come from: an open file, or memory. Reads at a place without moving anything, so
//! that threads can share one handle.

use std::fs::File;
use std::io;

/// Bytes that can be read at any place.
pub trait ReadAt: Send + Sync {
    /// How many there are.
    fn length(&self) -> io::Result<u64>;
    /// Fills the buffer with the bytes from `offset` on; an error when there are fewer.
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;
}

impl ReadAt for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    #[cfg(unix)]
    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, buffer, offset)
    }

    #[cfg(windows)]
    fn read_exact_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        use std::os::windows::fs::FileExt as _;
        while !buffer.is_empty() {
            let read = self.seek_read(buffer, offset)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            buffer = &mut buffer[read..];
            offset += read as u64;
        }
        Ok(())
    }
}

impl<T: AsRef<[u8]> + Send + Sync> ReadAt for std::io::Cursor<T> {
    fn length(&self) -> io::Result<u64> {
        Ok(self.get_ref().as_ref().len() as u64)
    }

    fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let all = self.get_ref().as_ref();
        let from = usize::try_from(offset).ok().and_then(|from| all.get(from..));
        match from.and_then(|rest| rest.get(..buffer.len())) {
            Some(part) => {
                buffer.copy_from_slice(part);
                Ok(())
            }
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
