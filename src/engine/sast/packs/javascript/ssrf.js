const http = require('http');
const net = require('net');
const axios = require('axios');
const puppeteer = require('puppeteer');
const httpProxy = require('http-proxy');
const app = require('express')();

app.get('/fetch', async (req, res) => {
  // ruleid: javascript.ssrf.request-taint
  const a = await axios.get(req.query.url);
  // ruleid: javascript.ssrf.request-taint
  const b = await fetch('https://' + req.params.host + '/status');
  // ruleid: javascript.ssrf.request-taint
  http.get(req.body.url, (answer) => answer.pipe(res));
  // ok: javascript.ssrf.request-taint
  const c = await fetch('https://api.example.com/users/' + req.params.id);
  // ok: javascript.ssrf.request-taint
  const d = await axios.post('https://api.example.com/log', { text: req.body.text });
  // ok: javascript.ssrf.request-taint
  const e = await axios.get(`https://api.example.com/find?q=${encodeURIComponent(req.query.q)}`);
  // ruleid: javascript.ssrf.host-taint
  net.connect(80, req.query.host);
  // ok: javascript.ssrf.host-taint
  net.connect(80, 'example.com');
  res.json([a, b, c, d, e]);
});

app.post('/shot', async (req, res) => {
  // ruleid: javascript.ssrf.browser-without-sandbox
  const browser = await puppeteer.launch({ args: ['--no-sandbox', '--disable-gpu'] });
  // ok: javascript.ssrf.browser-without-sandbox
  const other = await puppeteer.launch({ args: ['--disable-gpu'] });
  const page = await browser.newPage();
  // ruleid: javascript.ssrf.browser-navigation-taint
  await page.goto(req.body.url);
  // ok: javascript.ssrf.browser-navigation-taint
  await page.goto('https://example.com/?q=' + encodeURIComponent(req.body.q));
  // ruleid: javascript.ssrf.browser-content-taint
  await page.setContent(`<h1>${req.body.title}</h1>`);
  // ok: javascript.ssrf.browser-content-taint
  await page.setContent('<h1>Report</h1>');
  // ruleid: javascript.ssrf.browser-evaluate-taint
  await page.evaluate(`show("${req.body.title}")`);
  // ok: javascript.ssrf.browser-evaluate-taint
  await page.evaluate((title) => show(title), req.body.title);
});

const proxy = httpProxy.createProxyServer({});
app.use('/proxy', (req, res) => {
  // ruleid: javascript.ssrf.proxy-target-taint
  proxy.web(req, res, { target: req.query.target });
  // ok: javascript.ssrf.proxy-target-taint
  proxy.web(req, res, { target: 'https://inner.example.com' });
});

// ruleid: javascript.ssrf.cloud-metadata-address
fetch('http://169.254.169.254/latest/meta-data/');
// ok: javascript.ssrf.cloud-metadata-address
fetch('http://example.com/latest/meta-data/');
