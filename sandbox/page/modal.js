// A modal that the bot opened: a dialog that holds the focus, checks what was filled in, and stays open until the bot took it.
import { button, element } from './dom.js';
import { createField } from './modal-fields.js';

let open = null;
const handled = new Set();
const known = new Set();

/** Opens the modal that the person was shown last, unless it was there before the page was, or is over. */
export function drawModal(state, submit) {
  const { modal, person } = state;
  const isFirst = !known.has(person);
  known.add(person);
  if (!modal || handled.has(modal.interactionId)) return;
  handled.add(modal.interactionId);
  if (!isFirst) show(modal, state, submit);
}

function show(modal, state, submit) {
  open?.close();
  const fields = modal.components.flatMap((component) => createField(component, state) ?? []);
  const error = element('p', 'modal-error');
  error.setAttribute('role', 'alert');
  const dialog = element('dialog', 'modal');
  const cancel = button('button secondary', 'Cancel', () => dialog.close());
  const done = element('button', 'button primary', 'Submit');
  const title = element('h2', '', modal.title);
  title.id = 'modal-title';
  const exit = button('text-link exit', '✕', () => dialog.close());
  exit.setAttribute('aria-label', 'Close');
  const form = element(
    'form',
    '',
    element('header', '', element('span', 'avatar bot'), title, exit),
    element('div', 'modal-fields', ...fields.map(({ box }) => box)),
    element('div', 'modal-foot', error, element('div', 'modal-buttons', cancel, done)),
  );
  form.noValidate = true;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void sendIt({ modal, fields, dialog, done, error }, submit);
  });
  dialog.append(form);
  dialog.dataset.testid = 'modal';
  dialog.setAttribute('aria-labelledby', title.id);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (open === dialog) open = null;
  });
  document.body.append(dialog);
  dialog.showModal();
  open = dialog;
  fields.find(({ focus }) => focus)?.focus();
}

async function sendIt({ modal, fields, dialog, done, error }, submit) {
  const wrong = fields.filter((field) => !field.check());
  if (wrong.length > 0) return wrong[0].focus();
  const values = Object.fromEntries(fields.flatMap(({ id, value }) => (id ? [[id, value()]] : [])));
  done.disabled = true;
  error.textContent = '';
  const answer = await submit(modal.interactionId, values);
  done.disabled = false;
  if (answer?.ok) dialog.close();
  else error.textContent = 'Something went wrong. Try again.';
}
