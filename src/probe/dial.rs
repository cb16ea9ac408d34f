//! Connections to many ports of many addresses: which are open, which refuse, which are silent, and what the open ones say
//! of themselves. Plain connections, no raw packets, no more at once than asked for.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How to dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialling {
    /// The ports; `None` for the list of the scanner.
    pub ports: Option<Vec<u16>>,
    /// Connections begun within a second; `None` for as many as are sound.
    pub rate: Option<u32>,
    /// How long a connection may take.
    pub patience: Duration,
}

impl Default for Dialling {
    fn default() -> Self {
        Self { ports: None, rate: None, patience: Duration::from_secs(1) }
    }
}

/// What came of one port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// Somebody listens.
    Open,
    /// The host says that nobody does.
    Closed,
    /// No answer: a firewall, or no host.
    Silent,
}

/// An open port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Open {
    /// Where.
    pub address: IpAddr,
    /// Which.
    pub port: u16,
    /// The first bytes that it said, at most [`MAX_BANNER`].
    pub banner: Vec<u8>,
}

/// What came of all.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dialled {
    /// Open ports, by address and port.
    pub open: Vec<Open>,
    /// Ports that refused.
    pub closed: usize,
    /// Ports that did not answer.
    pub silent: usize,
    /// Addresses that answered at all.
    pub answering: usize,
    /// The user stopped it.
    pub is_cut: bool,
}

/// Bytes of a greeting that are read.
pub const MAX_BANNER: usize = 256;
/// Connections at once: few to this machine, which answers at once; more to others, which may not answer at all.
const NEAR: usize = 48;
const FAR: usize = 200;
/// Connections begun within a second to other hosts.
const FAR_RATE: u32 = 3000;

/// Dials every port of every address.
pub fn dial(
    addresses: &[IpAddr],
    ports: &[u16],
    how: &Dialling,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Dialled {
    let total = addresses.len().saturating_mul(ports.len());
    let is_near = addresses.iter().all(IpAddr::is_loopback);
    let threads = if is_near { NEAR } else { FAR }.min(total.max(1));
    let rate = how.rate.or((!is_near).then_some(FAR_RATE));
    let begun = Instant::now();
    let next = AtomicUsize::new(0);
    let results = Mutex::new((Dialled::default(), vec![false; addresses.len()]));
    let work = || {
        let mut mine = Dialled::default();
        let mut answered = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= total {
                break;
            }
            if cancelled() {
                mine.is_cut = true;
                break;
            }
            if let Some(rate) = rate {
                let due = Duration::from_secs_f64(index as f64 / f64::from(rate.max(1)));
                std::thread::sleep(due.saturating_sub(begun.elapsed()));
            }
            // All ports of a host follow each other: one host after the other, not all at once.
            let (host, port) = (index / ports.len(), ports[index % ports.len()]);
            let address = addresses[host];
            let (answer, banner) = one(SocketAddr::new(address, port), how.patience);
            match answer {
                Answer::Open => mine.open.push(Open { address, port, banner }),
                Answer::Closed => mine.closed += 1,
                Answer::Silent => mine.silent += 1,
            }
            if answer != Answer::Silent && answered.last() != Some(&host) {
                answered.push(host);
            }
        }
        // A thread that panicked has nothing to add; the rest is still true.
        if let Ok(mut results) = results.lock() {
            results.0.open.append(&mut mine.open);
            results.0.closed += mine.closed;
            results.0.silent += mine.silent;
            results.0.is_cut |= mine.is_cut;
            for host in answered {
                results.1[host] = true;
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            // Where no more threads are to be had, fewer do the work.
            let started =
                std::thread::Builder::new().stack_size(256 << 10).spawn_scoped(scope, work);
            if started.is_err() {
                break;
            }
        }
        work();
    });
    let Ok((mut dialled, answered)) = results.into_inner() else { return Dialled::default() };
    dialled.open.sort();
    dialled.answering = answered.into_iter().filter(|answered| *answered).count();
    dialled
}

/// One port. Silence is asked a second time: packets are lost.
fn one(address: SocketAddr, patience: Duration) -> (Answer, Vec<u8>) {
    for _ in 0..2 {
        let begun = Instant::now();
        match TcpStream::connect_timeout(&address, patience) {
            // A connection of a socket to itself: the port it was given is the one it called.
            Ok(stream) if stream.local_addr().is_ok_and(|own| own == address) => {
                return (Answer::Closed, Vec::new());
            }
            Ok(stream) => return (Answer::Open, banner(stream, address, begun.elapsed())),
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                return (Answer::Closed, Vec::new());
            }
            Err(error) if error.kind() == ErrorKind::TimedOut => {}
            Err(_) => return (Answer::Silent, Vec::new()),
        }
    }
    (Answer::Silent, Vec::new())
}

/// What a service says first; one that waits is asked for a page, which most answer somehow.
fn banner(mut stream: TcpStream, address: SocketAddr, round_trip: Duration) -> Vec<u8> {
    const QUESTION: &[u8] = b"HEAD / HTTP/1.0\r\n\r\n";
    let least = Duration::from_millis(if address.ip().is_loopback() { 40 } else { 400 });
    let wait = (round_trip * 6).clamp(least, Duration::from_millis(1500));
    let mut bytes = vec![0; MAX_BANNER];
    if stream.set_read_timeout(Some(wait)).is_err() || stream.set_write_timeout(Some(wait)).is_err()
    {
        return Vec::new();
    }
    let mut read = stream.read(&mut bytes);
    if read
        .as_ref()
        .is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
        && stream.write_all(QUESTION).is_ok()
    {
        read = stream.read(&mut bytes);
    }
    bytes.truncate(read.unwrap_or(0));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn open_and_closed_ports_are_told_apart_and_greetings_are_kept_short() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let open = listener.local_addr().unwrap().port();
        let closed = {
            let gone = TcpListener::bind("127.0.0.1:0").unwrap();
            gone.local_addr().unwrap().port()
        };
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // The caller reads what it wants and hangs up.
            let _ = stream.write_all(&vec![b'x'; 100_000]);
        });
        let how = Dialling::default();
        let dialled = dial(&["127.0.0.1".parse().unwrap()], &[open, closed], &how, &|| false);
        server.join().unwrap();
        assert_eq!((dialled.open.len(), dialled.closed, dialled.silent), (1, 1, 0));
        assert_eq!((dialled.open[0].port, dialled.answering), (open, 1));
        assert!(!dialled.open[0].banner.is_empty() && dialled.open[0].banner.len() <= MAX_BANNER);
    }

    #[test]
    fn a_stopped_scan_ends_and_says_so() {
        let ports: Vec<u16> = (1..=60_000).collect();
        let how = Dialling { rate: Some(10), ..Dialling::default() };
        let dialled = dial(&["127.0.0.1".parse().unwrap()], &ports, &how, &|| true);
        assert!(dialled.is_cut && dialled.open.is_empty());
    }

    #[test]
    fn the_rate_holds() {
        let begun = Instant::now();
        let how = Dialling { rate: Some(100), ..Dialling::default() };
        let ports: Vec<u16> = (1..=30).collect();
        dial(&["127.0.0.1".parse().unwrap()], &ports, &how, &|| false);
        assert!(begun.elapsed() >= Duration::from_millis(280), "{:?}", begun.elapsed());
    }
}
