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

/** A colour as Discord gives it, for CSS; null for the one that means none. */
export function colourOf(number) {
  return number ? `#${number.toString(16).padStart(6, '0')}` : null;
}

/** The name of a person in the colour of their highest role. */
export function nameColour(person, state) {
  const roles = state.roles.filter(({ id, color }) => color && person?.roleIds.includes(id));
  return colourOf(roles.toSorted((a, b) => b.position - a.position)[0]?.color);
}

/** What a person is, in words. */
export function rolesOf(person, state) {
  const names = state.roles.filter(({ id }) => person?.roleIds.includes(id)).map(({ name }) => name);
  return names.length > 0 ? names.join(', ') : 'no role';
}

/** A note in the corner that goes by itself. */
export function toast(text, className = '') {
  const made = element('div', `toast ${className}`.trim(), text);
  made.dataset.testid = 'toast';
  $('toasts').append(made);
  setTimeout(() => made.remove(), 6_000);
}
