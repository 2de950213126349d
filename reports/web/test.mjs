// node test.mjs: tests/*.test.ts with node's own test runner.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'tests-built');
const tests = readdirSync(join(here, 'tests')).filter((name) => name.endsWith('.test.ts')).sort();
await build({
  absWorkingDir: here, entryPoints: tests.map((name) => join('tests', name)), bundle: true, platform: 'node', format: 'esm', target: 'node18',
  outdir: out, outExtension: { '.js': '.mjs' }, logLevel: 'warning',
});
const built = tests.map((name) => join(out, name.replace(/\.ts$/, '.mjs')));
process.exitCode = spawnSync(process.execPath, ['--test', ...built], { stdio: 'inherit' }).status ?? 1;
