use std::process::Command;

fn transport() {
    // ruleid: rust.tls.certificate-check-off
    let a = reqwest::Client::builder().danger_accept_invalid_certs(true).build();
    // ok: rust.tls.certificate-check-off
    let b = reqwest::Client::builder().danger_accept_invalid_certs(false).build();
    // ruleid: rust.tls.certificate-check-off
    builder.set_verify(SslVerifyMode::NONE);
    // ok: rust.tls.certificate-check-off
    builder.set_verify(SslVerifyMode::PEER);
    // ruleid: rust.tls.custom-verifier
    config.dangerous().set_certificate_verifier(Arc::new(NoCheck));
    // ok: rust.tls.custom-verifier
    config.set_certificate_verifier(roots);
}

fn commands(name: &str) {
    // ruleid: rust.process.shell-format, rust.process.shell-variable
    let a = Command::new("sh").arg("-c").arg(format!("ls {}", name)).output();
    // ruleid: rust.process.shell-format
    let b = Command::new("/bin/bash").args(["-c", &format!("ls {name}")]).output();
    // ok: rust.process.shell-format, rust.process.shell-variable
    let c = Command::new("sh").arg("-c").arg("uptime").output();
    // ok: rust.process.shell-format
    let d = Command::new("ls").arg(format!("/srv/{}", name)).output();
    // ruleid: rust.process.shell-variable
    let e = Command::new("sh").arg("-c").arg(name).output();
}

async fn queries(pool: &Pool, conn: &Connection, name: &str, table: &str) {
    // ruleid: rust.sql.format-query
    let a = sqlx::query(&format!("SELECT * FROM items WHERE name = '{}'", name)).fetch_all(pool).await;
    // ruleid: rust.sql.format-query
    conn.execute(&format!("DELETE FROM items WHERE name = '{name}'"), []);
    // ok: rust.sql.format-query
    let b = sqlx::query("SELECT * FROM items WHERE name = ?").bind(name).fetch_all(pool).await;
    // ok: rust.sql.format-query
    conn.execute(&format!("DROP TABLE {}", table), []);
}

fn memory(x: u32) {
    // ruleid: rust.unsafe.transmute
    let a: f32 = unsafe { std::mem::transmute(x) };
    // ruleid: rust.unsafe.transmute
    let b = unsafe { mem::transmute::<u32, f32>(x) };
    // ok: rust.unsafe.transmute
    let c = f32::from_bits(x);
    // ruleid: rust.unsafe.uninitialised-memory
    let d: u64 = unsafe { std::mem::uninitialized() };
    // ok: rust.unsafe.uninitialised-memory, rust.unsafe.immediate-assume-init
    let e: MaybeUninit<u64> = MaybeUninit::uninit();
    // ruleid: rust.unsafe.immediate-assume-init
    let f: u64 = unsafe { MaybeUninit::uninit().assume_init() };
}

fn crypto(data: &[u8], seed: u64) {
    // ruleid: rust.crypto.weak-digest
    let a = Md5::digest(data);
    // ruleid: rust.crypto.weak-digest
    let b = Sha1::new();
    // ok: rust.crypto.weak-digest
    let c = Sha256::digest(data);
    // ruleid: rust.crypto.weak-cipher
    let d = Cipher::aes_128_ecb();
    // ok: rust.crypto.weak-cipher
    let e = Cipher::aes_256_gcm();
    // ruleid: rust.crypto.short-rsa-key
    let f = RsaPrivateKey::new(&mut rng, 1024);
    // ok: rust.crypto.short-rsa-key
    let g = RsaPrivateKey::new(&mut rng, 3072);
    // ruleid: rust.random.fixed-seed
    let h = StdRng::seed_from_u64(42);
    // ok: rust.random.fixed-seed
    let i = StdRng::seed_from_u64(seed);
}

fn tokens(validation: &mut Validation, token: &str, key: &DecodingKey) {
    // ruleid: rust.jwt.signature-not-checked
    validation.insecure_disable_signature_validation();
    // ok: rust.jwt.signature-not-checked
    let a = decode::<Claims>(token, key, validation);
    // ruleid: rust.jwt.literal-key
    let b = EncodingKey::from_secret("change-me".as_ref());
    // ok: rust.jwt.literal-key
    let c = EncodingKey::from_secret(secret.as_bytes());
}

fn web(path: &Path) {
    // ruleid: rust.permissions.world-writable-file
    fs::set_permissions(path, fs::Permissions::from_mode(0o777));
    // ok: rust.permissions.world-writable-file
    fs::set_permissions(path, fs::Permissions::from_mode(0o600));
    // ruleid: rust.web.cors-any-origin
    let a = Cors::permissive();
    // ok: rust.web.cors-any-origin
    let b = Cors::default().allowed_origin("https://example.com");
    // ruleid: rust.web.cookie-flags
    let c = SessionMiddleware::builder(store, key).cookie_secure(false).build();
    // ok: rust.web.cookie-flags
    let d = SessionMiddleware::builder(store, key).cookie_secure(true).build();
}

async fn by_name(pool: &Pool, name: &str) {
    let text = format!("SELECT * FROM users WHERE name = '{}'", name);
    // ruleid: rust.sql.format-query
    sqlx::query(&text).fetch_all(pool).await;
    let fixed = format!("SELECT * FROM {}", TABLE);
    // ok: rust.sql.format-query
    sqlx::query(&fixed).fetch_all(pool).await;
}
