// The switches: everything of every simulated part that can be broken, by part, with how much of it is.
import { send } from './api.js';
import { $, button, element, toast } from './dom.js';

const SERVICES = {
  panel: ['🖥️', 'Panel & Wings'],
  stripe: ['💳', 'Stripe'],
  discord: ['💬', 'Discord'],
  database: ['🗄️', 'Database'],
  redis: ['🧰', 'Redis'],
  watchers: ['📟', 'Heartbeat & pager'],
  bot: ['🤖', 'Bot process'],
};

/** Draws the switches once, and brings them up to date. */
export function drawSwitches(switches) {
  if (!$('switches').hasChildNodes()) {
    $('switches').append(...Object.keys(SERVICES).map((service) => drawService(service, switches)));
  }
  for (const { service, name, on, kind, mode } of switches) {
    const control = $(`switch-${service}-${name}`);
    if (kind === 'toggle') control.checked = on;
    if (kind === 'choice' && document.activeElement !== control) control.value = mode;
    if (kind === 'choice') control.classList.toggle('bad', on);
  }
  for (const service of Object.keys(SERVICES)) {
    drawBadge($(`broken-${service}`), switches.filter((one) => one.service === service && one.on).length);
  }
  const broken = switches.filter(({ on }) => on).length;
  drawBadge($('broken-all'), broken);
  $('mend').disabled = broken === 0;
}

function drawBadge(badge, count) {
  badge.textContent = count === 0 ? 'all well' : `${count} on`;
  badge.classList.toggle('bad', count > 0);
}

function drawService(service, switches) {
  const [icon, title] = SERVICES[service];
  const badge = element('span', 'badge', '');
  badge.id = `broken-${service}`;
  badge.dataset.testid = badge.id;
  const box = element('details', 'service', element('summary', '', `${icon} ${title}`, badge));
  box.open = service === 'panel' && innerWidth > 820;
  box.dataset.testid = `service-${service}`;
  const draw = { once: drawOnce, toggle: drawToggle, choice: drawChoice };
  box.append(...switches.filter((one) => one.service === service).map((one) => draw[one.kind](one)));
  return box;
}

async function throwIt(control, { service, name }, change) {
  control.disabled = true;
  const done = await send({ action: 'switch', service, name, ...change });
  control.disabled = false;
  if (document.activeElement === document.body) control.focus();
  return done;
}

function named(control, { service, name }) {
  control.id = `switch-${service}-${name}`;
  control.dataset.testid = control.id;
  return control;
}

function drawToggle(one) {
  const box = named(element('input'), one);
  box.type = 'checkbox';
  box.setAttribute('role', 'switch');
  box.addEventListener('change', () => throwIt(box, one, { on: box.checked }));
  // A switch is also thrown by Enter, as buttons are.
  box.addEventListener('keydown', (event) => event.key === 'Enter' && box.click());
  return element('label', 'switch', element('span', '', one.label), box);
}

function drawOnce(one) {
  const once = named(
    button('once', 'Do it', async () => {
      if (await throwIt(once, one, { on: true })) toast(`Done: ${one.label}`);
    }),
    one,
  );
  once.setAttribute('aria-label', one.label);
  return element('div', 'switch', element('span', '', one.label), once);
}

function drawChoice(one) {
  const choice = named(element('select'), one);
  choice.append(...one.modes.map(({ mode, label }) => new Option(label, mode)));
  choice.addEventListener('change', () => {
    const { value: mode } = choice;
    throwIt(choice, one, { on: mode !== 'ok', mode });
  });
  return element('label', 'choice-switch', element('span', '', one.label), choice);
}
