// The fields of a modal: what is typed, what is chosen, and what is wrong with it.
import { element } from './dom.js';
import { markdown } from './markdown.js';
import { createPicker } from './picker.js';

const TEXT = 10;
const TEXT_INPUT = 4;
let made = 0;

/** A field of a modal: `box` to draw, `id` and `value()` to send, `check()` shows what is wrong and says whether nothing is. */
export function createField(component, state) {
  if (component.type === TEXT) {
    return { box: markdown(component.content, state), check: () => true };
  }
  const inner = component.component ?? component.components?.[0];
  if (!inner) return null;
  made += 1;
  const id = `field-${made}`;
  const control = inner.type === TEXT_INPUT ? textInput(inner, id) : menu(inner, id, state);
  const label = element('label', '', component.label ?? inner.label ?? '');
  label.id = `${id}-label`;
  label.htmlFor = id;
  if (inner.required !== false) label.append(element('span', 'required', ' *'));
  const error = element('p', 'field-error');
  error.id = `${id}-error`;
  const { description } = component;
  const box = element('div', 'field', label, ...(description ? [element('p', 'hint', description)] : []));
  box.append(control.box, error);
  const { focusable } = control;
  focusable.id = id;
  focusable.setAttribute('aria-describedby', error.id);
  focusable.setAttribute('aria-required', String(inner.required !== false));
  return {
    box,
    id: inner.custom_id,
    value: control.value,
    focus: () => focusable.focus(),
    check: () => {
      const wrong = control.wrong();
      error.textContent = wrong;
      focusable.setAttribute('aria-invalid', String(wrong !== ''));
      return wrong === '';
    },
  };
}

function textInput({ style, placeholder, value, min_length: min = 0, max_length: max = 4000, required }) {
  const input = element(style === 2 ? 'textarea' : 'input', 'text-input');
  input.value = value ?? '';
  input.maxLength = max;
  input.autocomplete = 'off';
  input.placeholder = placeholder ?? '';
  const count = element('span', 'count');
  const tell = () => {
    count.textContent = max < 4000 ? `${input.value.length}/${max}` : '';
  };
  input.addEventListener('input', tell);
  tell();
  const wrong = () => {
    const { length } = input.value;
    if (length === 0) return required === false ? '' : 'This field is required';
    return length < min ? `Must be at least ${min} characters long.` : '';
  };
  return {
    box: element('div', 'text-box', input, count),
    focusable: input,
    value: () => input.value,
    wrong,
  };
}

function menu(component, id, state) {
  const isFree = component.required === false;
  // What need not be chosen can be taken back.
  const shown = isFree ? { ...component, min_values: 0 } : component;
  const picker = createPicker(shown, { state, labelledBy: `${id}-label`, onDone: () => {} });
  const { min_values: min = 1 } = component;
  const wrong = () => {
    const { length } = picker.value();
    if (length === 0) return isFree ? '' : 'This field is required';
    return length < min ? `Choose at least ${min}.` : '';
  };
  return { box: picker.box, focusable: picker.button, value: picker.value, wrong };
}
