#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

void digests(const unsigned char *data, size_t len, unsigned char *out, EVP_MD_CTX *ctx) {
    // ruleid: c.crypto.weak-digest
    MD5(data, len, out);
    // ruleid: c.crypto.weak-digest
    EVP_DigestInit_ex(ctx, EVP_sha1(), NULL);
    // ok: c.crypto.weak-digest
    EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
}

void ciphers(EVP_CIPHER_CTX *ctx, unsigned char *key, unsigned char *iv) {
    // ruleid: c.crypto.weak-cipher
    EVP_EncryptInit_ex(ctx, EVP_des_ede3_cbc(), NULL, key, iv);
    // ruleid: c.crypto.weak-cipher
    RC4_set_key(&rc4, 16, key);
    // ok: c.crypto.weak-cipher
    EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, iv);
    // ruleid: c.crypto.ecb-mode
    EVP_EncryptInit_ex(ctx, EVP_aes_256_ecb(), NULL, key, NULL);
    // ok: c.crypto.ecb-mode
    EVP_EncryptInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, iv);
    // ruleid: c.crypto.short-key
    RSA_generate_key_ex(rsa, 1024, e, NULL);
    // ok: c.crypto.short-key
    RSA_generate_key_ex(rsa, 3072, e, NULL);
    // ruleid: c.crypto.few-iterations
    PKCS5_PBKDF2_HMAC(pass, 8, salt, 16, 1000, EVP_sha256(), 32, key);
    // ok: c.crypto.few-iterations
    PKCS5_PBKDF2_HMAC(pass, 8, salt, 16, 600000, EVP_sha256(), 32, key);
}

void randoms(unsigned char *session_key, int n) {
    for (int i = 0; i < 16; i++)
        // ruleid: c.random.predictable-secret
        session_key[i] = rand() % 256;
    // ruleid: c.random.predictable-secret
    unsigned int token = rand();
    // ok: c.random.predictable-secret
    int delay = rand() % 10;
    // ok: c.random.predictable-secret
    RAND_bytes(session_key, 16);
    // ruleid: c.random.clock-seed
    srand(time(NULL));
    // ok: c.random.clock-seed
    srand(n);
}

void transport(SSL_CTX *ctx, CURL *curl) {
    // ruleid: c.tls.certificate-check-off
    SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
    // ok: c.tls.certificate-check-off
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
    // ruleid: c.tls.curl-check-off
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    // ruleid: c.tls.curl-check-off
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0);
    // ok: c.tls.curl-check-off
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    // ruleid: c.tls.old-protocol
    SSL_CTX *old = SSL_CTX_new(TLSv1_method());
    // ok: c.tls.old-protocol
    SSL_CTX *new = SSL_CTX_new(TLS_method());
}

int login(const char *password, const char *stored, struct user *u) {
    // ruleid: c.secrets.literal-password-comparison
    if (strcmp(password, "change-me") == 0)
        return 1;
    // ruleid: c.secrets.literal-password-comparison
    if (!strcmp(u->password, "EXAMPLE"))
        return 1;
    // ok: c.secrets.literal-password-comparison
    if (strcmp(password, "") == 0)
        return 0;
    // ok: c.secrets.literal-password-comparison
    if (strcmp(option, "password") == 0)
        return 0;
    return 0;
}

int finish(unsigned char *hmac, unsigned char *expected, char *password) {
    // ruleid: c.crypto.mac-timing
    if (memcmp(hmac, expected, 32) != 0)
        return -1;
    // ok: c.crypto.mac-timing
    if (CRYPTO_memcmp(hmac, expected, 32) != 0)
        return -1;
    // ok: c.crypto.removed-memset
    explicit_bzero(password, 16);
    // ruleid: c.crypto.removed-memset
    memset(password, 0, 16);
    return 0;
}
