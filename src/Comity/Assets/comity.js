// What a page does better with a script. Nothing here is needed for any job.
'use strict';

// A person who sent a faulty form stands at the summary of what is wrong.
document.querySelector('.govuk-error-summary')?.focus();

// On a narrow screen the sections fold away behind a button.
for (const menu of document.querySelectorAll('.comity-menu')) {
  menu.hidden = false;
  menu.setAttribute('aria-expanded', 'false');
  menu.addEventListener('click', () =>
    menu.setAttribute('aria-expanded', String(menu.getAttribute('aria-expanded') === 'false')));
}

// A form sent twice by an impatient hand is sent once.
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = 'yes';
  setTimeout(() => delete form.dataset.sent, 2000);
});
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => delete form.dataset.sent));

// A scanner types the lines of a machine-readable zone with Enter between and after them. Enter after a line that
// another may follow waits for it a moment; any other Enter sends the form.
for (const scan of document.querySelectorAll('[data-scan]')) {
  let waiting;
  scan.addEventListener('input', () => clearTimeout(waiting));
  scan.addEventListener('keydown', event => {
    clearTimeout(waiting);
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    const { selectionStart: from, selectionEnd: to, value } = scan;
    scan.value = value.slice(0, from) + '\n' + value.slice(to);
    scan.selectionStart = scan.selectionEnd = from + 1;
    waiting = setTimeout(() => scan.form.requestSubmit(), mayGoOn(scan.value) ? 300 : 0);
  });
}

// Zones are two lines of 44 or 36 characters, or three of 30.
function mayGoOn(text) {
  const lines = text.split(/\s+/).filter(line => line.length > 0);
  return [44, 36, 30].includes(lines.at(-1)?.length) && lines.length < (lines[0].length === 30 ? 3 : 2);
}
