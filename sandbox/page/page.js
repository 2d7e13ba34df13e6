// The page: loads what the sandbox serves, draws it, and says who is looking.
import { load, send } from './api.js';
import { startComposer } from './composer.js';
import { $, avatar, button, element, rolesOf, toast } from './dom.js';
import { drawDrawer, startDrawer } from './drawer.js';
import { tick } from './markdown.js';
import { drawMessages, drawWaiting, pingsMe } from './messages.js';
import { drawModal } from './modal.js';
import { asRadioGroup, checkRadio } from './radio.js';
import { goToEnd, stayAtEnd } from './scroll.js';
import { threadsOf } from './thread.js';

const NAMES = ['anna', 'ben', 'carl', 'dora', 'emil'];
const TOPICS = {
  purchases: ['every purchase, one live message', 'Nobody has bought anything yet. Press Buy in the shop.'],
  alerts: ['what went wrong, where alerts are sent here', 'Nothing was said here.'],
  general: ['talk', 'Orderly says nothing here.'],
};
const dismissed = new Set();
const heard = new Map();
let person = 'anna';
let channelName = 'purchases';
let threadId = null;
let beforeThread = null;
let state = null;
let loadedAt = 0;
let isLoading = false;
let isStale = false;

const channel = () => state.channels.find(({ name, parentId }) => name === channelName && !parentId);
const thread = () => state.channels.find(({ id }) => id === threadId) ?? null;
const acts = {
  press: ({ id, channelId }, customId) =>
    send({ action: 'press', person, channelId, messageId: id, customId }),
  select: ({ id, channelId }, customId, values) =>
    send({ action: 'select', person, channelId, messageId: id, customId, values }),
  menu: ({ id, channelId }, name) => send({ action: 'menu', person, channelId, targetId: id, name }),
  userMenu: (targetId, channelId, name) => send({ action: 'menu', person, channelId, targetId, name }),
  remove: ({ id, channelId }) => send({ action: 'delete', person, channelId, messageId: id }),
  dismiss: (id) => {
    dismissed.add(id);
    draw();
  },
  openThread: (id) => {
    beforeThread = document.activeElement;
    threadId = id;
    draw();
    goToEnd($('thread-scroll'));
    $('thread-composer').focus();
  },
};

/** Loads the newest state; asked again meanwhile, loads once more. */
async function refresh() {
  isStale = true;
  if (isLoading) return;
  isLoading = true;
  while (isStale) {
    isStale = false;
    const loaded = await load(person);
    document.body.classList.toggle('offline', loaded === null);
    if (loaded === null || loaded.person !== person) continue;
    state = loaded;
    loadedAt = performance.now();
    draw();
  }
  isLoading = false;
}

function draw() {
  const shown = (channel()?.messages ?? []).filter(({ id }) => !dismissed.has(id));
  drawMessages($('messages'), shown, state, acts);
  drawWaiting($('waiting'), state, channel()?.id);
  drawThread();
  drawChannels();
  drawDrawer(state);
  drawFrame(shown.length === 0);
  drawModal(state, (interactionId, fields) =>
    send({ action: 'submit', person, interactionId, fields }, () => {}),
  );
  hear();
  tickNow();
}

function drawThread() {
  const open = thread();
  document.body.classList.toggle('has-thread', open !== null);
  $('thread').hidden = open === null;
  if (!open) return;
  const starter = state.channels.flatMap(({ messages }) => messages).filter(({ id }) => id === open.id);
  $('thread-name').textContent = open.name;
  $('thread-note').textContent = open.archived ? 'archived; a message opens it again' : `in #${channelName}`;
  $('thread-composer').placeholder = `Message "${open.name}"`;
  // Without its pill: here is where it leads.
  const heads = starter.map((message) => ({ ...message, threadId: null }));
  drawMessages($('thread-starter'), heads, state, acts, 'starter');
  const shown = open.messages.filter(({ id }) => !dismissed.has(id));
  drawMessages($('thread-messages'), shown, state, acts);
  drawWaiting($('thread-waiting'), state, open.id);
}

function closeThread() {
  threadId = null;
  draw();
  if (beforeThread?.isConnected) beforeThread.focus();
}

function drawChannels() {
  const tops = state.channels.filter(({ parentId }) => !parentId);
  const key = JSON.stringify([
    channelName,
    threadId,
    state.channels.map(({ id, name, archived }) => [id, name, archived]),
  ]);
  if ($('channels').dataset.key === key) return;
  $('channels').dataset.key = key;
  $('channels').replaceChildren(
    ...tops.map(({ id, name }) => {
      const item = button(name === channelName && !threadId ? 'current' : '', `# ${name}`, () => show(name));
      item.value = name;
      if (name === channelName) item.setAttribute('aria-current', 'page');
      const threads = threadsOf(id, state).map((one) => {
        const entry = button(one.id === threadId ? 'thread current' : 'thread', one.name, () => {
          show(name);
          acts.openThread(one.id);
        });
        return element('li', '', entry);
      });
      return element('li', '', item, ...(threads.length > 0 ? [element('ul', '', ...threads)] : []));
    }),
  );
  const picker = $('channel-picker');
  picker.replaceChildren(
    ...tops.map(({ name }) => new Option(`#${name}`, name, false, name === channelName)),
  );
}

function show(name) {
  channelName = name;
  threadId = null;
  draw();
  goToEnd($('scroll'));
}

function drawFrame(isEmpty) {
  const [topic, nothing] = TOPICS[channelName] ?? ['', 'Nothing was said here.'];
  const me = state.people.find(({ id }) => id === state.personId);
  $('guild-name').textContent = state.guildName;
  $('channel-name').textContent = channelName;
  $('topic').textContent = topic;
  $('welcome-title').textContent = `Welcome to #${channelName}!`;
  $('welcome-text').textContent = isEmpty ? nothing : `This is the start of the #${channelName} channel.`;
  $('composer').placeholder = `Message #${channelName}`;
  $('presence').textContent = state.online ? 'online' : 'offline';
  document.body.classList.toggle('bot-online', state.online);
  $('me-avatar').textContent = person[0].toUpperCase();
  $('me-avatar').dataset.who = person;
  $('me').replaceChildren(me.displayName, element('small', '', rolesOf(me, state)));
  for (const item of $('people').children) {
    const known = state.people.find(({ id }) => id === state.names[item.value]);
    const roles = rolesOf(known, state);
    item.title = `Be ${known.displayName} (${roles})`;
    item.setAttribute('aria-label', `${known.displayName}: ${roles}`);
    item.querySelector('small').textContent = roles;
  }
  checkRadio($('people'), person);
}

/** Counts the pings of this person, and says so for each that came while the page was open. */
function hear() {
  const pings = state.channels.flatMap(({ name, parentId, messages }) =>
    messages
      .filter((message) => pingsMe(message, state))
      .map(({ id }) => ({ id, name: parentId ? name : `#${name}` })),
  );
  const known = heard.get(person);
  const fresh = pings.filter(({ id }) => known && !known.has(id));
  for (const { name } of fresh) toast(`🔔 Orderly pinged you in ${name}`, 'ping');
  heard.set(person, new Set([...(known ?? []), ...pings.map(({ id }) => id)]));
  const count = pings.length;
  $('bell').textContent = `🔔 ${count}`;
  $('bell').setAttribute('aria-label', `${count} pings of you`);
  $('bell').classList.toggle('some', count > 0);
  $('ping-badge').hidden = count === 0;
  $('ping-badge').textContent = String(count);
  document.title = `${count > 0 ? `(${count}) ` : ''}#${channelName} · Orderly sandbox`;
}

function tickNow() {
  if (!state) return;
  const now = state.now + (performance.now() - loadedAt) * state.factor;
  tick(now);
  $('clock').textContent = new Date(now).toLocaleTimeString('en', { timeStyle: 'medium' });
}

for (const name of NAMES) {
  const displayName = `${name[0].toUpperCase()}${name.slice(1)}`;
  const item = button('', '', () => {
    person = name;
    refresh();
  });
  item.append(avatar({ displayName }), element('span', '', displayName, element('small', '')));
  item.value = name;
  item.dataset.testid = `person-${name}`;
  item.setAttribute('role', 'radio');
  $('people').append(item);
}
asRadioGroup($('people'));
for (const tab of document.querySelectorAll('#tabs button')) {
  tab.addEventListener('click', () => {
    document.body.dataset.view = tab.dataset.view;
  });
}
$('channel-picker').addEventListener('change', ({ target }) => show(target.value));
$('thread-close').addEventListener('click', closeThread);
$('thread').addEventListener('keydown', ({ key }) => key === 'Escape' && closeThread());
startDrawer();
stayAtEnd($('scroll'));
stayAtEnd($('thread-scroll'));
const composer = (prefix, where) =>
  startComposer(
    { form: $(`${prefix}composer-form`), input: $(`${prefix}composer`), popup: $(`${prefix}popup`) },
    () => ({ state, person, channelId: where().id }),
  );
composer('', channel);
composer('thread-', thread);
setInterval(tickNow, 500);
new EventSource('/events').addEventListener('message', refresh);
await refresh();
