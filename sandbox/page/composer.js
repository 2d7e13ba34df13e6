// The line that people type in: messages, and slash commands with suggestions.
import { send } from './api.js';
import { $, element } from './dom.js';

let choices = [];
let current = 0;

/** Wires the composer; `look` gives the newest state, and the person and the channel that it acts for. */
export function startComposer(look) {
  const input = $('composer');
  const show = (found) => showChoices(input, found);
  const suggest = () => void suggestions(input, look).then((found) => found && show(found));
  input.addEventListener('input', suggest);
  input.addEventListener('focus', suggest);
  input.addEventListener('blur', () => show([]));
  input.addEventListener('keydown', (event) => {
    if (choices.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(input, (current + step + choices.length) % choices.length);
    else if (event.key === 'Tab' || event.key === 'Enter') choices[current].take();
    else if (event.key === 'Escape') show([]);
    else return;
    event.preventDefault();
  });
  $('composer-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const content = input.value.trim();
    if (content === '') return;
    const { command, typed } = parse(content, look().state);
    clear(input);
    if (command) run(look(), command, typed.trim());
    else send({ action: 'say', ...whereOf(look()), content });
  });
}

const whereOf = ({ person, channelId }) => ({ person, channelId });

/** Splits `/name what was typed`. */
function parse(text, state) {
  const [, name, typed = null] = /^\/(\S*)(?:\s+(.*))?$/s.exec(text) ?? [];
  const command = state.commands.find((one) => one.name === name) ?? null;
  return { name, typed: typed ?? '', command, hasSpace: /^\/\S+\s/.test(text) };
}

async function suggestions(input, look) {
  const text = input.value;
  const { state } = look();
  const { name, typed, command, hasSpace } = parse(text, state);
  if (name === undefined) return [];
  if (!hasSpace) {
    return state.commands
      .filter((one) => one.name.startsWith(name))
      .map((one) => ({
        label: `/${one.name}`,
        hint: one.description,
        take: () => {
          input.value = `/${one.name} `;
          input.dispatchEvent(new Event('input'));
        },
      }));
  }
  const option = command?.options[0];
  if (option?.choices?.length) return chosen(input, look, command, option.choices, typed);
  if (!option?.autocomplete) return [];
  const options = { [option.name]: typed };
  const asked = { action: 'complete', ...whereOf(look()), name, options, focused: option.name };
  const found = await send(asked);
  // Somebody went on typing: a newer question is under way.
  if (input.value !== text) return null;
  return (Array.isArray(found) ? found : []).map((choice) => ({
    label: choice.name,
    hint: '',
    take: () => {
      clear(input);
      run(look(), command, String(choice.value));
    },
  }));
}

function chosen(input, look, command, choices, typed) {
  return choices
    .filter(({ name }) => name.toLowerCase().includes(typed.toLowerCase()))
    .map(({ name, value }) => ({
      label: name,
      hint: '',
      take: () => {
        clear(input);
        run(look(), command, String(value));
      },
    }));
}

function run(where, command, value) {
  const [option] = command.options;
  const options = option && value !== '' ? { [option.name]: value } : {};
  send({ action: 'command', ...whereOf(where), name: command.name, options });
}

function clear(input) {
  input.value = '';
  showChoices(input, []);
}

function showChoices(input, found) {
  choices = document.activeElement === input ? found : [];
  const popup = $('popup');
  popup.hidden = choices.length === 0;
  const rows = choices.map(({ label, hint, take }, index) => {
    const row = element('div', 'choice', element('b', '', label));
    if (hint) row.append(element('span', '', hint));
    row.id = `choice-${index}`;
    row.setAttribute('role', 'option');
    row.addEventListener('mousemove', () => mark(input, index));
    row.addEventListener('mousedown', (event) => {
      event.preventDefault();
      take();
    });
    return row;
  });
  popup.replaceChildren(...rows);
  mark(input, 0);
}

function mark(input, index) {
  current = index;
  for (const [at, row] of [...$('popup').children].entries()) {
    row.setAttribute('aria-selected', String(at === index));
    if (at === index) row.scrollIntoView({ block: 'nearest' });
  }
  if (choices.length > 0) input.setAttribute('aria-activedescendant', `choice-${index}`);
  else input.removeAttribute('aria-activedescendant');
}
