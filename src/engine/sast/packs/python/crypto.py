import crypt
import hashlib
import hmac
import os
import random
import secrets
import uuid

import bcrypt
# ruleid: python.crypto.pycrypto-import
from Crypto.Cipher import AES, DES, PKCS1_OAEP, PKCS1_v1_5
# ruleid: python.crypto.pycrypto-import
from Crypto.Hash import MD5, SHA256
# ruleid: python.crypto.pycrypto-import
from Crypto.PublicKey import RSA
# ok: python.crypto.pycrypto-import
# ruleid: python.crypto.cryptodome-import
from Cryptodome.Random import get_random_bytes
from cryptography.fernet import Fernet
# ok: python.crypto.cryptodome-import
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC


def digests(data, flag):
    # ruleid: python.crypto.weak-hash-library
    a = MD5.new(data)
    # ruleid: python.crypto.weak-hash-library
    b = hashes.SHA1()
    # ok: python.crypto.weak-hash-library
    c = SHA256.new(data)
    # ruleid: python.crypto.weak-hash
    d = hashlib.md5(data)
    # ruleid: python.crypto.weak-hash
    e = hashlib.new("SHA1", data)
    # ruleid: python.crypto.weak-hash
    f = hashlib.sha1(data, usedforsecurity=True)
    # ok: python.crypto.weak-hash
    g = hashlib.md5(data, usedforsecurity=False)
    # ok: python.crypto.weak-hash
    h = hashlib.md5(data, usedforsecurity=flag)
    # ok: python.crypto.weak-hash
    i = hashlib.new("sha256", data)
    # ruleid: python.crypto.weak-hash
    j = crypt.mksalt(crypt.METHOD_MD5)
    return a, b, c, d, e, f, g, h, i, j


def store(password, content):
    # ruleid: python.crypto.password-hash
    a = hashlib.sha256(password.encode()).hexdigest()
    # ok: python.crypto.password-hash
    b = hashlib.sha256(content).hexdigest()
    # ok: python.crypto.password-hash
    c = hashlib.scrypt(password, salt=os.urandom(16), n=16384, r=8, p=1)
    return a, b, c


def ciphers(key, nonce):
    # ruleid: python.crypto.weak-cipher
    a = DES.new(key, DES.MODE_CBC, nonce)
    # ruleid: python.crypto.weak-cipher
    b = algorithms.TripleDES(key)
    # ok: python.crypto.weak-cipher
    c = algorithms.AES(key)
    # ruleid: python.crypto.ecb-mode
    d = Cipher(c, modes.ECB())
    # ok: python.crypto.ecb-mode
    e = Cipher(c, modes.GCM(nonce))
    # ruleid: python.crypto.pycryptodome-ecb
    f = AES.new(key, AES.MODE_ECB)
    # ok: python.crypto.pycryptodome-ecb
    g = AES.new(key, AES.MODE_GCM, nonce=nonce)
    return a, b, c, d, e, f, g


def keys():
    # ruleid: python.crypto.small-key
    a = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    # ruleid: python.crypto.small-key
    b = RSA.generate(1024)
    # ruleid: python.crypto.small-key
    c = ec.generate_private_key(ec.SECP192R1())
    # ruleid: python.crypto.small-key
    d = dsa.generate_private_key(1024)
    # ok: python.crypto.small-key
    e = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    # ok: python.crypto.small-key
    f = ec.generate_private_key(ec.SECP256R1())
    return a, b, c, d, e, f


def fixed(data):
    # ruleid: python.crypto.fixed-key
    a = Fernet("change-me-change-me-change-me")
    # ruleid: python.crypto.fixed-key
    b = AES.new(b"EXAMPLEEXAMPLE16", AES.MODE_GCM)
    # ok: python.crypto.fixed-key
    c = Fernet(os.environ["FERNET_KEY"])
    # ruleid: python.crypto.fixed-nonce
    d = modes.CBC(b"0000000000000000")
    # ruleid: python.crypto.fixed-nonce
    e = AES.new(data, AES.MODE_CBC, b"\x00" * 16)
    # ok: python.crypto.fixed-nonce
    f = modes.CBC(os.urandom(16))
    return a, b, c, d, e, f


def rsa_encrypt(key, data):
    # ruleid: python.crypto.rsa-pkcs1v15
    a = key.encrypt(data, padding.PKCS1v15())
    # ruleid: python.crypto.rsa-pkcs1v15
    b = PKCS1_v1_5.new(key)
    # ok: python.crypto.rsa-pkcs1v15
    c = PKCS1_OAEP.new(key)
    # ok: python.crypto.rsa-pkcs1v15
    d = key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return a, b, c, d


def derive(word, salt):
    # ruleid: python.crypto.few-iterations
    a = hashlib.pbkdf2_hmac("sha256", word, salt, 1000)
    # ok: python.crypto.few-iterations
    b = hashlib.pbkdf2_hmac("sha256", word, salt, 600000)
    # ruleid: python.crypto.few-iterations
    c = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=5000)
    # ruleid: python.crypto.fixed-salt
    d = hashlib.pbkdf2_hmac("sha256", word, b"salt", 600000)
    # ok: python.crypto.fixed-salt
    e = bcrypt.hashpw(word, bcrypt.gensalt())
    return a, b, c, d, e


def verify(key, body, signature):
    mac = hmac.new(key, body, hashlib.sha256)
    # ruleid: python.crypto.digest-comparison
    if mac.hexdigest() == signature:
        return True
    # ruleid: python.crypto.digest-comparison
    if hmac.new(key, body, hashlib.sha256).hexdigest() != signature:
        return False
    # ok: python.crypto.digest-comparison
    return hmac.compare_digest(mac.hexdigest(), signature)


def tokens(letters):
    # ruleid: python.crypto.random-call, python.crypto.random-secret
    token = "".join(random.choice(letters) for _ in range(20))
    # ok: python.crypto.random-secret
    session_id = secrets.token_urlsafe()
    # ok: python.crypto.random-secret
    # ruleid: python.crypto.random-call
    delay = random.uniform(1, 2)
    # ok: python.crypto.random-call
    number = secrets.randbelow(10)
    # ruleid: python.crypto.uuid1-token
    reset_token = uuid.uuid1().hex
    # ok: python.crypto.uuid1-token
    reset_token = uuid.uuid4().hex
    # ok: python.crypto.uuid1-token
    row_id = uuid.uuid1()
    return token, session_id, delay, number, reset_token, row_id, get_random_bytes(1)
