const inspector = require('inspector');
const { VM } = require('vm2');

function buffers(input, size) {
  // ruleid: javascript.code.buffer-unsafe-allocation
  const a = Buffer.allocUnsafe(size);
  // ok: javascript.code.buffer-unsafe-allocation
  const b = Buffer.alloc(size);
  // ruleid: javascript.code.buffer-constructor
  const c = new Buffer(input);
  // ok: javascript.code.buffer-constructor
  const d = Buffer.from(input);
  // ok: javascript.code.buffer-constructor
  const e = new Buffer('abc', 'utf8');
  // ruleid: javascript.code.buffer-no-assert
  a.readUInt32LE(size, true);
  // ok: javascript.code.buffer-no-assert
  a.readUInt32LE(size);
}

function marks(level) {
  // ruleid: javascript.code.bidirectional-character
  const admin = level === 'user‮';
  // ok: javascript.code.bidirectional-character
  const mark = level === '\u202e';
  return admin || mark;
}

function sandbox() {
  // ruleid: javascript.code.vm2-sandbox
  const box = new VM({ timeout: 100 });
  // ok: javascript.code.vm2-sandbox
  const other = new Map();
  return [box, other];
}

// ruleid: javascript.web.inspector-opened
inspector.open(9229, '0.0.0.0');
// ok: javascript.web.inspector-opened
inspector.url();
