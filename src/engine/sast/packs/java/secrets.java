package com.example.auth;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import io.jsonwebtoken.Jwts;
import java.net.PasswordAuthentication;
import java.security.KeyStore;
import java.sql.DriverManager;
import org.slf4j.Logger;

class Settings {
    // ruleid: java.secrets.hardcoded-password, java.secrets.hardcoded-credential
    private static final String DB_PASSWORD = "EXAMPLE-pa55word";
    // ok: java.secrets.hardcoded-password
    // ruleid: java.secrets.hardcoded-credential
    private static final String KEY_PASSWORD = "app.user.password";
    // ok: java.secrets.hardcoded-password, java.secrets.hardcoded-credential
    private final String smtpPassword = System.getenv("SMTP_PASSWORD");
    private Logger log;

    void databases(String url, String user, String password) throws Exception {
        // ruleid: java.secrets.database-password
        DriverManager.getConnection(url, "app", "EXAMPLE-change-me");
        // ruleid: java.secrets.database-password
        DriverManager.getConnection("jdbc:mysql://db.example.com/app?user=app&password=EXAMPLE-change-me");
        // ok: java.secrets.database-password
        DriverManager.getConnection(url, user, password);
    }

    void credentials(String user, char[] password, KeyStore store, InputStream in) throws Exception {
        // ruleid: java.secrets.fixed-credentials
        new PasswordAuthentication("app", "EXAMPLE-change-me".toCharArray());
        // ok: java.secrets.fixed-credentials
        new PasswordAuthentication(user, password);
        // ruleid: java.secrets.keystore-password
        store.load(in, "EXAMPLE-change-me".toCharArray());
        // ok: java.secrets.keystore-password
        store.load(in, password);
    }

    void headers(HttpURLConnection c, String token) {
        // ruleid: java.secrets.authorization-header
        c.setRequestProperty("Authorization", "Bearer EXAMPLE-change-me-EXAMPLE");
        // ok: java.secrets.authorization-header
        c.setRequestProperty("Authorization", "Bearer " + token);
    }

    boolean login(String user, String password) {
        // ruleid: java.secrets.logged-secret
        log.info("login {} with {}", user, password);
        // ok: java.secrets.logged-secret
        log.info("login {} without password", user);
        // ok: java.secrets.password-compared-to-literal
        if (password.equals("")) {
            return false;
        }
        // ruleid: java.secrets.password-compared-to-literal
        return "EXAMPLE-change-me".equals(password);
    }
}

class Tokens {
    void make(String secret, Date expiry) {
        // ruleid: java.jwt.none-algorithm
        JWT.create().withSubject("a").sign(Algorithm.none());
        // ruleid: java.jwt.fixed-key
        JWT.create().withSubject("a").sign(Algorithm.HMAC256("EXAMPLE-change-me"));
        // ok: java.jwt.none-algorithm, java.jwt.fixed-key
        JWT.create().withSubject("a").withExpiresAt(expiry).sign(Algorithm.HMAC256(secret));
    }

    void read(String raw, Key key, JwtConsumerBuilder builder) {
        // ruleid: java.jwt.signature-not-checked
        Jwts.parser().parse(raw);
        // ruleid: java.jwt.signature-not-checked
        builder.setSkipSignatureVerification();
        // ruleid: java.jwt.unsigned-accepted
        Jwts.parserBuilder().setSigningKey(key).build().parse(raw);
        // ok: java.jwt.signature-not-checked, java.jwt.unsigned-accepted
        Jwts.parserBuilder().setSigningKey(key).build().parseClaimsJws(raw);
        // ruleid: java.jwt.decoded-only
        JWT.decode(raw).getSubject();
    }

    String verified(String raw, JWTVerifier verifier) {
        verifier.verify(raw);
        // ok: java.jwt.decoded-only
        return JWT.decode(raw).getSubject();
    }
}
