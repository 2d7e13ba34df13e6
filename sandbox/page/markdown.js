// The part of Discord's Markdown that the bot uses, drawn as nodes.
import { colourOf, element } from './dom.js';

const TOKENS =
  /`([^`\n]+)`|\*\*(.+?)\*\*(?!\*)|<@&(\d+)>|<@!?(\d+)>|<#(\d+)>|<\/([^:>]+):\d+>|<t:(\d+)(?::([a-zA-Z]))?>|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)|(https?:\/\/[^\s<>]+)|~~(.+?)~~|\*([^*\n]+)\*/g;
const LINES = {
  '': ['div', 'line'],
  '-# ': ['small', 'line'],
  '- ': ['div', 'line bullet'],
  '> ': ['div', 'line quote'],
};
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
    const [, mark = '', rest = line] = /^(#{1,3} |-# |- |> )(.*)$/.exec(line) ?? [];
    const [kind, className] = LINES[mark] ?? [`h${mark.length + 1}`, 'heading'];
    const row = element(kind, className);
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

function token(match, state) {
  const [, code, bold, role, person, channel, command, seconds, style, label, target, url, gone, slanted] =
    match;
  if (code !== undefined) return element('code', '', code);
  if (bold !== undefined) return nested('strong', bold, state);
  if (gone !== undefined) return nested('s', gone, state);
  if (slanted !== undefined) return nested('em', slanted, state);
  if (role !== undefined) return roleMention(state.roles.find(({ id }) => id === role));
  if (person !== undefined) {
    const known = state.people.find(({ id }) => id === person);
    const isMe = person === state.personId;
    return element('span', `mention ${isMe ? 'me' : ''}`.trim(), `@${known?.displayName ?? 'unknown-user'}`);
  }
  if (channel !== undefined) {
    const known = state.channels.find(({ id }) => id === channel);
    return element('span', 'mention', `${known?.parentId ? '🧵 ' : '#'}${known?.name ?? 'unknown'}`);
  }
  if (command !== undefined) return element('span', 'mention', `/${command}`);
  if (seconds !== undefined) return stamp(Number(seconds) * 1000, style ?? 'f');
  const link = element('a', '', label ?? url);
  link.href = target ?? url;
  link.target = '_blank';
  link.rel = 'noreferrer';
  return link;
}

function nested(tag, words, state) {
  const made = element(tag);
  inline(made, words, state);
  return made;
}

function roleMention(role) {
  const made = element('span', 'mention', `@${role?.name ?? 'unknown-role'}`);
  const colour = colourOf(role?.color);
  if (colour) {
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
