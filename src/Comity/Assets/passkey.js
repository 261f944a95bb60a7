// Passkeys: the browser makes and uses them; the node's API says what it wants and takes the answer.
'use strict';

const send = (path, body, form) => fetch('/api/v1/' + path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...(form ? { 'X-Comity-Form': form } : {}) },
  body: JSON.stringify(body),
}).then(async answer => answer.ok ? answer.json() : Promise.reject(new Error((await answer.json()).title)));

for (const part of window.PublicKeyCredential?.parseRequestOptionsFromJSON ? document.querySelectorAll('[data-passkey]') : []) {
  const said = part.querySelector('[data-said]');
  const form = document.querySelector('input[name="__RequestVerificationToken"]')?.value;
  part.hidden = false;
  part.querySelector('button').addEventListener('click', async () => {
    said.textContent = '';
    try {
      const { code, label, next } = part.dataset;
      if (part.dataset.passkey === 'sign-in') {
        const { options, ticket } = await send('session/passkey/options', {});
        const credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
        await send('session/passkey', { ticket, credential });
      } else {
        const path = code ? 'enrolment/passkey' : 'me/passkeys';
        const { options, ticket } = await send(path + '/options', { code }, form);
        const credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
        await send(path, { code, ticket, credential, label: part.querySelector('input')?.value || label }, form);
      }
      location.assign(next);
    } catch {
      said.textContent = said.dataset.failed;
    }
  });
}
