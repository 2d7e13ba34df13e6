// What a line that begins with a slash says: which command, and which of its options are given.

const SUB = 2;
const CHOSEN = { 5: 'boolean', 6: 'people', 7: 'channels', 8: 'roles', 9: 'mentionable' };

/** Every command that can be run, subcommands by their full names. */
export function flatCommands(commands) {
  const flat = ({ name, description, options = [] }, before = '') => {
    const full = `${before}${name}`;
    const subs = options.filter(({ type }) => type <= SUB);
    return subs.length > 0
      ? subs.flatMap((sub) => flat(sub, `${full} `))
      : [{ name: full, description, options }];
  };
  return commands.flatMap((command) => flat(command));
}

/**
 * Reads a line. `given` has each option's text by name; `focused` is the option that is being typed, whose text begins at `from`. The
 * options are written `name:text`; the text of the first one needs no name.
 */
export function readLine(text, commands) {
  if (!text.startsWith('/')) return null;
  const typed = text.slice(1);
  const command = flatCommands(commands)
    .toSorted((a, b) => b.name.length - a.name.length)
    .find(({ name }) => typed.startsWith(`${name} `) || typed === name);
  if (!command || typed === command.name)
    return { typed, command: command ?? null, isNaming: true, given: {} };
  const start = command.name.length + 2;
  const marks = markers(text, start, command.options);
  const first = text.slice(start, marks[0]?.at ?? text.length);
  const lead = command.options[0];
  const isLead = lead && (first.trim() !== '' || (command.options.length === 1 && marks.length === 0));
  const all = [...(isLead ? [{ option: lead, at: start, from: start }] : []), ...marks];
  const given = {};
  for (const [index, { option, from }] of all.entries()) {
    given[option.name] = text.slice(from, all[index + 1]?.at ?? text.length).trim();
  }
  const last = all.at(-1) ?? null;
  return { typed, command, isNaming: false, given, focused: last?.option ?? null, from: last?.from ?? start };
}

function markers(text, start, options) {
  return options
    .flatMap((option) => {
      const at = text.indexOf(`${option.name}:`, start);
      const isWord = at >= 0 && /\s/.test(text[at - 1]);
      return isWord ? [{ option, at, from: at + option.name.length + 1 }] : [];
    })
    .toSorted((a, b) => a.at - b.at);
}

/** What may be proposed for an option without asking the bot: [label, value]; null when the bot has to be asked or nobody can. */
export function fixedChoices(option, state) {
  if (option.choices?.length) return option.choices.map(({ name, value }) => [name, value]);
  const people = state.people.map(({ id, displayName }) => [`@${displayName}`, id]);
  const roles = state.roles.map(({ id, name }) => [`@${name}`, id]);
  switch (CHOSEN[option.type]) {
    case 'boolean':
      return [
        ['True', true],
        ['False', false],
      ];
    case 'people':
      return people;
    case 'roles':
      return roles;
    case 'mentionable':
      return [...people, ...roles];
    case 'channels':
      return state.channels.map(({ id, name }) => [`#${name}`, id]);
    default:
      return null;
  }
}

/** The options with the values that Discord would send; `picked` has those that were taken from a list. */
export function valuesOf({ command, given }, state, picked) {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, text]) => {
      if (text === '') return [];
      const option = command.options.find((one) => one.name === name);
      const known = [...(fixedChoices(option, state) ?? []), ...(picked[name] ? [picked[name]] : [])];
      const [, value = text] = known.find(([label]) => label.toLowerCase() === text.toLowerCase()) ?? [];
      const isNumber =
        (option.type === 4 || option.type === 10) && value !== '' && !Number.isNaN(Number(value));
      return [[name, isNumber ? Number(value) : value]];
    }),
  );
}

/** The first option that is needed and not given. */
export function missingIn({ command, given }) {
  return command.options.find(({ name, required }) => required && !given[name]) ?? null;
}
