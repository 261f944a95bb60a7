// node build.mjs OUT: makes the files that the node serves, each beside its Brotli form.
// Takes nothing from gov.uk that is reserved for gov.uk: its typeface and its crest.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
const read = (...path) => readFileSync(join(here, ...path), 'utf8');

const systemFont = 'system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif';
const govuk = read('node_modules', 'govuk-frontend', 'dist', 'govuk', 'govuk-frontend.min.css')
  .replace(/@font-face\{[^}]*\}/g, '')
  .replaceAll('GDS Transport,arial,sans-serif', systemFont)
  .replace(/[a-z-]+:[^;{}]*govuk-crest\.svg[^;}]*;?/g, '')
  .replace(/\/\*# sourceMappingURL=.*?\*\//, '');
for (const reserved of ['GDS Transport', 'url(', 'crest'])
  if (govuk.includes(reserved)) throw new Error(`the style sheet still holds ${reserved}`);

mkdirSync(out, { recursive: true });
write('comity.css', '/*! govuk-frontend 6, MIT: see NOTICE */' + govuk + read('comity.css'));
write('comity.js', read('comity.js'));
write('passkey.js', read('passkey.js'));
write('icon.svg', read('icon.svg'));
write('htmx.js', '/*! htmx 2, 0BSD: see NOTICE */' + read('node_modules', 'htmx.org', 'dist', 'htmx.min.js'));

function write(name, text) {
  const bytes = Buffer.from(text, 'utf8');
  writeFileSync(join(out, name), bytes);
  writeFileSync(join(out, name + '.br'), brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
}
