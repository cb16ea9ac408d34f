<?php

function passwords($password, $user, $file) {
    // ruleid: php.crypto.weak-password-hash, php.crypto.weak-digest
    $h = md5($password);
    // ruleid: php.crypto.weak-password-hash, php.crypto.weak-digest
    $h = sha1($user->salt . $_POST['password']);
    // ruleid: php.crypto.weak-password-hash
    $h = hash('sha256', $user->password);
    // ok: php.crypto.weak-password-hash
    $h = hash('sha256', $file);
    // ok: php.crypto.weak-password-hash
    $h = password_hash($password, PASSWORD_DEFAULT);
    // ruleid: php.crypto.weak-digest
    $etag = md5($file);
    // ok: php.crypto.weak-digest
    $etag = hash('sha256', $file);
}

function ciphers($data, $key, $iv) {
    // ruleid: php.crypto.mcrypt
    mcrypt_encrypt(MCRYPT_RIJNDAEL_128, $key, $data, MCRYPT_MODE_CBC, $iv);
    // ok: php.crypto.mcrypt
    openssl_encrypt($data, "aes-256-gcm", $key, 0, $iv, $tag);
    // ruleid: php.crypto.weak-cipher
    openssl_encrypt($data, "AES-128-ECB", $key);
    // ruleid: php.crypto.weak-cipher
    openssl_decrypt($data, "des-ede3-cbc", $key, 0, $iv);
    // ok: php.crypto.weak-cipher
    openssl_encrypt($data, "aes-256-cbc", $key, 0, $iv);
    // ruleid: php.crypto.literal-key-or-iv
    openssl_encrypt($data, "aes-256-cbc", "change-me-EXAMPLE", 0, $iv);
    // ruleid: php.crypto.literal-key-or-iv
    openssl_encrypt($data, "aes-256-cbc", $key, 0, "1234567890123456");
    // ok: php.crypto.literal-key-or-iv
    openssl_encrypt($data, "aes-256-cbc", $key, 0, $iv);
}

function randoms() {
    // ruleid: php.random.predictable-token, php.crypto.weak-digest
    $token = md5(uniqid(rand(), true));
    // ruleid: php.random.predictable-token
    $resetToken = mt_rand(100000, 999999);
    // ok: php.random.predictable-token
    $token = bin2hex(random_bytes(16));
    // ok: php.random.predictable-token
    $color = mt_rand(0, 255);
    // ruleid: php.random.seeded-generator
    mt_srand(42);
    // ok: php.random.seeded-generator
    $n = random_int(1, 6);
}

function transport($ch, $client) {
    // ruleid: php.tls.certificate-check-off
    curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);
    // ruleid: php.tls.certificate-check-off
    curl_setopt($ch, CURLOPT_SSL_VERIFYHOST, 0);
    // ruleid: php.tls.certificate-check-off
    $c = new Client(['timeout' => 5, 'verify' => false]);
    // ruleid: php.tls.certificate-check-off
    $ctx = stream_context_create(['ssl' => ['verify_peer' => false]]);
    // ok: php.tls.certificate-check-off
    curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, true);
    // ok: php.tls.certificate-check-off
    $c = new Client(['verify' => '/etc/ca.pem']);
}

function compare($stored, $body, $key, $mac) {
    // ruleid: php.crypto.loose-hash-comparison, php.crypto.weak-digest
    if (md5($body) == $stored) {
        return 1;
    }
    // ruleid: php.crypto.loose-hash-comparison
    if ($mac != hash_hmac('sha256', $body, $key)) {
        return 2;
    }
    // ok: php.crypto.loose-hash-comparison
    if (hash_equals($mac, hash_hmac('sha256', $body, $key))) {
        return 3;
    }
    // ruleid: php.crypto.hmac-timing
    if ($mac === hash_hmac('sha256', $body, $key)) {
        return 4;
    }
    // ok: php.crypto.hmac-timing
    return hash_equals(hash_hmac('sha256', $body, $key), $mac);
}

function tokens($payload, $jwt, $key, $xml) {
    // ruleid: php.jwt.none-or-literal-key
    JWT::encode($payload, "change-me", "HS256");
    // ruleid: php.jwt.none-or-literal-key
    JWT::decode($jwt, new Key("change-me", "HS256"));
    // ok: php.jwt.none-or-literal-key
    JWT::decode($jwt, new Key(getenv("JWT_KEY"), "HS256"));
    // ok: php.jwt.none-or-literal-key
    JWT::encode($payload, $key, "HS256");
    // ruleid: php.xml.external-entities
    libxml_disable_entity_loader(false);
    // ruleid: php.xml.external-entities
    simplexml_load_string($xml, 'SimpleXMLElement', LIBXML_NOENT | LIBXML_NONET);
    $doc = new DOMDocument();
    // ruleid: php.xml.external-entities
    $doc->loadXML($xml, LIBXML_NOENT);
    // ok: php.xml.external-entities
    $doc->loadXML($xml, LIBXML_NONET);
    // ok: php.xml.external-entities
    simplexml_load_string($xml);
}
