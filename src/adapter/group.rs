//! A started program with everything it starts itself: one process group, ended as one. Knows nothing of what it is for.

use std::process::{Child, Command, ExitStatus};
use std::time::Duration;

#[cfg(unix)]
mod system {
    use super::{Child, Command, Duration, ExitStatus};
    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
    use std::os::unix::process::CommandExt as _;
    use std::sync::{Mutex, PoisonError};
    use std::time::Instant;

    /// Groups that are alive, for the moment when the whole program has to go.
    static ALIVE: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

    /// Puts what the command starts into a group of its own.
    pub(crate) fn apart(command: &mut Command) {
        command.process_group(0);
    }

    /// A group and its leader. Ends it when it is dropped.
    #[derive(Debug)]
    pub(crate) struct Group {
        leader: Child,
        id: Pid,
        reaped: bool,
    }

    impl Group {
        pub(crate) fn new(leader: Child) -> Self {
            let id = Pid::from_child(&leader);
            ALIVE.lock().unwrap_or_else(PoisonError::into_inner).push(id);
            Self { leader, id, reaped: false }
        }

        /// Whether the leader has ended. It stays a zombie, so that its number cannot become that of another.
        pub(crate) fn has_ended(&self) -> std::io::Result<bool> {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
            match waitid(WaitId::Pid(self.id), options) {
                Ok(status) => Ok(status.is_some()),
                Err(rustix::io::Errno::INTR) => Ok(false),
                Err(error) => Err(error.into()),
            }
        }

        /// Asks the group to end, ends it, and reaps the leader; `None` when the system does not manage to in time.
        pub(crate) fn end(&mut self, grace: Duration, patience: Duration) -> Option<ExitStatus> {
            if self.reaped {
                return None;
            }
            if !grace.is_zero() {
                let _ = kill_process_group(self.id, Signal::TERM);
                self.wait_for(grace);
            }
            let _ = kill_process_group(self.id, Signal::KILL);
            if !self.wait_for(patience) {
                return None;
            }
            self.reaped = true;
            ALIVE.lock().unwrap_or_else(PoisonError::into_inner).retain(|id| *id != self.id);
            self.leader.wait().ok()
        }

        fn wait_for(&self, most: Duration) -> bool {
            let start = Instant::now();
            loop {
                if self.has_ended().unwrap_or(true) {
                    return true;
                }
                if start.elapsed() >= most {
                    return false;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }

    impl Drop for Group {
        fn drop(&mut self) {
            self.end(Duration::ZERO, Duration::from_millis(500));
        }
    }

    /// Ends every group at once: the whole program is about to go.
    pub(crate) fn end_all() {
        for id in ALIVE.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = kill_process_group(id, Signal::KILL);
        }
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Child, Command, Duration, ExitStatus};

    pub(crate) fn apart(_: &mut Command) {}

    /// Without process groups only the leader is ended.
    #[derive(Debug)]
    pub(crate) struct Group(std::sync::Mutex<Child>);

    impl Group {
        pub(crate) fn new(leader: Child) -> Self {
            Self(std::sync::Mutex::new(leader))
        }

        pub(crate) fn has_ended(&self) -> std::io::Result<bool> {
            let mut leader = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            leader.try_wait().map(|status| status.is_some())
        }

        pub(crate) fn end(&mut self, _: Duration, _: Duration) -> Option<ExitStatus> {
            let leader = self.0.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
            let _ = leader.kill();
            leader.wait().ok()
        }
    }

    pub(crate) fn end_all() {}
}

pub(crate) use system::{Group, apart, end_all};
