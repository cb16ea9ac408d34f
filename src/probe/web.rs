//! Asks one web server for pages: GET and HEAD, one address for the whole conversation, so that a name that changes its
//! address leads nowhere else. Bounded in bytes, time and number; follows nothing by itself.

use super::address::resolve;
use super::answer::{self, Answer, Length};
use super::hello::{self, Old};
use super::tls::{Settings, Tls};
use super::url::Url;
use jiff::civil::Date;
use std::cell::Cell;
use std::io::{ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Bytes of a body that are read.
pub const MAX_BODY: usize = 2 << 20;
/// Bytes of a head that are read.
const MAX_HEAD: usize = 64 << 10;
/// Requests of one conversation.
const MAX_REQUESTS: u32 = 80;
/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(8);
/// How long a server may be silent.
const SILENCE: Duration = Duration::from_secs(8);
/// How long one answer may take.
const ANSWERING: Duration = Duration::from_secs(20);
/// How long the whole conversation may take.
const TALKING: Duration = Duration::from_secs(120);

/// How a page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// With its body.
    Get,
    /// Only its headers.
    Head,
}

/// A page, and the connection it came over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where from.
    pub url: Url,
    /// What came.
    pub answer: Answer,
    /// The connection, for https.
    pub tls: Option<Tls>,
}

/// Somebody who can be asked for pages.
pub trait Web {
    /// Asks; `origin` is sent as `Origin`.
    fn ask(&self, method: Method, url: &Url, origin: Option<&str>) -> Result<Page, String>;
    /// Versions of TLS that are given up and that the server still speaks.
    fn old_versions(&self, url: &Url) -> Vec<Old>;
}

/// A conversation with one host.
#[derive(Debug)]
pub struct Client {
    host: String,
    address: IpAddr,
    tls: Settings,
    begun: Instant,
    asked: Cell<u32>,
}

impl Client {
    /// Looks the host up; speaks to nobody yet.
    pub fn new(url: &Url, today: Date) -> Result<Self, String> {
        let addresses = resolve(url.host_name())?;
        let tls = Settings::new(today)?;
        let mut last = String::new();
        // The first address that takes a connection is the one.
        for address in addresses.into_iter().take(4) {
            match connect(SocketAddr::new(address, url.port)) {
                Ok(_) => {
                    let (host, begun, asked) = (url.host.clone(), Instant::now(), Cell::new(0));
                    return Ok(Self { host, address, tls, begun, asked });
                }
                Err(why) => last = why,
            }
        }
        Err(format!("cannot reach {}: {last}", url.host_header()))
    }

    fn dial(&self, url: &Url) -> Result<TcpStream, String> {
        if url.host != self.host {
            return Err(format!("{} is another host than the one that was named", url.host));
        }
        if self.begun.elapsed() > TALKING || self.asked.get() >= MAX_REQUESTS {
            return Err("no more requests: the time or the number allowed is used up".to_owned());
        }
        self.asked.set(self.asked.get() + 1);
        connect(SocketAddr::new(self.address, url.port))
    }
}

fn connect(address: SocketAddr) -> Result<TcpStream, String> {
    let stream =
        TcpStream::connect_timeout(&address, CONNECTING).map_err(|error| reason(&error))?;
    let bounded =
        stream.set_read_timeout(Some(SILENCE)).and(stream.set_write_timeout(Some(SILENCE)));
    bounded.map_err(|error| reason(&error))?;
    Ok(stream)
}

/// Why, in words that do not depend on the system.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "the connection was refused".to_owned(),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "no answer in time".to_owned(),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            "the connection was cut".to_owned()
        }
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => {
            "no way leads there".to_owned()
        }
        kind => kind.to_string(),
    }
}

impl Web for Client {
    fn ask(&self, method: Method, url: &Url, origin: Option<&str>) -> Result<Page, String> {
        let socket = self.dial(url)?;
        let word = if method == Method::Head { "HEAD" } else { "GET" };
        let origin = origin.map_or(String::new(), |origin| format!("Origin: {origin}\r\n"));
        let request = format!(
            "{word} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: securescan/{}\r\nAccept: */*\r\n\
             Accept-Encoding: identity\r\n{origin}Connection: close\r\n\r\n",
            url.asked(),
            url.host_header(),
            env!("CARGO_PKG_VERSION"),
        );
        let to_head = method == Method::Head;
        let (bytes, tls) = if url.is_secure {
            let (mut stream, tls) = self.tls.connect(socket, url.host_name())?;
            (exchange(&mut stream, &request, to_head)?, Some(tls))
        } else {
            let mut socket = socket;
            (exchange(&mut socket, &request, to_head)?, None)
        };
        let answer = answer::whole(&bytes, to_head, MAX_BODY).map_err(|why| why.to_string())?;
        Ok(Page { url: url.clone(), answer, tls })
    }

    fn old_versions(&self, url: &Url) -> Vec<Old> {
        let speaks = |version: &Old| {
            self.dial(url)
                .is_ok_and(|mut stream| hello::is_spoken(&mut stream, *version, url.host_name()))
        };
        Old::ALL.into_iter().filter(speaks).collect()
    }
}

/// Sends a request and reads until the answer is whole, the limits are reached or the server hangs up.
fn exchange(
    stream: &mut (impl Read + Write),
    request: &str,
    to_head: bool,
) -> Result<Vec<u8>, String> {
    stream.write_all(request.as_bytes()).and_then(|()| stream.flush()).map_err(|e| reason(&e))?;
    let begun = Instant::now();
    let mut bytes: Vec<u8> = Vec::new();
    let mut chunk = vec![0; 16 << 10];
    let mut most = MAX_HEAD;
    let mut body_at = None;
    while bytes.len() < most {
        let read = match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(read) => read,
            // Many servers end a TLS connection without saying so.
            Err(error) if body_at.is_some() && error.kind() == ErrorKind::UnexpectedEof => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) if body_at.is_some() => break,
            Err(error) => return Err(reason(&error)),
        };
        bytes.extend_from_slice(&chunk[..read]);
        if body_at.is_none()
            && let Some(end) = answer::head_end(&bytes)
        {
            body_at = Some(end);
            let head = answer::head(&bytes[..end]).map_err(|why| why.to_string())?;
            most = match answer::length(&head, to_head) {
                Length::Known(length) => {
                    let length = usize::try_from(length).unwrap_or(usize::MAX);
                    end.saturating_add(length.min(MAX_BODY))
                }
                // What says how long the pieces are takes room too.
                Length::Pieces => end.saturating_add(MAX_BODY + MAX_BODY / 4),
                Length::UntilEnd => end.saturating_add(MAX_BODY + 1),
            };
        }
        if begun.elapsed() > ANSWERING {
            break;
        }
    }
    if body_at.is_none() && bytes.is_empty() {
        return Err("the host hung up without an answer".to_owned());
    }
    Ok(bytes)
}
