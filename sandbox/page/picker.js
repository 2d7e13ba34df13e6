// A select menu as Discord draws it: a button that opens a list, which is searched, walked with arrows, and chosen from.
import { element } from './dom.js';
import { entriesOf, preselected } from './entries.js';

let made = 0;

/**
 * Draws a select menu of a message or of a modal. `onDone(values)` is called when somebody has chosen; `value()` of the answer says
 * what is chosen at the moment.
 */
export function createPicker(component, { state, values = preselected(component), labelledBy, onDone }) {
  made += 1;
  const { min_values: min = 1, max_values: max = 1, placeholder = 'Make a selection' } = component;
  const picker = { component, state, chosen: [...values], min, max, placeholder, onDone, current: 0 };
  const id = `picker-${made}`;
  picker.button = element('button', 'select');
  picker.button.type = 'button';
  picker.button.disabled = component.disabled === true;
  picker.button.dataset.customId = component.custom_id;
  picker.list = element('ul', 'options');
  picker.list.id = `${id}-list`;
  picker.list.tabIndex = -1;
  picker.search = component.type === 3 ? null : element('input', 'search');
  picker.popup = element('div', 'picker-popup', ...(picker.search ? [picker.search] : []), picker.list);
  picker.popup.popover = 'manual';
  setRoles(picker, labelledBy);
  listen(picker);
  drawButton(picker);
  const box = element('div', 'picker', picker.button, picker.popup);
  return { box, button: picker.button, value: () => [...picker.chosen] };
}

function setRoles({ button, list, search, max, placeholder }, labelledBy) {
  button.setAttribute('role', 'combobox');
  button.setAttribute('aria-haspopup', 'listbox');
  button.setAttribute('aria-expanded', 'false');
  button.setAttribute('aria-controls', list.id);
  button.setAttribute(...(labelledBy ? ['aria-labelledby', labelledBy] : ['aria-label', placeholder]));
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', placeholder);
  list.setAttribute('aria-multiselectable', String(max > 1));
  if (!search) return;
  search.placeholder = 'Search';
  search.autocomplete = 'off';
  search.setAttribute('aria-label', 'Search');
  search.setAttribute('aria-controls', list.id);
}

function listen(picker) {
  const { button, popup, search } = picker;
  button.addEventListener('click', () => (isOpen(picker) ? close(picker) : open(picker)));
  button.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    open(picker);
  });
  search?.addEventListener('input', () => drawList(picker));
  popup.addEventListener('keydown', (event) => onKey(picker, event));
  popup.addEventListener('focusout', ({ relatedTarget }) => {
    if (!popup.contains(relatedTarget) && relatedTarget !== button) close(picker, { keepsFocus: true });
  });
}

const isOpen = ({ popup }) => popup.matches(':popover-open');
const target = ({ search, list }) => search ?? list;

function open(picker) {
  const { button, popup } = picker;
  picker.before = picker.chosen.join();
  popup.showPopover();
  button.setAttribute('aria-expanded', 'true');
  if (picker.search) picker.search.value = '';
  drawList(picker);
  place(button, popup);
  target(picker).focus();
}

/** Under the button, or above it where there is more room. */
function place(button, popup) {
  const { left, right, top, bottom, width } = button.getBoundingClientRect();
  const below = innerHeight - bottom;
  const isAbove = below < 260 && top > below;
  const wide = Math.min(Math.max(width, 220), innerWidth - 16);
  popup.style.width = `${wide}px`;
  popup.style.left = `${Math.max(8, Math.min(left, right, innerWidth - wide - 8))}px`;
  popup.style.maxHeight = `${Math.min(320, (isAbove ? top : below) - 12)}px`;
  popup.style.top = isAbove ? 'auto' : `${bottom + 4}px`;
  popup.style.bottom = isAbove ? `${innerHeight - top + 4}px` : 'auto';
}

function close(picker, { keepsFocus = false } = {}) {
  if (!isOpen(picker)) return;
  const { button, popup, chosen, min } = picker;
  popup.hidePopover();
  button.setAttribute('aria-expanded', 'false');
  if (!keepsFocus) button.focus();
  const isChanged = picker.before !== chosen.join();
  if (isChanged && chosen.length >= Math.min(min, 1)) picker.onDone([...chosen]);
}

function onKey(picker, event) {
  const { key } = event;
  const last = picker.shown.length - 1;
  const goes = { ArrowDown: picker.current + 1, ArrowUp: picker.current - 1, Home: 0, End: last };
  if (key === 'Tab') return close(picker);
  if (key === 'Escape') close(picker);
  else if (key in goes) mark(picker, Math.max(0, Math.min(last, goes[key])));
  else if (key === 'Enter' || (key === ' ' && !picker.search)) take(picker, picker.shown[picker.current]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function take(picker, entry) {
  if (!entry) return;
  const { chosen, max, min } = picker;
  const isChosen = chosen.includes(entry.value);
  if (max === 1) picker.chosen = isChosen && min === 0 ? [] : [entry.value];
  else if (isChosen) picker.chosen = chosen.filter((value) => value !== entry.value);
  else if (chosen.length < max) picker.chosen = [...chosen, entry.value];
  drawButton(picker);
  if (max === 1) close(picker);
  else drawList(picker);
}

function drawButton({ button, chosen, component, state, placeholder }) {
  const known = entriesOf(component, state).filter(({ value }) => chosen.includes(value));
  const words = known.map((entry) => element('span', 'chosen', markOf(entry), entry.label));
  const shown = words.length > 0 ? words : [element('span', 'placeholder', placeholder)];
  button.replaceChildren(...shown, element('span', 'chevron', '⌄'));
}

function markOf({ mark, colour }) {
  const shown = element('span', 'option-mark', mark ?? '');
  if (colour) shown.style.color = colour;
  return mark ? shown : '';
}

function drawList(picker) {
  const { component, state, search, list, chosen } = picker;
  const wanted = search?.value.toLowerCase() ?? '';
  const isWanted = ({ label }) => label.toLowerCase().includes(wanted);
  picker.shown = entriesOf(component, state).filter(isWanted);
  const rows = picker.shown.map((entry, index) => {
    const words = element('span', 'option-words', entry.label);
    if (entry.description) words.append(element('small', '', entry.description));
    const isChosen = chosen.includes(entry.value);
    const row = element('li', '', markOf(entry), words, element('span', 'tick', isChosen ? '✓' : ''));
    row.id = `${list.id}-${index}`;
    row.setAttribute('role', 'option');
    row.setAttribute('aria-selected', String(isChosen));
    row.addEventListener('mousemove', () => mark(picker, index));
    row.addEventListener('mousedown', (event) => {
      event.preventDefault();
      take(picker, entry);
    });
    return row;
  });
  const nothing = element('li', 'nothing', 'Nope! Nothing fits.');
  list.replaceChildren(...(rows.length > 0 ? rows : [nothing]));
  const at = picker.shown.findIndex(({ value }) => value === chosen.at(-1));
  mark(picker, Math.max(0, at));
}

function mark(picker, index) {
  picker.current = index;
  for (const [at, row] of [...picker.list.children].entries()) {
    row.classList.toggle('current', at === index);
    if (at === index) row.scrollIntoView({ block: 'nearest' });
  }
  target(picker).setAttribute('aria-activedescendant', `${picker.list.id}-${index}`);
}
