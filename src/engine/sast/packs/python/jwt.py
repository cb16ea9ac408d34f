import os

import jwt
from jose import jwt as jose_jwt


def read(token, key):
    # ruleid: python.jwt.signature-not-verified
    a = jwt.decode(token, options={"verify_signature": False})
    # ok: python.jwt.no-algorithms, python.jwt.none-algorithm, python.jwt.signature-not-verified
    b = jwt.decode(token, key, algorithms=["RS256"])
    # ruleid: python.jwt.unverified-claims
    c = jose_jwt.get_unverified_claims(token)
    # ok: python.jwt.unverified-claims
    d = jose_jwt.decode(token, key, algorithms=["RS256"])
    # ruleid: python.jwt.none-algorithm
    e = jwt.decode(token, key, algorithms=["none"])
    # ruleid: python.jwt.mixed-algorithms
    f = jwt.decode(token, key, algorithms=["HS256", "RS256"])
    # ok: python.jwt.mixed-algorithms
    g = jwt.decode(token, key, algorithms=["RS256", "ES256"])
    # ruleid: python.jwt.no-algorithms
    h = jwt.decode(token, key)
    # ruleid: python.jwt.claim-checks-off
    i = jwt.decode(token, key, algorithms=["RS256"], options={"verify_exp": False})
    # ok: python.jwt.claim-checks-off
    j = jwt.decode(token, key, algorithms=["RS256"], options={"require": ["exp"]})
    return a, b, c, d, e, f, g, h, i, j


def write(claims):
    # ruleid: python.jwt.fixed-secret
    a = jwt.encode(claims, "change-me", algorithm="HS256")
    # ok: python.jwt.fixed-secret
    b = jwt.encode(claims, os.environ["TOKEN_KEY"], algorithm="HS256")
    # ruleid: python.jwt.none-algorithm
    c = jwt.encode(claims, None, algorithm="none")
    return a, b, c
