// node test.mjs: tests/*.test.ts with node's own test runner.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundling, here } from './bundling.mjs';

const out = join(here, 'tests-built');
const tests = readdirSync(join(here, 'tests')).filter((name) => name.endsWith('.test.ts')).sort();
await build({
  ...bundling, entryPoints: tests.map((name) => join('tests', name)), platform: 'node', format: 'esm', target: 'node18', outdir: out,
  outExtension: { '.js': '.mjs' },
});
const built = tests.map((name) => join(out, name.replace(/\.ts$/, '.mjs')));
process.exitCode = spawnSync(process.execPath, ['--test', ...built], { stdio: 'inherit' }).status ?? 1;
