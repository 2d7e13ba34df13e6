// The line that people type in: messages, and slash commands with suggestions.
import { send } from './api.js';
import { fixedChoices, flatCommands, missingIn, readLine, valuesOf } from './command-line.js';
import { element, toast } from './dom.js';

/** Wires a composer; `look` gives the newest state, and the person and the channel that it acts for. */
export function startComposer({ form, input, popup }, look) {
  const composer = { input, popup, look, choices: [], current: 0, picked: {} };
  const suggest = () => void suggestions(composer).then((found) => found && showChoices(composer, found));
  input.setAttribute('role', 'combobox');
  input.setAttribute('aria-autocomplete', 'list');
  input.addEventListener('input', suggest);
  input.addEventListener('focus', suggest);
  input.addEventListener('blur', () => showChoices(composer, []));
  input.addEventListener('keydown', (event) => onKey(composer, event));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    sendLine(composer);
  });
}

const whereOf = ({ person, channelId }) => ({ person, channelId });

function onKey(composer, event) {
  const { choices, current } = composer;
  if (choices.length === 0) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) mark(composer, (current + step + choices.length) % choices.length);
  else if (event.key === 'Escape') showChoices(composer, []);
  else if (event.key === 'Tab') choices[current].take();
  else if (event.key === 'Enter' && !isReady(composer)) choices[current].take();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Enter sends a command that has all it needs while only more options are proposed. */
function isReady({ choices, current, input, look }) {
  const line = readLine(input.value, look().state.commands);
  return choices[current].isOption && line?.command && !line.isNaming && missingIn(line) === null;
}

function sendLine(composer) {
  const { input, look } = composer;
  const content = input.value.trim();
  const { state } = look();
  if (content === '') return;
  const line = readLine(input.value, state.commands);
  if (!line?.command) {
    clear(composer);
    return void send({ action: 'say', ...whereOf(look()), content });
  }
  const missing = missingIn(line);
  if (missing) return toast(`/${line.command.name} needs "${missing.name}"`, 'error');
  run(composer, line.command, valuesOf(line, state, composer.picked));
}

function run(composer, command, options) {
  clear(composer);
  send({ action: 'command', ...whereOf(composer.look()), name: command.name, options });
}

async function suggestions(composer) {
  const { input, look } = composer;
  const { state } = look();
  const text = input.value;
  const line = readLine(text, state.commands);
  if (!line) return [];
  if (line.isNaming) return commandChoices(composer, line, state);
  const { focused, given } = line;
  const isOver = !focused || (text.endsWith(' ') && given[focused.name] !== '');
  const choices = focused && (await valueChoices(composer, line, state));
  // Somebody went on typing: a newer question is under way.
  if (input.value !== text) return null;
  if (choices?.length > 0 && !(isOver && isExact(choices, given[focused.name]))) return choices;
  return isOver ? optionChoices(composer, line) : [];
}

const isExact = (choices, text) => choices.some(({ label }) => label.toLowerCase() === text.toLowerCase());

function commandChoices({ input }, { typed }, state) {
  return flatCommands(state.commands)
    .filter(({ name }) => name.startsWith(typed))
    .map(({ name, description }) => ({
      label: `/${name}`,
      hint: description,
      take: () => setText(input, `/${name} `),
    }));
}

/** The options that are not given yet, the needed ones first. */
function optionChoices({ input }, { command, given }) {
  return command.options
    .filter(({ name }) => given[name] === undefined)
    .map(({ name, description, required }) => ({
      label: `${name}:`,
      hint: `${description}${required ? '' : ' (optional)'}`,
      isOption: true,
      take: () => setText(input, `${input.value.trimEnd()} ${name}:`),
    }));
}

/** What can be chosen for the option that is typed; null when anything goes. */
async function valueChoices(composer, line, state) {
  const { focused, given, command, from } = line;
  const text = given[focused.name];
  const fixed = fixedChoices(focused, state);
  const fits = ([label]) => label.toLowerCase().includes(text.toLowerCase());
  const known = fixed ? fixed.filter(fits) : focused.autocomplete ? await ask(composer, line) : null;
  return (
    known?.map(([label, value]) => ({
      label,
      hint: '',
      take: () => {
        composer.picked[focused.name] = [label, value];
        if (command.options.length === 1) return run(composer, command, { [focused.name]: value });
        setText(composer.input, `${composer.input.value.slice(0, from)}${label} `);
      },
    })) ?? null
  );
}

async function ask({ look, picked }, line) {
  const { focused, command, given } = line;
  const options = { ...valuesOf(line, look().state, picked), [focused.name]: given[focused.name] };
  const asked = {
    action: 'complete',
    ...whereOf(look()),
    name: command.name,
    options,
    focused: focused.name,
  };
  const found = await send(asked);
  return Array.isArray(found) ? found.map(({ name, value }) => [name, value]) : [];
}

function setText(input, text) {
  input.value = text;
  input.dispatchEvent(new Event('input'));
}

function clear(composer) {
  composer.input.value = '';
  composer.picked = {};
  showChoices(composer, []);
}

function showChoices(composer, found) {
  const { input, popup } = composer;
  composer.choices = document.activeElement === input ? found : [];
  popup.hidden = composer.choices.length === 0;
  input.setAttribute('aria-expanded', String(!popup.hidden));
  const rows = composer.choices.map(({ label, hint, take }, index) => {
    const row = element('div', 'choice', element('b', '', label));
    if (hint) row.append(element('span', '', hint));
    row.id = `${popup.id}-${index}`;
    row.setAttribute('role', 'option');
    row.addEventListener('mousemove', () => mark(composer, index));
    row.addEventListener('mousedown', (event) => {
      event.preventDefault();
      take();
    });
    return row;
  });
  popup.replaceChildren(...rows);
  mark(composer, 0);
}

function mark(composer, index) {
  const { input, popup, choices } = composer;
  composer.current = index;
  for (const [at, row] of [...popup.children].entries()) {
    row.setAttribute('aria-selected', String(at === index));
    if (at === index) row.scrollIntoView({ block: 'nearest' });
  }
  if (choices.length > 0) input.setAttribute('aria-activedescendant', `${popup.id}-${index}`);
  else input.removeAttribute('aria-activedescendant');
}
