// The part of Discord's Markdown that the bot uses, drawn as nodes.
import { element } from './dom.js';

const TOKENS =
  /`([^`\n]+)`|\*\*(.+?)\*\*(?!\*)|<@&(\d+)>|<@!?(\d+)>|<t:(\d+)(?::([a-zA-Z]))?>|(https?:\/\/[^\s<>]+)/g;
const FORMATS = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

/** Draws `content`; `state` names roles and people. */
export function markdown(content, state) {
  const box = element('div', 'text');
  for (const line of content.split('\n')) {
    const [, mark = '', rest = line] = /^(#{1,3} |-# )(.*)$/.exec(line) ?? [];
    const kind = mark === '' ? 'div' : mark === '-# ' ? 'small' : `h${mark.length + 1}`;
    const row = element(kind, mark.startsWith('#') ? 'heading' : 'line');
    inline(row, rest, state);
    if (!row.hasChildNodes()) row.append(element('br'));
    box.append(row);
  }
  return box;
}

/** The text without its marks, for a line of reference. */
export function plain(content, state) {
  return markdown(content, state).textContent;
}

function inline(target, line, state) {
  let from = 0;
  for (const match of line.matchAll(TOKENS)) {
    target.append(line.slice(from, match.index));
    from = match.index + match[0].length;
    target.append(token(match, state));
  }
  target.append(line.slice(from));
}

function token([whole, code, bold, role, person, seconds, style, url], state) {
  if (code !== undefined) return element('code', '', code);
  if (bold !== undefined) {
    const strong = element('strong');
    inline(strong, bold, state);
    return strong;
  }
  if (role !== undefined) return roleMention(state.roles.find(({ id }) => id === role));
  if (person !== undefined) {
    const known = state.people.find(({ id }) => id === person);
    return element('span', 'mention', `@${known?.displayName ?? 'unknown-user'}`);
  }
  if (seconds !== undefined) return stamp(Number(seconds) * 1000, style ?? 'f');
  const link = element('a', '', whole);
  link.href = url;
  link.target = '_blank';
  link.rel = 'noreferrer';
  return link;
}

function roleMention(role) {
  const made = element('span', 'mention', `@${role?.name ?? 'unknown-role'}`);
  if (role?.color) {
    const colour = `#${role.color.toString(16).padStart(6, '0')}`;
    made.style.color = colour;
    made.style.backgroundColor = `${colour}26`;
  }
  return made;
}

function stamp(ms, style) {
  const made = element('time', 'stamp');
  made.dateTime = new Date(ms).toISOString();
  made.title = new Date(ms).toLocaleString('en', FORMATS.F);
  if (style === 'R') made.dataset.relative = String(ms);
  else made.textContent = new Date(ms).toLocaleString('en', FORMATS[style] ?? FORMATS.f);
  return made;
}

/** Writes every relative time of the page anew; the elements stay. */
export function tick(now) {
  for (const made of document.querySelectorAll('time[data-relative]')) {
    const words = relative(Number(made.dataset.relative) - now);
    if (made.textContent !== words) made.textContent = words;
  }
}

const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const UNITS = [
  ['second', 1_000, 60],
  ['minute', 60_000, 60],
  ['hour', 3_600_000, 24],
  ['day', 86_400_000, Number.POSITIVE_INFINITY],
];

function relative(ms) {
  const [unit, size] = UNITS.find(([, length, most]) => Math.abs(ms) / length < most);
  return RELATIVE.format(Math.trunc(ms / size), unit);
}
