// The page: loads what the sandbox serves, draws it, and says who is looking.
import { load, send } from './api.js';
import { startComposer } from './composer.js';
import { $, avatar, button, element, toast } from './dom.js';
import { drawDrawer, startDrawer } from './drawer.js';
import { tick } from './markdown.js';
import { drawMessages, drawWaiting, pingsMe } from './messages.js';

const PEOPLE = { anna: 'staff, on call', ben: 'staff', carl: 'no role' };
const TOPICS = {
  purchases: ['every purchase, one live message', 'Nobody has bought anything yet. Press Buy in the shop.'],
  general: ['talk', 'Orderly says nothing here.'],
};
const dismissed = new Set();
const heard = new Map();
let person = 'anna';
let channelName = 'purchases';
let state = null;
let loadedAt = 0;
let isLoading = false;
let isStale = false;

const channel = () => state.channels.find(({ name }) => name === channelName);
const acts = {
  press: ({ id, channelId }, customId) =>
    send({ action: 'press', person, channelId, messageId: id, customId }),
  select: ({ id, channelId }, customId, values) =>
    send({ action: 'select', person, channelId, messageId: id, customId, values }),
  menu: ({ id, channelId }, name) => send({ action: 'menu', person, channelId, targetId: id, name }),
  remove: ({ id, channelId }) => send({ action: 'delete', person, channelId, messageId: id }),
  dismiss: (id) => {
    dismissed.add(id);
    draw();
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
  const scroll = $('scroll');
  const isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const shown = channel().messages.filter(({ id }) => !dismissed.has(id));
  drawMessages($('messages'), shown, state, acts);
  drawWaiting($('waiting'), state, channel().id);
  drawDrawer(state);
  drawFrame(shown.length === 0);
  hear();
  tickNow();
  if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
}

function drawFrame(isEmpty) {
  const [topic, nothing] = TOPICS[channelName];
  $('guild-name').textContent = state.guildName;
  $('channel-name').textContent = channelName;
  $('topic').textContent = topic;
  $('welcome-title').textContent = `Welcome to #${channelName}!`;
  $('welcome-text').textContent = isEmpty ? nothing : `This is the start of the #${channelName} channel.`;
  $('composer').placeholder = `Message #${channelName} · type / for commands`;
  $('presence').textContent = state.online ? 'online' : 'offline';
  document.body.classList.toggle('bot-online', state.online);
  $('me-avatar').textContent = person[0].toUpperCase();
  $('me-avatar').dataset.who = person;
  $('me').replaceChildren(
    `${person[0].toUpperCase()}${person.slice(1)}`,
    element('small', '', PEOPLE[person]),
  );
  for (const item of document.querySelectorAll('#channels button, #people button')) {
    const isCurrent = item.value === channelName || item.value === person;
    item.classList.toggle('current', isCurrent);
    if (item.hasAttribute('role')) item.setAttribute('aria-checked', String(isCurrent));
  }
}

/** Counts the pings of this person, and says so for each that came while the page was open. */
function hear() {
  const pings = state.channels.flatMap(({ name, messages }) =>
    messages.filter((message) => pingsMe(message, state)).map(({ id }) => ({ id, name })),
  );
  const known = heard.get(person);
  const fresh = pings.filter(({ id }) => known && !known.has(id));
  for (const { name } of fresh) toast(`🔔 Orderly pinged you in #${name}`, 'ping');
  heard.set(person, new Set([...(known ?? []), ...pings.map(({ id }) => id)]));
  const count = pings.length;
  $('bell').textContent = `🔔 ${count}`;
  $('bell').classList.toggle('some', count > 0);
  $('ping-badge').hidden = count === 0;
  $('ping-badge').textContent = String(count);
  document.title = `${count > 0 ? `(${count}) ` : ''}#${channelName} · Orderly sandbox`;
}

function tickNow() {
  if (state) tick(state.now + (performance.now() - loadedAt) * state.factor);
}

for (const name of Object.keys(TOPICS)) {
  const item = button('', `# ${name}`, () => {
    channelName = name;
    draw();
    $('scroll').scrollTop = $('scroll').scrollHeight;
  });
  item.value = name;
  $('channels').append(element('li', '', item));
}
for (const [name, role] of Object.entries(PEOPLE)) {
  const displayName = `${name[0].toUpperCase()}${name.slice(1)}`;
  const item = button('', '', () => {
    person = name;
    refresh();
  });
  item.append(avatar({ displayName }), element('span', '', displayName, element('small', '', role)));
  item.value = name;
  item.title = `Be ${displayName} (${role})`;
  item.dataset.testid = `person-${name}`;
  item.setAttribute('role', 'radio');
  $('people').append(item);
}
for (const tab of document.querySelectorAll('#tabs button')) {
  tab.addEventListener('click', () => {
    document.body.dataset.view = tab.dataset.view;
  });
}
startDrawer();
startComposer(() => ({ state, person, channelId: channel().id }));
setInterval(tickNow, 500);
new EventSource('/events').addEventListener('message', refresh);
await refresh();
