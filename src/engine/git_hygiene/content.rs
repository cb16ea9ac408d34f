//! What a file that is named like a credential really holds. Each test looks at bytes and answers with a verdict; none
//! keeps or returns a value it saw.

/// Whether content bears out what the name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It does.
    Yes,
    /// The file is there and holds nothing that would hurt; the reason, as a clause.
    Weak(&'static str),
    /// It is something else.
    No,
}

/// A test of content.
pub(super) type Check = fn(&[u8]) -> Verdict;

use super::env::is_placeholder;
use Verdict::{No, Weak, Yes};

pub(super) fn yes_if(condition: bool) -> Verdict {
    if condition { Yes } else { No }
}

pub(super) fn has(bytes: &[u8], needle: &str) -> bool {
    memchr::memmem::find(bytes, needle.as_bytes()).is_some()
}

pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes
        .split(|b| matches!(b, b'\n' | b'\r'))
        .filter_map(|l| std::str::from_utf8(l).ok())
        .map(str::trim)
}

/// The name says it all.
pub(super) fn any(_: &[u8]) -> Verdict {
    Yes
}

/// Not empty.
pub(super) fn some(bytes: &[u8]) -> Verdict {
    yes_if(bytes.iter().any(|b| !b.is_ascii_whitespace()))
}

/// A private key in PEM, whatever stands around it.
pub(super) fn private_key(bytes: &[u8]) -> Verdict {
    // In two parts, so that no scanner takes this line for a key.
    let header = memchr::memmem::find_iter(bytes, "-----BEGIN ").any(|at| {
        let line = &bytes[at..bytes.len().min(at + 64)];
        let line = line.split(|b| *b == b'\n').next().unwrap_or_default();
        has(line, concat!("PRIVATE", " KEY"))
    });
    yes_if(header && bytes.len() > 120)
}

pub(super) fn ssh_key(bytes: &[u8]) -> Verdict {
    private_key(bytes)
}

pub(super) fn putty_key(bytes: &[u8]) -> Verdict {
    yes_if(has(bytes, "PuTTY-User-Key-File") && has(bytes, "Private-Lines"))
}

pub(super) fn keystore(bytes: &[u8]) -> Verdict {
    // PKCS#12 is a DER sequence; Java key stores begin with their own marks.
    yes_if(
        bytes.starts_with(&[0x30, 0x82])
            || bytes.starts_with(&[0x30, 0x80])
            || bytes.starts_with(&[0xFE, 0xED, 0xFE, 0xED])
            || bytes.starts_with(&[0xCE, 0xCE, 0xCE, 0xCE]),
    )
}

pub(super) fn keepass(bytes: &[u8]) -> Verdict {
    yes_if(bytes.starts_with(&[0x03, 0xD9, 0xA2, 0x9A]))
}

pub(super) fn json_credentials(bytes: &[u8]) -> Verdict {
    let marks = [
        "\"client_secret\"",
        "\"private_key\"",
        "\"refresh_token\"",
        "\"access_token\"",
        "\"password\"",
        "\"secret",
        "\"token\"",
        "\"apiKey\"",
        "\"api_key\"",
        "AccessKey\"",
    ];
    if marks.iter().any(|mark| has(bytes, mark)) {
        Yes
    } else {
        Weak("it holds no member that is named like a credential")
    }
}

pub(super) fn service_account(bytes: &[u8]) -> Verdict {
    if has(bytes, "\"private_key\"") && has(bytes, concat!("PRIVATE", " KEY")) {
        Yes
    } else {
        Weak("it holds no private key")
    }
}

pub(super) fn htpasswd(bytes: &[u8]) -> Verdict {
    yes_if(lines(bytes).any(|line| {
        line.split_once(':').is_some_and(|(user, hash)| {
            !user.is_empty() && !user.starts_with('#') && hash.len() >= 13 && !hash.contains(' ')
        })
    }))
}

pub(super) fn wp_config(bytes: &[u8]) -> Verdict {
    let real = lines(bytes).filter(|l| l.starts_with("define")).any(|line| {
        let mut parts = line.split(['\'', '"']).skip(1).step_by(2);
        let (key, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        ["DB_PASSWORD", "AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY"].contains(&key)
            && !is_placeholder(value)
            && !value.eq_ignore_ascii_case("password_here")
            && !value.contains("unique phrase")
    });
    if real { Yes } else { Weak("its password and keys are read from elsewhere or not filled in") }
}

pub(super) fn openvpn(bytes: &[u8]) -> Verdict {
    yes_if(
        has(bytes, "<key>")
            || private_key(bytes) == Yes
            || has(bytes, "<auth-user-pass>")
            || has(bytes, "OpenVPN Static key"),
    )
}

pub(super) fn pgpass(bytes: &[u8]) -> Verdict {
    yes_if(lines(bytes).any(|line| {
        let fields: Vec<&str> = line.splitn(5, ':').collect();
        !line.starts_with('#') && fields.len() == 5 && !is_placeholder(fields[4])
    }))
}

pub(super) fn netrc(bytes: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(bytes);
    let mut words = text.split_whitespace();
    let mut real = false;
    while let Some(word) = words.next() {
        real |= word == "password" && words.next().is_some_and(|value| !is_placeholder(value));
    }
    yes_if(real)
}

pub(super) fn git_credentials(bytes: &[u8]) -> Verdict {
    yes_if(lines(bytes).any(|line| {
        let rest = line.split_once("://").map_or("", |(_, rest)| rest);
        rest.split_once('@')
            .and_then(|(u, _)| u.split_once(':'))
            .is_some_and(|(_, p)| !is_placeholder(p))
    }))
}

fn assigned(bytes: &[u8], keys: &[&str]) -> bool {
    lines(bytes).any(|line| {
        line.split_once(['=', ':'].as_slice()).is_some_and(|_| {
            keys.iter().any(|key| {
                line.find(key).is_some_and(|at| {
                    let rest = line[at + key.len()..].trim_start();
                    let value = rest
                        .strip_prefix(['=', ':'])
                        .map(|v| v.trim().trim_matches(['"', '\'', ',']));
                    !line.starts_with(['#', ';'])
                        && value.is_some_and(|v| v.len() >= 4 && !is_placeholder(v))
                })
            })
        })
    })
}

pub(super) fn npmrc(bytes: &[u8]) -> Verdict {
    yes_if(assigned(bytes, &["_authToken", "_auth", "_password"]))
}

pub(super) fn pypirc(bytes: &[u8]) -> Verdict {
    yes_if(assigned(bytes, &["password"]))
}

pub(super) fn docker_config(bytes: &[u8]) -> Verdict {
    yes_if(
        assigned(bytes, &["\"auth\"", "\"identitytoken\"", "\"password\""])
            || compact_member(bytes, "\"auth\":\""),
    )
}

fn compact_member(bytes: &[u8], mark: &str) -> bool {
    memchr::memmem::find(bytes, mark.as_bytes())
        .is_some_and(|at| bytes.get(at + mark.len()).is_some_and(|b| *b != b'"'))
}

pub(super) fn kubeconfig(bytes: &[u8]) -> Verdict {
    yes_if(assigned(bytes, &["client-key-data", "token", "password", "id-token", "refresh-token"]))
}

pub(super) fn aws_credentials(bytes: &[u8]) -> Verdict {
    yes_if(assigned(bytes, &["aws_secret_access_key", "aws_session_token"]))
}

pub(super) fn ide_password(bytes: &[u8]) -> Verdict {
    let xml = has(bytes, "<secret-storage>") || has(bytes, "password=\"");
    yes_if(
        xml || assigned(bytes, &["\"password\"", "\"passphrase\""])
            || compact_member(bytes, "\"password\":\""),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_no_private_key() {
        let body = "A".repeat(200);
        let pem = |kind: &str| format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n");
        assert_eq!(private_key(pem("CERTIFICATE").as_bytes()), No);
        assert_eq!(private_key(pem("PUBLIC KEY").as_bytes()), No);
        for kind in ["RSA", "EC", "OPENSSH", "ENCRYPTED"] {
            assert_eq!(private_key(pem(&format!("{kind} PRIVATE KEY")).as_bytes()), Yes);
        }
    }

    #[test]
    fn registry_files_count_only_with_a_credential() {
        let token = "tok".to_owned() + "5Gh8Jk2LmN4";
        for (check, text, verdict) in [
            (npmrc as Check, "registry=https://r.example\nsave-exact=true".to_owned(), No),
            (npmrc, "//r/:_authToken=${NPM_TOKEN}".to_owned(), No),
            (npmrc, format!("//r/:_authToken={token}"), Yes),
            (pypirc, format!("[pypi]\npassword = {token}"), Yes),
            (netrc, format!("machine x login y password {token}"), Yes),
            (netrc, "machine x login y".to_owned(), No),
            (pgpass, format!("h:5432:*:u:{token}"), Yes),
            (git_credentials, format!("https://u:{token}@github.com"), Yes),
            (docker_config, format!("{{\"auths\":{{\"r\":{{\"auth\":\"{token}\"}}}}}}"), Yes),
            (docker_config, "{\"auths\":{\"r\":{}},\"credsStore\":\"pass\"}".to_owned(), No),
            (kubeconfig, format!("users:\n- user:\n    token: {token}"), Yes),
            (htpasswd, "bob:$apr1$abcdefgh$abcdefghijklmnopqrstu1".to_owned(), Yes),
            (wp_config, format!("define('DB_PASSWORD', '{token}');"), Yes),
            (
                wp_config,
                "define( 'DB_PASSWORD', getenv('X') );".to_owned(),
                Weak("its password and keys are read from elsewhere or not filled in"),
            ),
        ] {
            assert_eq!(check(text.as_bytes()), verdict, "{text}");
        }
    }
}
