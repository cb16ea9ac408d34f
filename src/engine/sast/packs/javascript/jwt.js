const jwt = require('jsonwebtoken');
const { jwtVerify, SignJWT } = require('jose');
const { Strategy: OAuth2Strategy } = require('passport-oauth2');
const key = process.env.TOKEN_KEY;

function check(token) {
  // ruleid: javascript.jwt.none-algorithm
  const a = jwt.verify(token, key, { algorithms: ['HS256', 'none'] });
  // ok: javascript.jwt.none-algorithm, javascript.jwt.verify-without-algorithms, javascript.jwt.ignore-expiration, javascript.secrets.jwt-secret
  const b = jwt.verify(token, key, { algorithms: ['HS256'] });
  // ruleid: javascript.jwt.verify-without-algorithms
  const c = jwt.verify(token, key);
  // ruleid: javascript.jwt.ignore-expiration
  const d = jwt.verify(token, key, { algorithms: ['HS256'], ignoreExpiration: true });
  return [a, b, c, d];
}

function whoami(token) {
  // ruleid: javascript.jwt.decode-without-verify
  return jwt.decode(token).sub;
}

function header(token) {
  // ok: javascript.jwt.decode-without-verify
  const kid = jwt.decode(token, { complete: true }).header.kid;
  return jwt.verify(token, keys[kid], { algorithms: ['RS256'] });
}

async function issue(user, token) {
  // ruleid: javascript.secrets.jwt-secret
  const a = jwt.sign({ sub: user.id }, 'change-me', { expiresIn: '1h' });
  // ruleid: javascript.secrets.jwt-secret
  const b = await jwtVerify(token, new TextEncoder().encode('change-me'));
  // ruleid: javascript.jwt.sensitive-content
  const c = jwt.sign({ sub: user.id, password: user.password }, key, { expiresIn: '1h' });
  // ok: javascript.jwt.sensitive-content, javascript.jwt.no-expiry
  const d = jwt.sign({ sub: user.id }, key, { expiresIn: '1h' });
  // ruleid: javascript.jwt.no-expiry
  const e = jwt.sign({ sub: user.id }, key);
  return [a, b, c, d, e];
}

// ruleid: javascript.web.passport-oauth-state-off
passport.use(new OAuth2Strategy({ clientID: id, callbackURL: '/cb', state: false }, done));
// ok: javascript.web.passport-oauth-state-off
passport.use(new OAuth2Strategy({ clientID: id, callbackURL: '/cb', state: true }, done));
// ruleid: javascript.web.saml-signature-unchecked
passport.use(new SamlStrategy({ callbackUrl: '/saml', idpCert: cert, wantAssertionsSigned: false }, done));
// ok: javascript.web.saml-signature-unchecked
passport.use(new SamlStrategy({ callbackUrl: '/saml', idpCert: cert, wantAssertionsSigned: true }, done));

async function login(req, res) {
  const user = await User.findOne({ name: String(req.body.name) });
  // ruleid: javascript.web.plain-password-compare
  if (user.password === req.body.password) {
    return res.redirect('/');
  }
  // ok: javascript.web.plain-password-compare
  if (req.body.password === req.body.repeated) {
    return res.end();
  }
  return res.status(401).end();
}
