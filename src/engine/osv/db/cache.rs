//! Unpacked frames that are kept for the next question, up to a bound; the one that was asked for longest ago goes
//! first.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of frames that are kept.
const BOUND: usize = 24 << 20;

/// Unpacked frames by their number.
#[derive(Debug)]
pub(super) struct Cache<T> {
    kept: Mutex<Kept<T>>,
}

#[derive(Debug)]
struct Kept<T> {
    frames: BTreeMap<usize, Held<T>>,
    bytes: usize,
    clock: u64,
}

#[derive(Debug)]
struct Held<T> {
    frame: Arc<T>,
    bytes: usize,
    used: u64,
}

impl<T> Cache<T> {
    pub(super) fn new() -> Self {
        Self { kept: Mutex::new(Kept { frames: BTreeMap::new(), bytes: 0, clock: 0 }) }
    }

    /// The frame with a number; made when it is not there. Two threads may make the same one.
    pub(super) fn get<E>(
        &self,
        number: usize,
        make: impl FnOnce() -> Result<(T, usize), E>,
    ) -> Result<Arc<T>, E> {
        if let Some(frame) = self.lock().touch(number) {
            return Ok(frame);
        }
        let (frame, bytes) = make()?;
        let frame = Arc::new(frame);
        self.lock().put(number, Arc::clone(&frame), bytes);
        Ok(frame)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept<T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Kept<T> {
    fn touch(&mut self, number: usize) -> Option<Arc<T>> {
        self.clock += 1;
        let held = self.frames.get_mut(&number)?;
        held.used = self.clock;
        Some(Arc::clone(&held.frame))
    }

    fn put(&mut self, number: usize, frame: Arc<T>, bytes: usize) {
        self.clock += 1;
        let held = Held { frame, bytes, used: self.clock };
        self.bytes += bytes;
        if let Some(before) = self.frames.insert(number, held) {
            self.bytes -= before.bytes;
        }
        while self.bytes > BOUND && self.frames.len() > 1 {
            let oldest = self.frames.iter().min_by_key(|(_, held)| held.used).map(|(n, _)| *n);
            let Some(gone) = oldest.and_then(|number| self.frames.remove(&number)) else { break };
            self.bytes -= gone.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_used_longest_ago_goes_first() {
        let cache: Cache<usize> = Cache::new();
        let get = |number: usize| {
            let mut made = false;
            let make = || {
                made = true;
                Ok::<_, ()>((number, BOUND / 3))
            };
            assert_eq!(cache.get(number, make).map(|frame| *frame), Ok(number));
            made
        };
        assert_eq!([0, 1, 2, 0, 3].map(get), [true, true, true, false, true]);
        assert_eq!([0, 2, 3, 1].map(get), [false, false, false, true]);
        assert_eq!(cache.get(9, || Err("no")), Err("no"));
    }
}
