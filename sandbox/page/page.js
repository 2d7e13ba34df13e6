// The channel and the switches: draws the state that the sandbox serves, and sends back what is clicked and typed.
import { element, followClock } from './markdown.js';
import { drawMessage, drawWaiting } from './messages.js';

const $ = (id) => document.getElementById(id);
const dismissed = new Set();
const heard = new Set();
let state = null;
let choices = [];
let current = 0;

const on = {
  press: (message, customId) =>
    send({ action: 'press', person: $('person').value, messageId: message.id, customId }),
  dismiss: (id) => {
    dismissed.add(id);
    drawMessages();
  },
  remove: (messageId) => send({ action: 'delete', messageId }),
};

async function send(body) {
  const answer = await fetch('/do', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) toast(said.error);
  return said;
}

let asking = false;
let again = false;
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const answer = await fetch(`/state?person=${$('person').value}`);
  if (answer.ok) {
    state = await answer.json();
    drawMessages();
    followClock(state.now);
    drawDrawer();
  }
  asking = false;
  if (again) {
    again = false;
    await refresh();
  }
}

function drawMessages() {
  const list = $('messages');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const shown = state.messages.filter((message) => !dismissed.has(message.id));
  const wanted = new Map(shown.map((message) => [`message-${message.id}`, message]));
  for (const item of [...list.children]) if (!wanted.has(item.id)) item.remove();
  let before = null;
  for (const [id, message] of wanted) {
    const there = $(id);
    const key = JSON.stringify([message, state.myRoles]);
    // A message that did not change keeps its element, so that a focused button stays focused.
    const item = there?.dataset.key === key ? there : drawMessage(message, state, on);
    item.dataset.key = key;
    if (there && there !== item) there.replaceWith(item);
    else if (!there) before ? before.after(item) : list.prepend(item);
    before = item;
    if (!heard.has(message.id)) hear(message);
  }
  for (const waiting of state.waiting) {
    if (state.now - waiting.createdMs < 20_000) list.append(drawWaiting(waiting, state));
  }
  $('avatar').textContent = state.person[0].toUpperCase();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function hear(message) {
  const first = heard.size === 0 && state.messages.length > 1;
  heard.add(message.id);
  const pinged = message.pings.roles.filter((role) => state.myRoles.includes(role));
  if (pinged.length > 0 && !first) toast(`🔔 @${state.roles[pinged[0]]} was pinged in #purchases`);
}

function toast(text) {
  const made = element('div', '', text);
  made.dataset.testid = 'toast';
  $('toasts').append(made);
  setTimeout(() => made.remove(), 6000);
}

function drawDrawer() {
  if (!$('plan').options.length) {
    $('plan').append(...state.plans.map(({ id, name }) => new Option(name, id)));
    $('region').append(...state.regions.map((region) => new Option(region, region)));
  }
  const { bought, ready, failed, servers } = state.counters;
  $('counters').replaceChildren(
    ...[
      ['bought', bought],
      ['ready', ready],
      ['failing', failed],
      ['servers', servers],
    ].map(([label, count]) => {
      const box = element('div', '', label);
      box.prepend(element('b', '', String(count)));
      return box;
    }),
  );
  const services = [...new Set(state.switches.map(({ service }) => service))];
  if (!$('switches').children.length) $('switches').append(...services.map(drawService));
  for (const { service, name, on: isOn } of state.switches) {
    const box = $(`switch-${service}-${name}`);
    // A state that was on its way when somebody clicked must not click back.
    if (Date.now() - Number(box.dataset.touchedMs ?? 0) > 1500) box.checked = isOn;
  }
}

function drawService(service) {
  const section = element('section');
  section.append(element('h2', '', service));
  for (const { name, label } of state.switches.filter((one) => one.service === service)) {
    const row = element('label', 'switch', label);
    const box = element('input');
    box.type = 'checkbox';
    box.id = `switch-${service}-${name}`;
    box.dataset.testid = box.id;
    box.addEventListener('change', () => {
      box.dataset.touchedMs = String(Date.now());
      send({ action: 'switch', service, name, on: box.checked });
    });
    row.append(box);
    section.append(row);
  }
  return section;
}

$('buy').addEventListener('click', () =>
  send({
    action: 'buy',
    planId: $('plan').value,
    region: $('region').value,
    serverName: $('server-name').value,
  }),
);
$('wipe').addEventListener('click', () => send({ action: 'wipeRedis' }));
$('person').addEventListener('change', refresh);
$('toggle').addEventListener('click', () => document.body.classList.toggle('drawer'));

// Slash commands: `/name text`; completions while typing, arrows and Enter or Tab to take one.
async function complete() {
  const typed = $('composer').value;
  const [, name, rest] = /^\/(\S*)(?:\s(.*))?$/.exec(typed) ?? [];
  if (name === undefined) return showChoices([]);
  if (rest === undefined) {
    const fitting = state.commands.filter((command) => command.name.startsWith(name));
    return showChoices(
      fitting.map((command) => ({
        label: `/${command.name}`,
        hint: command.description,
        take: () => fill(`/${command.name} `),
      })),
    );
  }
  const found = await send({
    action: 'complete',
    person: $('person').value,
    name,
    options: { order: rest },
    focused: 'order',
  });
  if ($('composer').value !== typed || !Array.isArray(found)) return;
  showChoices(found.map((choice) => ({ label: choice.name, hint: '', take: () => run(name, choice.value) })));
}

function showChoices(found) {
  choices = found;
  current = 0;
  const popup = $('popup');
  popup.hidden = found.length === 0;
  popup.replaceChildren(
    ...found.map(({ label, hint, take }, index) => {
      const row = element('div', index === current ? 'current' : '', label);
      row.setAttribute('role', 'option');
      if (hint) row.append(element('span', '', hint));
      row.addEventListener('mousedown', (event) => {
        event.preventDefault();
        take();
      });
      return row;
    }),
  );
}

function fill(text) {
  $('composer').value = text;
  $('composer').focus();
  complete();
}

function run(name, order) {
  $('composer').value = '';
  showChoices([]);
  send({ action: 'command', person: $('person').value, name, options: { order } });
}

$('composer').addEventListener('input', complete);
$('composer').addEventListener('blur', () => showChoices([]));
$('composer').addEventListener('keydown', (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && choices.length > 0) {
    event.preventDefault();
    current = (current + step + choices.length) % choices.length;
    for (const [index, row] of [...$('popup').children].entries())
      row.classList.toggle('current', index === current);
  } else if ((event.key === 'Tab' || event.key === 'Enter') && choices.length > 0) {
    event.preventDefault();
    choices[current].take();
  } else if (event.key === 'Escape') showChoices([]);
});
$('composer-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const [, name, rest] = /^\/(\S+)\s+(.+)$/.exec($('composer').value) ?? [];
  if (name) run(name, rest.trim());
});

new EventSource('/events').addEventListener('message', refresh);
