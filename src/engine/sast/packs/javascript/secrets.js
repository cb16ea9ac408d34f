const mysql = require('mysql2');
const mongoose = require('mongoose');
const nodemailer = require('nodemailer');
const AWS = require('aws-sdk');
const OpenAI = require('openai');
const { Strategy: GitHubStrategy } = require('passport-github2');

// ruleid: javascript.secrets.database-password
const db = mysql.createConnection({ host: 'localhost', user: 'app', password: 'change-me' });
// ok: javascript.secrets.database-password
const db2 = mysql.createConnection({ host: 'localhost', user: 'app', password: process.env.DB_PASSWORD });
// ruleid: javascript.secrets.connection-address-password
mongoose.connect('mongodb://app:change-me@db.example.com/app');
// ok: javascript.secrets.connection-address-password
mongoose.connect('mongodb://db.example.com:27017/app');
// ruleid: javascript.secrets.mail-password
nodemailer.createTransport({ host: 'mail.example.com', auth: { user: 'app', pass: 'change-me' } });
// ok: javascript.secrets.mail-password
nodemailer.createTransport({ host: 'mail.example.com', auth: { user: 'app', pass: process.env.MAIL_PASSWORD } });
// ruleid: javascript.secrets.cloud-key
AWS.config.update({ accessKeyId: 'EXAMPLE', secretAccessKey: 'change-me-EXAMPLE' });
// ok: javascript.secrets.cloud-key
AWS.config.update({ accessKeyId: process.env.KEY_ID, secretAccessKey: process.env.SECRET });
// ruleid: javascript.secrets.api-client-key
const ai = new OpenAI({ apiKey: 'change-me-EXAMPLE-key' });
// ok: javascript.secrets.api-client-key
const ai2 = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });
// ruleid: javascript.secrets.authorization-header
fetch('https://example.com', { headers: { Authorization: 'Bearer EXAMPLE-change-me-EXAMPLE' } });
// ok: javascript.secrets.authorization-header
fetch('https://example.com', { headers: { Authorization: `Bearer ${token}` } });
// ruleid: javascript.secrets.passport-client-secret
passport.use(new GitHubStrategy({ clientID: 'app', clientSecret: 'change-me-EXAMPLE' }, done));
// ok: javascript.secrets.passport-client-secret
passport.use(new GitHubStrategy({ clientID: 'app', clientSecret: process.env.CLIENT_SECRET }, done));
// ruleid: javascript.secrets.default-for-environment
const secret = process.env.JWT_SECRET || 'change-me';
// ok: javascript.secrets.default-for-environment
const port = process.env.PORT || '3000';

function debug(user) {
  // ruleid: javascript.secrets.logged-value
  console.log('login', user.password);
  // ruleid: javascript.secrets.logged-value
  console.log(`token ${session.accessToken}`);
  // ok: javascript.secrets.logged-value
  console.log('password changed');
}
