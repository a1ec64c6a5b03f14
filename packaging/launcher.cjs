// Starts program.cjs with V8's code cache, which spares compiling it at every boot. The cache is named after the program's own bytes
// (V8 accepts one of another source of the same length, and then runs the other program) and checked before use (a flipped byte crashes).
// Without it, or with another Node, the program is compiled as always.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

const filename = `${__dirname}/program.cjs`;
const source = readFileSync(filename, 'utf8');

const cachedData = (() => {
  try {
    const bytes = readFileSync(`${__dirname}/program-${crc32(source).toString(16)}.cache`);
    return crc32(bytes.subarray(4)) === bytes.readUInt32BE(0) ? bytes.subarray(4) : undefined;
  } catch {
    return undefined;
  }
})();

const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
const script = new Script(wrapped, { filename, cachedData });
const module_ = { exports: {} };
script.runInThisContext()(module_.exports, createRequire(filename), module_, filename, __dirname);
module.exports = { script, source };
