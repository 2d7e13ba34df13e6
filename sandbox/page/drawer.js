// The shop, the counters and the switches.
import { send } from './api.js';
import { $, button, element } from './dom.js';

const SERVICES = {
  panel: ['🖥️', 'Panel & Wings'],
  stripe: ['💳', 'Stripe'],
  discord: ['💬', 'Discord'],
  redis: ['🧰', 'Redis'],
  database: ['🗄️', 'Database'],
  bot: ['🤖', 'Bot process'],
};
const EURO = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });

/** Wires the shop. */
export function startDrawer() {
  $('buy').addEventListener('click', async () => {
    $('buy').classList.add('waiting');
    await send({
      action: 'buy',
      planId: $('plan').value,
      region: $('region').value,
      payment: $('payment').value,
      serverName: $('server-name').value,
    });
    $('buy').classList.remove('waiting');
  });
  $('mend').addEventListener('click', () => send({ action: 'mend' }));
}

/** Brings numbers and switches up to date. */
export function drawDrawer(state) {
  if ($('plan').options.length === 0) {
    $('plan').append(
      ...state.plans.map(
        ({ id, name, priceMinor }) => new Option(`${name} · ${EURO.format(priceMinor / 100)} / month`, id),
      ),
    );
    $('region').append(...state.regions.map((region) => new Option(region, region)));
    $('switches').append(...Object.keys(SERVICES).map((service) => drawService(service, state)));
  }
  drawCounters(state.counters);
  for (const { service, name, on, kind } of state.switches) {
    if (kind === 'toggle') $(`switch-${service}-${name}`).checked = on;
  }
  for (const service of Object.keys(SERVICES)) {
    const count = state.switches.filter((one) => one.service === service && one.on).length;
    const badge = $(`broken-${service}`);
    badge.textContent = count === 0 ? 'ok' : `${count} broken`;
    badge.classList.toggle('bad', count > 0);
  }
  if (document.activeElement !== $('wings-mode')) $('wings-mode').value = state.wings.mode;
  $('mend').disabled = state.switches.every(({ on }) => !on);
}

function drawCounters({ bought, ready, failed, servers }) {
  const all = [
    ['bought', bought, ''],
    ['making', Math.max(0, bought - ready - failed), 'amber'],
    ['failing', failed, 'red'],
    ['ready', ready, 'green'],
    ['servers', servers, ''],
  ];
  const key = JSON.stringify(all);
  if ($('counters').dataset.key === key) return;
  $('counters').dataset.key = key;
  $('counters').replaceChildren(
    ...all.map(([label, count, colour]) => {
      const className = `counter ${count > 0 ? colour : ''}`.trim();
      const box = element('div', className, element('b', '', String(count)), element('span', '', label));
      box.dataset.testid = `count-${label}`;
      return box;
    }),
  );
}

function drawService(service, state) {
  const [icon, title] = SERVICES[service];
  const badge = element('span', 'badge', 'ok');
  badge.id = `broken-${service}`;
  const box = element('details', 'service', element('summary', '', `${icon} ${title}`, badge));
  box.open = service !== 'stripe' && service !== 'discord';
  for (const one of state.switches.filter((known) => known.service === service)) {
    box.append(one.kind === 'once' ? drawOnce(one) : drawToggle(one));
    if (one.service === 'panel' && one.name === 'wings') box.append(drawWings(state.wings));
  }
  return box;
}

function drawToggle({ service, name, label }) {
  const box = element('input');
  box.type = 'checkbox';
  box.id = `switch-${service}-${name}`;
  box.dataset.testid = box.id;
  box.setAttribute('role', 'switch');
  box.addEventListener('change', () => send({ action: 'switch', service, name, on: box.checked }));
  return element('label', 'switch', element('span', '', label), box);
}

function drawOnce({ service, name, label }) {
  const once = button('once', 'Do it', () => send({ action: 'switch', service, name, on: true }));
  once.id = `switch-${service}-${name}`;
  once.dataset.testid = once.id;
  once.setAttribute('aria-label', label);
  return element('div', 'switch', element('span', '', label), once);
}

/** How Wings is broken, for those who want it otherwise than "down". */
function drawWings({ modes }) {
  const choice = element('select');
  choice.id = 'wings-mode';
  choice.dataset.testid = choice.id;
  choice.setAttribute('aria-label', 'How Wings behaves');
  choice.append(...modes.map(({ mode, label }) => new Option(`${mode}: ${label}`, mode)));
  choice.addEventListener('change', () => {
    const mode = choice.value;
    send({ action: 'switch', service: 'panel', name: 'wings', on: mode !== 'ok', mode });
    choice.blur();
  });
  return choice;
}
