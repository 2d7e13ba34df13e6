// The shop, the clock and the counters.
import { send } from './api.js';
import { $, button, element, toast } from './dom.js';
import { asRadioGroup, checkRadio } from './radio.js';
import { drawSwitches } from './switch-panel.js';

const EURO = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });
const SPEEDS = [1, 10, 60];
const SKIPS = [
  ['+5 min', 5],
  ['+1 hour', 60],
];

/** Wires shop, clock and switches. */
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
  startClock();
}

function startClock() {
  for (const factor of SPEEDS) {
    const item = button('', `${factor}×`, () => changeTime({ factor }));
    item.value = String(factor);
    item.dataset.testid = `speed-${factor}`;
    item.setAttribute('role', 'radio');
    item.setAttribute('aria-label', `${factor} times as fast`);
    $('speeds').append(item);
  }
  asRadioGroup($('speeds'));
  for (const [label, minutes] of SKIPS) {
    const item = button('', label, () => changeTime({ skipMs: minutes * 60_000 }));
    item.dataset.testid = `skip-${minutes}`;
    item.setAttribute('aria-label', `Skip ${minutes} minutes`);
    $('skips').append(item);
  }
}

async function changeTime(change) {
  $('time').classList.add('waiting');
  $('time').setAttribute('aria-busy', 'true');
  if (await send({ action: 'time', ...change })) toast('The clock was changed; the bot restarted with it.');
  $('time').classList.remove('waiting');
  $('time').removeAttribute('aria-busy');
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
  }
  drawCounters(state.counters);
  drawSwitches(state.switches);
  checkRadio($('speeds'), String(state.factor));
  const isOther = !SPEEDS.includes(state.factor);
  if (isOther) $('speeds').firstChild.tabIndex = 0;
  $('speed-note').textContent = isOther ? `now ${state.factor}×` : '';
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
