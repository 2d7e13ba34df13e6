// Draws the messages of a channel; a message keeps its element as long as it lives, so that it changes in place.
import { drawComponent } from './components.js';
import { $, avatar, button, element, nameColour } from './dom.js';
import { markdown } from './markdown.js';
import { openMenu } from './menu.js';
import { reference, targetOf } from './reference.js';
import { threadPill } from './thread.js';

const LOADING = 128;
const TIME = { hour: 'numeric', minute: '2-digit' };
const FULL = { dateStyle: 'full', timeStyle: 'short' };

/**
 * Brings the list up to date. `acts` holds what a click does: press(message, customId), select(message, customId, values),
 * menu(message, name), userMenu(person, channelId, name), dismiss(id), remove(message), openThread(id). `prefix` sets the copy of a message
 * apart that the head of its thread shows.
 */
export function drawMessages(list, messages, state, acts, prefix = 'message') {
  const wanted = new Set(messages.map(({ id }) => `${prefix}-${id}`));
  for (const item of [...list.children]) if (!wanted.has(item.id)) item.remove();
  for (const [index, message] of messages.entries()) {
    const item = $(`${prefix}-${message.id}`) ?? newItem(`${prefix}-${message.id}`);
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
    const waiting = state.waiting.filter((one) => one.messageId === message.id);
    const target = messages.find(({ id }) => id === targetOf(message));
    const thread = state.channels.find(({ id }) => id === message.threadId);
    const key = JSON.stringify([message, waiting, state.person, target?.components, thread, state.menus]);
    if (item.dataset.key === key) continue;
    item.dataset.key = key;
    const isFailed = waiting.some((one) => one.state === 'failed');
    keepFocus(item, () => fill(item, message, { state, acts, target, thread, isFailed }));
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

function newItem(id) {
  const item = element('li', 'message');
  item.id = id;
  item.dataset.testid = id;
  return item;
}

/** Whoever stands on a button of a message stands on it still when the message was drawn anew. */
function keepFocus(item, redraw) {
  const { customId } = (item.contains(document.activeElement) && document.activeElement.dataset) || {};
  redraw();
  if (customId) item.querySelector(`[data-custom-id="${CSS.escape(customId)}"]`)?.focus();
}

function fill(item, message, { state, acts, target, thread, isFailed }) {
  const author = state.people.find(({ id }) => id === message.authorId);
  item.classList.toggle('pinged', pingsMe(message, state));
  item.classList.toggle('mine', message.ephemeral);
  const body = element('div', 'body', headOf(message, author, state, acts));
  if (message.flags & LOADING) {
    const words = `${author?.displayName} is thinking…`;
    body.append(element('div', 'thinking', element('i', 'dots'), words));
  }
  if (message.content) body.append(markdown(message.content, state));
  const context = { message, state, press: acts.press, select: acts.select };
  body.append(...message.components.map((component) => drawComponent(component, context)));
  if (isFailed) body.append(element('div', 'interaction-failed', '⚠ This interaction failed'));
  if (message.ephemeral) body.append(onlyYou(message, acts));
  if (thread) body.append(threadPill(thread, () => acts.openThread(thread.id)));
  item.replaceChildren(...reference(message, target, state), avatar(author), body);
  if (!message.ephemeral) addMenu(item, message, state, acts);
}

function headOf(message, author, state, acts) {
  const name = author?.displayName ?? 'Deleted User';
  const entries = state.menus.user.map((menu) => [
    `Apps: ${menu}`,
    () => acts.userMenu(author.id, message.channelId, menu),
  ]);
  const hasMenu = author !== undefined && entries.length > 0;
  const who = hasMenu
    ? button('author', name, ({ currentTarget }) => openMenu(name, entries, currentTarget))
    : element('span', 'author', name);
  if (hasMenu) who.setAttribute('aria-haspopup', 'menu');
  who.style.color = nameColour(author, state) ?? '';
  const head = element('div', 'head', who);
  if (author?.bot) head.append(element('span', 'tag', 'APP'));
  const at = new Date(message.createdMs);
  const time = element('time', 'time', `Today at ${at.toLocaleTimeString('en', TIME)}`);
  time.title = at.toLocaleString('en', FULL);
  head.append(time);
  if (message.editedMs) {
    const edited = element('span', 'time edited', '(edited)');
    edited.title = new Date(message.editedMs).toLocaleString('en', FULL);
    head.append(edited);
  }
  return head;
}

function onlyYou(message, acts) {
  const dismiss = button('text-link', 'Dismiss message', () => acts.dismiss(message.id));
  return element('div', 'only', '👁 Only you can see this • ', dismiss);
}

/** The menu of a message: by its button, a right click, or the menu key. */
function addMenu(item, message, state, acts) {
  const entries = [
    ...state.menus.message.map((name) => [`Apps: ${name}`, () => acts.menu(message, name)]),
    ['Delete Message', () => acts.remove(message), 'danger'],
  ];
  const open = (at) => openMenu('Message', entries, at);
  const more = button('tool', '⋯', () => open(more));
  more.title = 'More';
  more.setAttribute('aria-label', 'More');
  more.setAttribute('aria-haspopup', 'menu');
  item.append(element('div', 'tools', more));
  item.oncontextmenu = (event) => {
    if (event.target.closest('a, img')) return;
    event.preventDefault();
    open({ x: event.clientX, y: event.clientY });
  };
  item.onkeydown = (event) => {
    if (event.key !== 'ContextMenu' && !(event.shiftKey && event.key === 'F10')) return;
    event.preventDefault();
    open(more);
  };
}
