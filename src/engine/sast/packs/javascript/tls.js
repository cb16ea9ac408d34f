const https = require('https');
const tls = require('tls');
const request = require('request');
const axios = require('axios');
const WebSocket = require('ws');
const { Pool } = require('pg');
const grpc = require('@grpc/grpc-js');
const puppeteer = require('puppeteer');

// ruleid: javascript.tls.reject-unauthorized-off
const agent = new https.Agent({ rejectUnauthorized: false });
// ok: javascript.tls.reject-unauthorized-off
const strict = new https.Agent({ rejectUnauthorized: true });
// ruleid: javascript.tls.environment-reject-off
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
// ok: javascript.tls.environment-reject-off
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1';

// ruleid: javascript.tls.server-identity-ignored
tls.connect({ host: 'example.com', port: 443, checkServerIdentity: () => undefined });
// ok: javascript.tls.server-identity-ignored
tls.connect({ host: 'example.com', port: 443, checkServerIdentity: (host, cert) => tls.checkServerIdentity(host, cert) });

// ruleid: javascript.tls.strict-ssl-off
request({ url: 'https://example.com', strictSSL: false });
// ok: javascript.tls.strict-ssl-off
request({ url: 'https://example.com', strictSSL: true });

// ruleid: javascript.tls.old-protocol
https.createServer({ key, cert, minVersion: 'TLSv1' });
// ruleid: javascript.tls.old-protocol
https.createServer({ key, cert, secureProtocol: 'SSLv3_method' });
// ok: javascript.tls.old-protocol
https.createServer({ key, cert, minVersion: 'TLSv1.2' });
// ruleid: javascript.tls.weak-cipher-suite
https.createServer({ key, cert, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:RC4' });
// ok: javascript.tls.weak-cipher-suite
https.createServer({ key, cert, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256:!RC4:!aNULL' });

// ruleid: javascript.tls.plain-websocket
new WebSocket('ws://example.com/feed');
// ok: javascript.tls.plain-websocket
new WebSocket('wss://example.com/feed');
// ok: javascript.tls.plain-websocket
new WebSocket('ws://localhost:8080');
// ruleid: javascript.tls.plain-http-request
axios.get('http://example.com/data.json');
// ok: javascript.tls.plain-http-request
axios.get('https://example.com/data.json');
// ok: javascript.tls.plain-http-request
fetch('http://localhost:3000/health');

// ruleid: javascript.tls.database-without-tls
const pool = new Pool({ host: 'db.example.com', ssl: false });
// ok: javascript.tls.database-without-tls
const pool2 = new Pool({ host: 'db.example.com', ssl: { ca } });

// ruleid: javascript.tls.grpc-insecure
const client = new Service('example.com:50051', grpc.credentials.createInsecure());
// ok: javascript.tls.grpc-insecure
const client2 = new Service('example.com:50051', grpc.credentials.createSsl());

// ruleid: javascript.tls.ignore-certificate-flag
puppeteer.launch({ headless: true, ignoreHTTPSErrors: true });
// ok: javascript.tls.ignore-certificate-flag
puppeteer.launch({ headless: true });
