// node build.mjs OUT: the front end as one file, "<style>…</style>\n<script>…</script>\n". Same sources, same bytes.
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { bundling, licences } from './bundling.mjs';

// What would end its element, be stopped by the page's policy or read data as markup must not come in, also not from a library.
const refused = [
  '</script', '</style', '<!--', '\r', '\0', 'innerHTML', 'outerHTML', 'insertAdjacentHTML', 'createContextualFragment', 'DOMParser',
  'document.write', 'eval(', 'new Function', "setAttribute('style'", 'setAttribute("style"', 'localStorage', 'sessionStorage',
  'fetch(', 'XMLHttpRequest', 'import(', '@import', 'url(',
];

async function bundle(entry, format) {
  const result = await build({
    ...bundling, entryPoints: [entry], outdir: 'out', write: false, metafile: true, minify: true, charset: 'utf8', target: 'es2022',
    legalComments: 'none', ...format,
  });
  const text = licences(Object.values(result.metafile.outputs)[0]) + result.outputFiles[0].text.trim();
  const found = refused.find((word) => text.includes(word));
  if (found !== undefined) throw new Error(`${entry} brings in ${JSON.stringify(found)}, which must not stand in a report`);
  return text;
}

const [out] = process.argv.slice(2);
try {
  if (!out) throw new Error('usage: node build.mjs OUT');
  const style = await bundle('src/style.css', {});
  const script = await bundle('src/main.ts', { format: 'iife' });
  writeFileSync(out, `<style>${style}</style>\n<script>${script}</script>\n`);
} catch (error) {
  console.error(`build.mjs: ${error.message}`);
  process.exitCode = 1;
}
