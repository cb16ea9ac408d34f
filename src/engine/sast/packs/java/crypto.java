package com.example.crypto;

import java.security.*;
import java.util.*;
import javax.crypto.*;
import javax.crypto.spec.*;
import org.apache.commons.codec.digest.DigestUtils;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.NoOpPasswordEncoder;

class CryptoExamples {
    void digests(byte[] data, String password) throws Exception {
        // ruleid: java.crypto.weak-digest
        MessageDigest md = MessageDigest.getInstance("MD5");
        // ruleid: java.crypto.weak-digest
        MessageDigest.getInstance("SHA-1");
        // ok: java.crypto.weak-digest
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        // ruleid: java.crypto.password-fast-hash
        sha.digest(password.getBytes("UTF-8"));
        // ok: java.crypto.password-fast-hash
        sha.digest(data);
        // ruleid: java.crypto.password-fast-hash
        DigestUtils.sha256Hex(password);
    }

    Object encoders() {
        // ruleid: java.crypto.weak-password-encoder
        NoOpPasswordEncoder.getInstance();
        // ruleid: java.crypto.bcrypt-low-cost
        new BCryptPasswordEncoder(4);
        // ok: java.crypto.weak-password-encoder, java.crypto.bcrypt-low-cost
        return new BCryptPasswordEncoder(12);
    }

    void ciphers() throws Exception {
        // ruleid: java.crypto.des-cipher
        Cipher.getInstance("DES/CBC/PKCS5Padding");
        // ruleid: java.crypto.des-cipher
        Cipher.getInstance("DESede");
        // ruleid: java.crypto.weak-cipher
        Cipher.getInstance("RC4");
        // ruleid: java.crypto.ecb-mode
        Cipher.getInstance("AES/ECB/PKCS5Padding");
        // ruleid: java.crypto.ecb-mode
        Cipher.getInstance("AES");
        // ruleid: java.crypto.cbc-without-integrity
        Cipher.getInstance("AES/CBC/PKCS5Padding");
        // ok: java.crypto.des-cipher, java.crypto.weak-cipher, java.crypto.ecb-mode, java.crypto.cbc-without-integrity
        Cipher.getInstance("AES/GCM/NoPadding");
        // ruleid: java.crypto.null-cipher
        Cipher none = new NullCipher();
        // ok: java.crypto.null-cipher
        none = Cipher.getInstance("ChaCha20-Poly1305");
        // ruleid: java.crypto.rsa-no-oaep
        Cipher.getInstance("RSA/ECB/PKCS1Padding");
        // ruleid: java.crypto.rsa-no-oaep
        Cipher.getInstance("RSA");
        // ok: java.crypto.rsa-no-oaep
        Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding");
    }

    void keys() throws Exception {
        KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
        // ruleid: java.crypto.short-key
        small.initialize(1024);
        KeyPairGenerator good = KeyPairGenerator.getInstance("RSA");
        // ok: java.crypto.short-key
        good.initialize(3072);
        KeyGenerator blowfish = KeyGenerator.getInstance("Blowfish");
        // ruleid: java.crypto.short-key
        blowfish.init(64);
        KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
        // ok: java.crypto.short-key
        ec.initialize(256);
    }

    void vectors(byte[] stored) throws Exception {
        // ruleid: java.crypto.static-iv
        new IvParameterSpec("EXAMPLE-change-m".getBytes());
        // ruleid: java.crypto.static-iv
        new IvParameterSpec(new byte[16]);
        byte[] fixed = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        // ruleid: java.crypto.static-iv
        new GCMParameterSpec(128, fixed);
        byte[] iv = new byte[12];
        new SecureRandom().nextBytes(iv);
        // ok: java.crypto.static-iv
        new GCMParameterSpec(128, iv);
        // ok: java.crypto.static-iv
        new IvParameterSpec(stored);
    }

    void secrets(byte[] key, char[] pw, byte[] salt) throws Exception {
        // ruleid: java.crypto.hardcoded-key
        new SecretKeySpec("EXAMPLE-change-m".getBytes("UTF-8"), "AES");
        // ok: java.crypto.hardcoded-key
        new SecretKeySpec(key, "AES");
        // ruleid: java.crypto.fixed-salt
        new PBEKeySpec(pw, "EXAMPLE".getBytes(), 600000, 256);
        // ruleid: java.crypto.few-iterations
        new PBEKeySpec(pw, salt, 1000, 256);
        // ok: java.crypto.fixed-salt, java.crypto.few-iterations
        new PBEKeySpec(pw, salt, 600000, 256);
    }

    boolean compare(Mac mac, byte[] body, byte[] given) {
        // ruleid: java.crypto.digest-compare-timing
        boolean same = Arrays.equals(mac.doFinal(body), given);
        // ok: java.crypto.digest-compare-timing
        return MessageDigest.isEqual(mac.doFinal(body), given);
    }

    int dice() {
        // ok: java.random.predictable-secret
        // ruleid: java.random.predictable
        return new Random().nextInt(6);
    }

    String generateResetToken() {
        // ruleid: java.random.predictable, java.random.predictable-secret
        Random rng = new Random();
        // ruleid: java.random.predictable-secret
        return Integer.toHexString(rng.nextInt());
    }

    String newApiKey() {
        // ok: java.random.predictable, java.random.predictable-secret
        SecureRandom rng = new SecureRandom();
        return Long.toHexString(rng.nextLong());
    }

    void seeds() {
        SecureRandom rng = new SecureRandom();
        // ruleid: java.random.fixed-seed
        rng.setSeed(42L);
        // ruleid: java.random.fixed-seed
        rng.setSeed(System.currentTimeMillis());
        // ok: java.random.fixed-seed
        rng.setSeed(rng.generateSeed(16));
    }

    void named() throws Exception {
        Random generator = new Random();
        // ruleid: java.random.predictable-secret-variable
        String resetToken = "r" + generator.nextInt();
        // ok: java.random.predictable-secret-variable
        int position = generator.nextInt(10);
        SecureRandom secure = new SecureRandom();
        // ok: java.random.predictable-secret-variable
        long token = secure.nextLong();
        // ruleid: java.crypto.weak-digest
        java.security.MessageDigest.getInstance("MD5");
    }
}
