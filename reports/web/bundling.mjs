// How the sources become one text, for the page and for the tests.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = dirname(fileURLToPath(import.meta.url));

const scalesOfNumbers = {
  name: 'scales of numbers',
  setup(build) {
    build.onResolve({ filter: /^d3-interpolate$/ }, ({ importer }) =>
      importer.endsWith('continuous.js') ? { path: join(here, 'src/number_interpolation.ts') } : undefined);
  },
};

export const bundling = { absWorkingDir: here, bundle: true, plugins: [scalesOfNumbers], logLevel: 'warning' };

/// The licences of the packages of which something is in an output, as a comment: they must stand in every copy.
export function licences(output) {
  const packages = new Set();
  for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
    if (name && bytesInOutput > 0) packages.add(name);
  }
  const holders = new Map(); // terms → who holds the copyright of what
  for (const name of [...packages].sort()) {
    const [copyright, ...terms] = readFileSync(join(here, 'node_modules', name, 'LICENSE'), 'utf8').trim().split('\n');
    const text = terms.join('\n').trim();
    holders.set(text, [...(holders.get(text) ?? []), `${name}: ${copyright}`]);
  }
  return [...holders].map(([terms, names]) => `/*! ${names.join('\n')}\n${terms} */\n`).join('');
}
