const crypto = require('crypto');
const { createHash, createCipheriv, generateKeyPairSync, scryptSync } = require('node:crypto');
const CryptoJS = require('crypto-js');
const bcrypt = require('bcrypt');

function encrypt(key, text, password) {
  const iv = crypto.randomBytes(16);
  // ruleid: javascript.crypto.create-cipher
  const a = crypto.createCipher('aes-256-cbc', password);
  // ruleid: javascript.crypto.weak-cipher
  const b = crypto.createCipheriv('des-ede3-cbc', key, iv);
  // ruleid: javascript.crypto.weak-cipher
  const c = CryptoJS.TripleDES.encrypt(text, key);
  // ruleid: javascript.crypto.ecb-mode
  const d = createCipheriv('aes-128-ecb', key, null);
  // ruleid: javascript.crypto.ecb-mode
  const e = CryptoJS.AES.encrypt(text, key, { mode: CryptoJS.mode.ECB });
  // ruleid: javascript.crypto.static-iv
  const f = crypto.createCipheriv('aes-256-cbc', key, Buffer.alloc(16, 0));
  // ruleid: javascript.crypto.hardcoded-key
  const g = crypto.createCipheriv('aes-128-cbc', 'change-me-please', iv);
  // ruleid: javascript.crypto.gcm-short-tag
  const h = crypto.createCipheriv('aes-256-gcm', key, iv, { authTagLength: 4 });
  // ok: javascript.crypto.create-cipher, javascript.crypto.weak-cipher, javascript.crypto.ecb-mode
  // ok: javascript.crypto.static-iv, javascript.crypto.hardcoded-key, javascript.crypto.gcm-short-tag
  const i = crypto.createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  return [a, b, c, d, e, f, g, h, i];
}

function hashes(user, data, key) {
  // ruleid: javascript.crypto.weak-hash-password
  const stored = crypto.createHash('sha256').update(user.password).digest('hex');
  // ok: javascript.crypto.weak-hash-password, javascript.crypto.weak-hash
  const sum = createHash('sha256').update(data).digest('hex');
  // ruleid: javascript.crypto.weak-hash
  const etag = createHash('md5').update(data).digest('hex');
  // ruleid: javascript.crypto.weak-hash
  const old = CryptoJS.SHA1(data);
  // ruleid: javascript.crypto.weak-signature-hash
  const sign = crypto.createSign('RSA-SHA1');
  // ok: javascript.crypto.weak-signature-hash
  const good = crypto.createSign('RSA-SHA256');
  return [stored, sum, etag, old, sign, good];
}

// ruleid: javascript.random.token-math-random, javascript.random.math-random
const resetToken = Math.random().toString(36).slice(2);
// ok: javascript.random.token-math-random
// ruleid: javascript.random.math-random
const delay = 100 + Math.random() * 50;
// ok: javascript.random.token-math-random, javascript.random.math-random
const sessionToken = crypto.randomBytes(32).toString('hex');
// ruleid: javascript.random.pseudo-random-bytes
const seed = crypto.pseudoRandomBytes(16);
// ok: javascript.random.pseudo-random-bytes
const better = crypto.randomBytes(16);
// ruleid: javascript.random.token-math-random
function makeApiKey() {
  // ruleid: javascript.random.math-random
  return 'k' + Math.random();
}

// ruleid: javascript.crypto.short-rsa-key
const small = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
// ok: javascript.crypto.short-rsa-key
const large = generateKeyPairSync('rsa', { modulusLength: 3072 });

function passwords(password, salt) {
  // ruleid: javascript.crypto.pbkdf2-few-iterations
  const a = crypto.pbkdf2Sync(password, salt, 1000, 64, 'sha512');
  // ok: javascript.crypto.pbkdf2-few-iterations, javascript.crypto.static-salt
  const b = crypto.pbkdf2Sync(password, salt, 210000, 64, 'sha512');
  // ruleid: javascript.crypto.bcrypt-few-rounds
  const c = bcrypt.hashSync(password, 4);
  // ok: javascript.crypto.bcrypt-few-rounds
  const d = bcrypt.hashSync(password, 12);
  // ruleid: javascript.crypto.static-salt
  const e = crypto.scryptSync(password, 'salt', 32);
  // ok: javascript.crypto.static-salt
  const f = scryptSync(password, salt, 32);
  return [a, b, c, d, e, f];
}

function webhook(req, key) {
  const mac = crypto.createHmac('sha256', key).update(req.rawBody).digest('hex');
  // ruleid: javascript.crypto.timing-unsafe-compare
  if (req.headers['x-signature'] === mac) {
    return true;
  }
  // ok: javascript.crypto.timing-unsafe-compare
  if (mac.length !== 64) {
    return false;
  }
  // ok: javascript.crypto.timing-unsafe-compare
  return crypto.timingSafeEqual(Buffer.from(req.headers['x-signature']), Buffer.from(mac));
}

function unwrap(key, data) {
  // ruleid: javascript.crypto.rsa-pkcs1-padding
  const a = crypto.privateDecrypt({ key, padding: crypto.constants.RSA_PKCS1_PADDING }, data);
  // ok: javascript.crypto.rsa-pkcs1-padding
  const b = crypto.privateDecrypt({ key, padding: crypto.constants.RSA_PKCS1_OAEP_PADDING }, data);
  return [a, b];
}
