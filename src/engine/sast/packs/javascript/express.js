const express = require('express');
const path = require('path');
const cors = require('cors');
const session = require('express-session');
const cookieParser = require('cookie-parser');
const helmet = require('helmet');
const csrf = require('csurf');
const lusca = require('lusca');
const serveIndex = require('serve-index');
const methodOverride = require('method-override');
const app = express();

// ruleid: javascript.web.cors-any-origin-credentials
app.use(cors({ origin: true, credentials: true }));
// ok: javascript.web.cors-any-origin-credentials, javascript.web.cors-any-origin
app.use(cors({ origin: ['https://example.com'], credentials: true }));
// ruleid: javascript.web.cors-any-origin
app.use(cors());
app.use((req, res, next) => {
  // ruleid: javascript.web.cors-reflected-origin
  res.setHeader('Access-Control-Allow-Origin', req.headers.origin);
  // ruleid: javascript.web.cors-any-origin
  res.setHeader('Access-Control-Allow-Origin', '*');
  const origin = req.get('origin');
  if (allowed.includes(origin)) {
    // ok: javascript.web.cors-reflected-origin
    res.setHeader('Access-Control-Allow-Origin', origin);
  }
  // ok: javascript.web.cors-reflected-origin
  res.setHeader('Vary', req.headers.origin);
  next();
});

app.get('/login', (req, res) => {
  // ruleid: javascript.web.cookie-not-http-only
  res.cookie('theme', 'dark', { httpOnly: false, secure: true });
  // ruleid: javascript.web.cookie-not-secure
  res.cookie('theme', 'dark', { httpOnly: true, secure: false });
  // ok: javascript.web.cookie-not-secure, javascript.web.cookie-not-http-only, javascript.web.session-cookie-without-flags
  res.cookie('sid', newId(), { httpOnly: true, secure: true });
  // ruleid: javascript.web.session-cookie-without-flags
  res.cookie('auth_token', newId());
  // ok: javascript.web.session-cookie-without-flags
  res.cookie('theme', 'dark');
  // ruleid: javascript.web.cookie-same-site-none
  res.cookie('sid', newId(), { secure: true, sameSite: 'none' });
  // ok: javascript.web.cookie-same-site-none
  res.cookie('sid', newId(), { secure: true, sameSite: 'lax' });
});

// ruleid: javascript.secrets.session-secret
app.use(session({ secret: 'change-me', resave: false }));
// ok: javascript.secrets.session-secret
app.use(session({ secret: process.env.SESSION_SECRET, resave: false }));
// ruleid: javascript.secrets.session-secret
app.use(cookieParser('change-me'));
// ok: javascript.secrets.session-secret
app.use(cookieParser());

// ruleid: javascript.web.helmet-protection-off
app.use(helmet({ contentSecurityPolicy: false }));
// ok: javascript.web.helmet-protection-off
app.use(helmet({ crossOriginEmbedderPolicy: false }));
// ruleid: javascript.web.csp-unsafe-inline
app.use(helmet.contentSecurityPolicy({ directives: { scriptSrc: ["'self'", "'unsafe-inline'"] } }));
// ok: javascript.web.csp-unsafe-inline
app.use(helmet.contentSecurityPolicy({ directives: { scriptSrc: ["'self'"] } }));

// ruleid: javascript.web.static-dotfiles
app.use(express.static('public', { dotfiles: 'allow' }));
// ok: javascript.web.static-dotfiles
app.use(express.static('public', { dotfiles: 'ignore' }));
// ruleid: javascript.web.directory-served-whole
app.use(express.static(__dirname));
// ok: javascript.web.directory-served-whole
app.use(express.static(path.join(__dirname, 'public')));
// ruleid: javascript.web.directory-listing
app.use('/files', serveIndex('public/files'));
// ok: javascript.web.directory-listing
app.use('/files', express.static('public/files'));

// ruleid: javascript.web.trust-proxy-all
app.set('trust proxy', true);
// ok: javascript.web.trust-proxy-all
app.set('trust proxy', 1);
// ruleid: javascript.web.body-limit-large
app.use(express.json({ limit: '500mb' }));
// ok: javascript.web.body-limit-large
app.use(express.json({ limit: '1mb' }));

// ruleid: javascript.web.csrf-disabled
app.use(lusca({ csrf: false, xframe: 'DENY' }));
// ok: javascript.web.csrf-disabled
app.use(lusca({ csrf: true, xframe: 'DENY' }));

function wrong(server) {
  // ruleid: javascript.web.csrf-before-method-override
  server.use(csrf());
  server.use(methodOverride('_method'));
}

function right(server) {
  // ok: javascript.web.csrf-before-method-override
  server.use(methodOverride('_method'));
  server.use(csrf());
}

app.use((err, req, res, next) => {
  // ruleid: javascript.web.error-handler-exposed
  res.status(500).send(err.stack);
  // ok: javascript.web.error-handler-exposed
  console.error(err.stack);
});
