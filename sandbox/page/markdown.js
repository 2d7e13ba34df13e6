// The part of Discord's Markdown that the bot uses, drawn as DOM nodes: what anybody typed only ever becomes text.

const TOKENS = /`([^`]+)`|\*\*([^*]+)\*\*|<@&(\d+)>|<@(\d+)>|<t:(\d+):([a-zA-Z])>/g;

/** Draws `content` into a new element. `names` turns ids of roles and people into names; `now` is the clock's time in ms. */
export function markdown(content, { roles, names, now }) {
  const box = element('div', 'text');
  for (const [index, line] of content.split('\n').entries()) {
    const head = line.startsWith('### ');
    const small = line.startsWith('-# ');
    const target = head ? element('h3') : small ? element('span', 'small') : element('span');
    inline(target, head ? line.slice(4) : small ? line.slice(3) : line, { roles, names, now });
    const afterHead = box.lastChild?.nodeName === 'H3';
    if (index > 0 && !head && !small && !afterHead) box.append(element('br'));
    box.append(target);
  }
  return box;
}

function inline(target, line, context) {
  let from = 0;
  for (const match of line.matchAll(TOKENS)) {
    target.append(line.slice(from, match.index));
    from = match.index + match[0].length;
    target.append(token(match, context));
  }
  target.append(line.slice(from));
}

function token([, code, bold, role, person, seconds, style], context) {
  if (code !== undefined) return element('code', '', code);
  if (bold !== undefined) {
    const strong = element('b');
    inline(strong, bold, context);
    return strong;
  }
  if (role !== undefined) return element('span', 'mention', `@${context.roles[role] ?? 'unknown role'}`);
  if (person !== undefined) return element('span', 'mention', `@${context.names[person] ?? 'unknown'}`);
  const at = new Date(seconds * 1000);
  const stamp = element(
    'span',
    'stamp',
    style === 'R' ? relative(at - context.now) : at.toLocaleTimeString(),
  );
  stamp.title = at.toLocaleString();
  if (style === 'R') stamp.dataset.at = String(at.getTime());
  return stamp;
}

/** Lets the relative times of the page follow the clock, without drawing their messages anew. */
export function followClock(now) {
  for (const stamp of document.querySelectorAll('.stamp[data-at]')) {
    const text = relative(Number(stamp.dataset.at) - now);
    if (stamp.textContent !== text) stamp.textContent = text;
  }
}

function relative(ms) {
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const seconds = Math.round(ms / 1000);
  if (Math.abs(seconds) < 60) return format.format(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  return Math.abs(minutes) < 60
    ? format.format(minutes, 'minute')
    : format.format(Math.round(minutes / 60), 'hour');
}

/** A new element with a class and a text. */
export function element(tag, className = '', content = '') {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (content) made.textContent = content;
  return made;
}
