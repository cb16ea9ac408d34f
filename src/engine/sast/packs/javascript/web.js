const express = require('express');
const Koa = require('koa');
const { NextResponse } = require('next/server');
const escapeHtml = require('escape-html');
const app = express();

app.get('/hello', (req, res) => {
  // ruleid: javascript.xss.response-taint
  res.send('<h1>Hello ' + req.query.name + '</h1>');
  const text = `<p>${req.params.id}</p>`;
  // ruleid: javascript.xss.response-taint
  res.send(text);
  // ok: javascript.xss.response-taint
  res.send('<h1>Hello ' + escapeHtml(req.query.name) + '</h1>');
  // ok: javascript.xss.response-taint
  res.send({ name: req.query.name });
  // ok: javascript.xss.response-taint
  res.json({ name: req.query.name });
});

app.get('/go', (req, res) => {
  // ruleid: javascript.web.open-redirect
  res.redirect(req.query.next);
  // ruleid: javascript.web.open-redirect
  res.redirect(302, req.body.url);
  // ok: javascript.web.open-redirect
  res.redirect('/users/' + req.params.id);
  // ok: javascript.web.open-redirect
  res.redirect(`/users/${req.params.id}`);
  // ok: javascript.web.open-redirect
  res.redirect('/login?next=' + encodeURIComponent(req.query.next));
});

app.get('/page', (req, res) => {
  // ruleid: javascript.web.template-name-taint
  res.render(req.query.view, { title: 'Page' });
  // ok: javascript.web.template-name-taint, javascript.web.template-locals-taint
  res.render('page', { title: req.query.title });
  // ruleid: javascript.web.template-locals-taint
  res.render('page', req.query);
  // ruleid: javascript.web.header-taint
  res.setHeader(req.query.header, 'on');
  // ok: javascript.web.header-taint
  res.setHeader('X-Page', 'on');
});

app.post('/reset', (req, res) => {
  const link = 'https://' + req.headers.host + '/reset/' + token;
  // ruleid: javascript.web.host-header-link
  mailer.sendMail({ to: user.email, text: link });
  // ok: javascript.web.host-header-link
  mailer.sendMail({ to: user.email, text: config.base + '/reset/' + token });
});

const koa = new Koa();
koa.use(async (ctx) => {
  // ruleid: javascript.xss.koa-body-taint
  ctx.body = '<p>' + ctx.query.name + '</p>';
  // ok: javascript.xss.koa-body-taint
  ctx.body = { name: ctx.query.name };
  // ok: javascript.xss.koa-body-taint
  ctx.body = '<p>' + escapeHtml(ctx.query.name) + '</p>';
});

async function GET(request) {
  const name = request.nextUrl.searchParams.get('name');
  // ruleid: javascript.xss.html-response-taint
  return new Response(`<p>${name}</p>`, { headers: { 'Content-Type': 'text/html' } });
}

async function HEAD(request) {
  const name = request.nextUrl.searchParams.get('name');
  // ok: javascript.xss.html-response-taint
  return new Response(`name=${name}`, { headers: { 'Content-Type': 'text/plain' } });
}

app.post('/users', async (req, res) => {
  // ruleid: javascript.web.mass-assignment
  const user = await User.create(req.body);
  // ok: javascript.web.mass-assignment
  const other = await User.create({ name: req.body.name });
  res.json({ user, other });
});

app.use(async (req, res) => {
  const answer = await fetch(ORIGIN, { headers: req.headers });
  for (const [key, value] of answer.headers) {
    // ok: javascript.web.header-taint
    res.setHeader(key, value);
  }
});

export async function GET(request) {
  const { searchParams } = new URL(request.url);
  // ruleid: javascript.web.open-redirect
  return NextResponse.redirect(searchParams.get('next'));
}

export async function POST(request) {
  // ok: javascript.web.open-redirect
  return NextResponse.redirect(new URL('/login', request.url));
}

app.get('/topics', (req, res) => {
  // ok: javascript.web.open-redirect
  res.redirect('/topic/' + req.query.topic + '/' + req.query.name);
});
