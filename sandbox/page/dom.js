// Small helpers to make elements. Text only ever becomes text, never markup.

/** The element with this id. */
export const $ = (id) => document.getElementById(id);

/** A new element with a class and children; a string child becomes text. */
export function element(tag, className = '', ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** A button that does something. */
export function button(className, label, onClick) {
  const made = element('button', className, label);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

/** The round picture of a person or of the bot. */
export function avatar(person, className = '') {
  const initial = person?.bot ? '' : (person?.displayName?.[0] ?? '?');
  const made = element('span', `avatar ${person?.bot ? 'bot' : ''} ${className}`.trim(), initial);
  made.dataset.who = person?.displayName?.toLowerCase() ?? '';
  made.setAttribute('aria-hidden', 'true');
  return made;
}

/** A note in the corner that goes by itself. */
export function toast(text, className = '') {
  const made = element('div', `toast ${className}`.trim(), text);
  made.dataset.testid = 'toast';
  $('toasts').append(made);
  setTimeout(() => made.remove(), 6_000);
}
