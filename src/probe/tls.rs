//! Connections over TLS that are looked at before they are believed: the certificate is recorded, and a bad one does not end
//! the conversation. Nothing secret is ever sent over them.

use super::certificate::{self, Certificate};
use jiff::civil::Date;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, Error, RootCertStore,
    SignatureScheme, StreamOwned,
};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What was wrong with a certificate, other than its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// It is for another name.
    WrongName,
    /// Nobody who is trusted has signed it.
    UnknownIssuer,
    /// It was revoked, or cannot be used by a server.
    Unusable,
}

/// What was seen of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// `TLS 1.2` or `TLS 1.3`.
    pub version: &'static str,
    /// The certificate of the server, where it could be read.
    pub certificate: Option<Certificate>,
    /// Why it is not trusted; dates are judged by [`Self::certificate`].
    pub distrust: Option<Distrust>,
    /// The authorities held it to be valid but for its dates, or wholly.
    pub is_trusted: bool,
}

/// A connection over TLS.
pub type Stream = StreamOwned<ClientConnection, TcpStream>;

#[derive(Debug, Default)]
struct Verdict {
    leaf: Vec<u8>,
    distrust: Option<Distrust>,
    is_trusted: bool,
    /// The server did not show that the key of the certificate is its own.
    is_unproven: bool,
}

/// Believes everything, and remembers what a sound verifier says.
#[derive(Debug)]
struct Recorder {
    sound: Arc<WebPkiServerVerifier>,
    verdict: Mutex<Verdict>,
    now: UnixTime,
}

impl Recorder {
    fn proven(&self, is_proven: bool) -> HandshakeSignatureValid {
        if !is_proven {
            self.verdict.lock().unwrap_or_else(PoisonError::into_inner).is_unproven = true;
        }
        HandshakeSignatureValid::assertion()
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        stapled: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let check = |now| self.sound.verify_server_cert(leaf, others, name, stapled, now);
        let checked = match check(self.now) {
            // Dates are judged by themselves; what else is wrong shows on a day on which they fit.
            Err(Error::InvalidCertificate(why)) if is_date(&why) => {
                let fitting = certificate::read(leaf).map(|facts| fitting(&facts, self.now));
                fitting.map_or(Err(Error::InvalidCertificate(why)), check)
            }
            checked => checked,
        };
        let distrust = match &checked {
            Ok(_) => None,
            Err(Error::InvalidCertificate(why)) => distrust(why),
            Err(_) => Some(Distrust::Unusable),
        };
        let mut verdict = self.verdict.lock().unwrap_or_else(PoisonError::into_inner);
        let (leaf, is_trusted) = (leaf.to_vec(), checked.is_ok());
        *verdict = Verdict { leaf, distrust, is_trusted, is_unproven: false };
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let checked = self.sound.verify_tls12_signature(message, certificate, signed);
        Ok(self.proven(checked.is_ok()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let checked = self.sound.verify_tls13_signature(message, certificate, signed);
        Ok(self.proven(checked.is_ok()))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.sound.supported_verify_schemes()
    }
}

fn is_date(why: &CertificateError) -> bool {
    matches!(
        why,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
    )
}

/// A day inside the time of a certificate, near that of its ends that is nearer to now.
fn fitting(facts: &Certificate, now: UnixTime) -> UnixTime {
    let inner = |day: Result<Date, jiff::Error>| day.map_or(now, noon);
    if noon(facts.ends).as_secs() <= now.as_secs() {
        inner(facts.ends.yesterday())
    } else {
        inner(facts.begins.tomorrow())
    }
}

fn noon(day: Date) -> UnixTime {
    let seconds = day.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |at| at.timestamp().as_second());
    UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap_or(0) + 43_200))
}

fn distrust(why: &CertificateError) -> Option<Distrust> {
    match why {
        why if is_date(why) => None,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Some(Distrust::WrongName)
        }
        // One that may sign others and serves itself, as tools make them: nobody has signed it either.
        CertificateError::UnknownIssuer | CertificateError::Other(_) => {
            Some(Distrust::UnknownIssuer)
        }
        _ => Some(Distrust::Unusable),
    }
}

/// The system's authorities, or those of Mozilla where the system has none.
fn roots() -> RootCertStore {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if store.is_empty() {
        store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    store
}

/// What connections are made with; the authorities are read once.
#[derive(Debug)]
pub struct Settings {
    sound: Arc<WebPkiServerVerifier>,
    now: UnixTime,
}

impl Settings {
    /// Judges certificates by a day.
    pub fn new(today: Date) -> Result<Self, String> {
        let provider = Arc::new(ring::default_provider());
        let sound =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots()), provider).build();
        Ok(Self { sound: sound.map_err(|error| error.to_string())?, now: noon(today) })
    }

    /// Shakes hands over a connection whose reads and writes are bounded in time.
    pub fn connect(&self, mut socket: TcpStream, name: &str) -> Result<(Stream, Tls), String> {
        let recorder = Arc::new(Recorder {
            sound: Arc::clone(&self.sound),
            verdict: Mutex::default(),
            now: self.now,
        });
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&recorder) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        let server = ServerName::try_from(name.to_owned()).map_err(|error| error.to_string())?;
        let mut connection =
            ClientConnection::new(Arc::new(config), server).map_err(|error| error.to_string())?;
        while connection.is_handshaking() {
            connection.complete_io(&mut socket).map_err(|error| match error.kind() {
                std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => {
                    "no answer to the TLS handshake".to_owned()
                }
                _ => format!("the TLS handshake failed: {error}"),
            })?;
        }
        let version = match connection.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "TLS 1.2",
        };
        let verdict = recorder.verdict.lock().unwrap_or_else(PoisonError::into_inner);
        let certificate = certificate::read(&verdict.leaf);
        // Signatures of short keys are not checked at all; the key is told by itself.
        let is_short =
            certificate.as_ref().is_some_and(|one| one.rsa_bits.is_some_and(|bits| bits < 2048));
        // Whatever else a verifier stumbles over first: nobody but itself speaks for it.
        let is_own = certificate.as_ref().is_some_and(|one| one.is_self_signed);
        let own = (is_own && !verdict.is_trusted).then_some(Distrust::UnknownIssuer);
        let unproven = (verdict.is_unproven && !is_short).then_some(Distrust::Unusable);
        let tls = Tls {
            version,
            certificate,
            distrust: own.or(verdict.distrust).or(unproven),
            is_trusted: verdict.is_trusted,
        };
        drop(verdict);
        Ok((StreamOwned::new(connection, socket), tls))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::url::Url;
    use crate::probe::web::{Client, Method, Web as _};
    use ::ring::rand::SystemRandom;
    use ::ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use rustls::{ServerConfig, ServerConnection};
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let inner = parts.concat();
        let [high, low] = u16::try_from(inner.len()).unwrap().to_be_bytes();
        let mut out = vec![tag];
        // The shortest form of a length, as DER asks.
        match (high, low) {
            (0, 0..=127) => out.push(low),
            (0, _) => out.extend([0x81, low]),
            _ => out.extend([0x82, high, low]),
        }
        out.extend(inner);
        out
    }

    /// A certificate for `localhost` that signed itself, and its key.
    fn own_certificate() -> (Vec<u8>, Vec<u8>) {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key.as_ref(), &random)
            .unwrap();
        let ecdsa_sha256: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
        let public: &[u8] = &[0x06, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
        let curve: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
        let common_name: &[u8] = &[0x06, 3, 0x55, 4, 3];
        let name =
            tlv(0x30, &[&tlv(0x31, &[&tlv(0x30, &[common_name, &tlv(0x0c, &[b"localhost"])])])]);
        let days = [tlv(0x17, &[b"250101000000Z"]), tlv(0x17, &[b"260610000000Z"])].concat();
        let subject_key = tlv(
            0x30,
            &[&tlv(0x30, &[public, curve]), &tlv(0x03, &[&[0], pair.public_key().as_ref()])],
        );
        let alternative: &[u8] = &[0x06, 3, 0x55, 0x1d, 17];
        let names = tlv(0x30, &[&tlv(0x82, &[b"localhost"])]);
        let extension = tlv(0x30, &[alternative, &tlv(0x04, &[&names])]);
        let body = tlv(
            0x30,
            &[
                &tlv(0xa0, &[&tlv(0x02, &[&[2]])]),
                &tlv(0x02, &[&[7]]),
                &tlv(0x30, &[ecdsa_sha256]),
                &name,
                &tlv(0x30, &[&days]),
                &name,
                &subject_key,
                &tlv(0xa3, &[&tlv(0x30, &[&extension])]),
            ],
        );
        let signature = pair.sign(&random, &body).unwrap();
        let signature = tlv(0x03, &[&[0], signature.as_ref()]);
        (tlv(0x30, &[&body, &tlv(0x30, &[ecdsa_sha256]), &signature]), key.as_ref().to_vec())
    }

    #[test]
    fn a_certificate_that_signed_itself_is_looked_at_and_the_page_is_read() {
        let (certificate, key) = own_certificate();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![CertificateDer::from(certificate)],
                PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key)),
            )
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(connection, socket);
                let mut asked = [0; 4096];
                if stream.read(&mut asked).is_ok_and(|read| read > 0) {
                    // Hangs up without a farewell, as many servers do.
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello");
                    let _ = stream.flush();
                }
            }
        });
        let url: Url = format!("https://localhost:{port}/").parse().unwrap();
        let client = Client::new(&url, jiff::civil::date(2026, 6, 1)).unwrap();
        let page = client.ask(Method::Get, &url, None).unwrap();
        assert_eq!(page.answer.body, b"hello");
        let tls = page.tls.unwrap();
        assert_eq!((tls.version, tls.is_trusted), ("TLS 1.3", false));
        assert_eq!(tls.distrust, Some(Distrust::UnknownIssuer));
        let certificate = tls.certificate.unwrap();
        assert!(certificate.is_self_signed && !certificate.has_weak_signature);
        assert_eq!(certificate.ends, jiff::civil::date(2026, 6, 10));
        assert_eq!(client.old_versions(&url), []);
        let other: Url = "https://a.example/".parse().unwrap();
        assert!(client.ask(Method::Get, &other, None).unwrap_err().contains("another host"));
    }
}
