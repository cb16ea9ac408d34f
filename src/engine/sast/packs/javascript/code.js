const vm = require('vm');
const safeEval = require('safe-eval');
const express = require('express');
const app = express();

app.get('/calc', (req, res) => {
  const formula = req.query.formula;
  // ruleid: javascript.code.eval-taint, javascript.code.eval-non-literal
  const total = eval(formula);
  // ruleid: javascript.code.eval-taint, javascript.code.function-constructor
  const run = new Function('a', 'return a * ' + req.query.factor);
  const factor = Number(req.query.factor);
  // ok: javascript.code.eval-taint
  // ruleid: javascript.code.function-constructor
  const safe = new Function('a', 'return a * ' + factor);
  // ok: javascript.code.eval-taint, javascript.code.eval-non-literal
  const root = eval('this');
  // ok: javascript.code.function-constructor
  const world = new Function('return this');
  // ruleid: javascript.code.vm-taint, javascript.code.vm-non-literal
  vm.runInNewContext(formula, {});
  // ok: javascript.code.vm-taint, javascript.code.vm-non-literal
  vm.runInNewContext('1 + 1', {});
  // ruleid: javascript.code.expression-evaluator-taint
  safeEval(formula);
  // ok: javascript.code.expression-evaluator-taint
  safeEval('1 + 2');
  res.json(total);
});

function page() {
  const q = location.hash.slice(1);
  // ruleid: javascript.code.eval-location, javascript.code.eval-non-literal
  eval(q);
  // ok: javascript.code.eval-location
  document.title = q;
  // ok: javascript.code.eval-location
  eval('init()');
}

function timers(name, fn) {
  // ruleid: javascript.code.timer-string
  setTimeout('greet("' + name + '")', 100);
  // ruleid: javascript.code.timer-string
  setInterval(`refresh(${name})`, 1000);
  // ok: javascript.code.timer-string
  setTimeout(() => fn(name), 100);
  // ok: javascript.code.timer-string
  setTimeout(fn, 100 + name);
}

app.get('/plugin/:name', async (req, res) => {
  // ruleid: javascript.code.require-taint, javascript.code.non-literal-require
  const plugin = require('./plugins/' + req.params.name);
  // ruleid: javascript.code.require-taint
  const late = await import(req.query.module);
  // ok: javascript.code.require-taint, javascript.code.non-literal-require
  const fs = require('fs');
  // ruleid: javascript.code.method-name-taint
  plugin[req.query.action](req);
  // ok: javascript.code.method-name-taint
  plugin.start(req.query.action);
});
