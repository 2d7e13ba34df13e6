// Draws the messages of a channel; a message keeps its element as long as it lives, so that it changes in place.
import { drawComponent } from './components.js';
import { $, avatar, button, element } from './dom.js';
import { markdown, plain } from './markdown.js';

const LOADING = 128;
const TIME = { hour: 'numeric', minute: '2-digit' };

/**
 * Brings the list up to date. `acts` holds what a click does: press(message, customId), select(message, customId, values), menu(message, name), dismiss(id),
 * remove(message).
 */
export function drawMessages(list, messages, state, acts) {
  const wanted = new Set(messages.map(({ id }) => `message-${id}`));
  for (const item of [...list.children]) if (!wanted.has(item.id)) item.remove();
  for (const [index, message] of messages.entries()) {
    const item = $(`message-${message.id}`) ?? newItem(message);
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    const waiting = state.waiting.filter((one) => one.messageId === message.id);
    const target = messages.find(({ id }) => id === targetOf(message));
    const key = JSON.stringify([message, waiting, state.person, target?.components]);
    if (item.dataset.key === key) continue;
    item.dataset.key = key;
    fill(item, message, { state, acts, target, failed: waiting.some((one) => one.state === 'failed') });
  }
}

/** Commands that have no message yet: under way, or never answered. */
export function drawWaiting(list, state, channelId) {
  const rows = state.waiting.filter((one) => one.messageId === null && one.channelId === channelId);
  const key = JSON.stringify(rows);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(
    ...rows.map((one) => {
      const isFailed = one.state === 'failed';
      const words = isFailed ? '⚠ The application did not respond' : `Sending /${one.name} …`;
      return element('li', isFailed ? 'failed' : 'pending', words);
    }),
  );
}

/** Whether a message notified the person who looks at it. */
export function pingsMe(message, state) {
  const me = state.people.find(({ id }) => id === state.personId);
  const { everyone, users, roles } = message.pings;
  return everyone || users.includes(state.personId) || roles.some((role) => me?.roleIds.includes(role));
}

function newItem(message) {
  const item = element('li', 'message');
  item.id = `message-${message.id}`;
  item.dataset.testid = item.id;
  return item;
}

function fill(item, message, { state, acts, target, failed }) {
  const author = state.people.find(({ id }) => id === message.authorId);
  item.classList.toggle('pinged', pingsMe(message, state));
  item.classList.toggle('mine', message.ephemeral);
  const body = element('div', 'body', headOf(message, author));
  if (message.flags & LOADING)
    body.append(element('div', 'thinking', element('i', 'dots'), `${author?.displayName} is thinking…`));
  if (message.content) body.append(markdown(message.content, state));
  const context = { message, state, press: acts.press, select: acts.select };
  body.append(...message.components.map((component) => drawComponent(component, context)));
  if (failed) body.append(element('div', 'interaction-failed', '⚠ This interaction failed'));
  if (message.ephemeral) body.append(onlyYou(message, acts));
  item.replaceChildren(...reference(message, target, state), avatar(author), body);
  if (!message.ephemeral) item.append(tools(message, state, acts));
}

function headOf(message, author) {
  const head = element('div', 'head', element('span', 'author', author?.displayName ?? 'Deleted User'));
  if (author?.bot) head.append(element('span', 'tag', 'APP'));
  const at = new Date(message.createdMs);
  head.append(element('time', 'time', `Today at ${at.toLocaleTimeString('en', TIME)}`));
  if (message.editedMs) head.append(element('span', 'time edited', '(edited)'));
  return head;
}

const targetOf = (message) => message.replyTo ?? message.via?.messageId ?? null;

function reference(message, target, state) {
  if (message.via && message.via.messageId === null) {
    const who = state.people.find(({ id }) => id === message.via.personId);
    const used = element('span', 'mention', `/${message.via.name}`);
    return [
      element(
        'div',
        'reference',
        avatar(who, 'tiny'),
        element('b', '', who?.displayName ?? ''),
        ' used ',
        used,
      ),
    ];
  }
  if (targetOf(message) === null) return [];
  if (!target) return [element('div', 'reference', element('i', '', 'Original message was deleted'))];
  const who = state.people.find(({ id }) => id === target.authorId);
  const words = element('span', 'excerpt', excerpt(target, state));
  const line = element(
    'div',
    'reference',
    avatar(who, 'tiny'),
    element('b', '', who?.displayName ?? ''),
    words,
  );
  words.addEventListener('click', () => {
    const item = $(`message-${target.id}`);
    item?.scrollIntoView({ behavior: 'smooth', block: 'center' });
    item?.animate([{ backgroundColor: '#5865f240' }, { backgroundColor: 'transparent' }], 1_500);
  });
  return [line];
}

/** The heading of what a message says. */
function excerpt(message, state) {
  const texts = (component) =>
    component.content ? [component.content] : (component.components ?? []).flatMap(texts);
  const lines = [message.content, ...message.components.flatMap(texts)].join('\n').split('\n');
  return plain(lines.find((line) => line.startsWith('### ')) ?? lines.find(Boolean) ?? '', state);
}

function onlyYou(message, acts) {
  const dismiss = button('text-link', 'Dismiss message', () => acts.dismiss(message.id));
  return element('div', 'only', '👁 Only you can see this · ', dismiss);
}

function tools(message, state, acts) {
  const remove = button('tool', '🗑', () => acts.remove(message));
  remove.title = 'Delete message';
  remove.setAttribute('aria-label', 'Delete message');
  const menus = state.menus.map((name) => {
    const entry = button('tool', '🔎', () => acts.menu(message, name));
    entry.title = name;
    entry.setAttribute('aria-label', name);
    return entry;
  });
  return element('div', 'tools', ...menus, remove);
}
