const serialize = require('node-serialize');
const yaml = require('js-yaml');
const v8 = require('v8');
const _ = require('lodash');
const app = require('express')();

app.post('/load', (req, res) => {
  // ruleid: javascript.deserialization.node-serialize
  const a = serialize.unserialize(req.cookies.profile);
  // ok: javascript.deserialization.node-serialize
  const b = JSON.parse(req.cookies.profile);
  // ruleid: javascript.deserialization.yaml-unsafe-schema
  const c = yaml.load(text, { schema: yaml.DEFAULT_FULL_SCHEMA });
  // ok: javascript.deserialization.yaml-unsafe-schema
  const d = yaml.load(text, { schema: yaml.JSON_SCHEMA });
  // ruleid: javascript.deserialization.yaml-load-taint
  const e = yaml.load(req.body.config);
  // ok: javascript.deserialization.yaml-load-taint
  const f = yaml.safeLoad(req.body.config);
  // ruleid: javascript.deserialization.v8-taint
  const g = v8.deserialize(Buffer.from(req.body.state, 'base64'));
  // ok: javascript.deserialization.v8-taint
  const h = v8.deserialize(v8.serialize(state));
  res.json([a, b, c, d, e, f, g, h]);
});

app.post('/settings', (req, res) => {
  // ruleid: javascript.prototype.merge-taint
  _.merge(settings, req.body);
  // ok: javascript.prototype.merge-taint
  _.merge(settings, defaults);
  // ruleid: javascript.prototype.path-taint
  _.set(settings, req.body.path, req.body.value);
  // ok: javascript.prototype.path-taint
  _.set(settings, 'user.name', req.body.value);
  // ruleid: javascript.prototype.nested-key-taint, javascript.prototype.key-taint
  settings[req.body.group][req.body.key] = req.body.value;
  // ok: javascript.prototype.nested-key-taint
  settings.groups[Number(req.body.group)][0] = req.body.value;
  // ruleid: javascript.prototype.key-taint
  settings[req.body.key] = req.body.value;
  // ok: javascript.prototype.key-taint
  settings.theme = req.body.value;
  res.end();
});

function merge(target, source) {
  for (const key in source) {
    if (typeof source[key] === 'object') {
      // ruleid: javascript.prototype.recursive-merge
      merge(target[key], source[key]);
    } else {
      target[key] = source[key];
    }
  }
  return target;
}

function deepMerge(target, source) {
  for (const key in source) {
    if (key === '__proto__' || key === 'constructor') continue;
    if (typeof source[key] === 'object') {
      // ok: javascript.prototype.recursive-merge
      deepMerge(target[key], source[key]);
    } else {
      target[key] = source[key];
    }
  }
}

function inherit(child, parent) {
  // ruleid: javascript.prototype.proto-assignment
  child.__proto__ = parent;
  // ok: javascript.prototype.proto-assignment
  Object.setPrototypeOf(child, parent);
}

function mergeKnown(target, source) {
  for (const key of Object.keys(source)) {
    if (SPECIAL.has(key)) {
      continue;
    }
    // ok: javascript.prototype.recursive-merge
    merge(target[key], source[key]);
  }
}

app.post('/profile', (req, res) => {
  // ruleid: javascript.deserialization.node-serialize
  const profile = require('node-serialize').unserialize(req.cookies.profile);
  // ok: javascript.deserialization.node-serialize
  res.json(require('./node-serialize').serialize(profile));
});

app.post('/sections', (req, res) => {
  const shown = {};
  // ok: javascript.prototype.key-taint
  shown['section_' + req.body.section] = true;
  // ok: javascript.prototype.key-taint
  shown[`${req.body.section}Id`] = true;
  // ruleid: javascript.prototype.key-taint
  shown[req.body.section] = true;
});
