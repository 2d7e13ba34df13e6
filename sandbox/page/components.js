// Draws Components V2 as Discord's desktop client does.
import { button, element } from './dom.js';
import { markdown } from './markdown.js';

const STYLES = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'link' };

/** One component of a message. `context` holds the message, the state, and what a press does. */
export function drawComponent(component, context) {
  const children = () => component.components.map((child) => drawComponent(child, context));
  switch (component.type) {
    case 1:
      return element('div', 'action-row', ...children());
    case 2:
      return component.url ? drawLink(component) : drawButton(component, context);
    case 3:
      return drawSelect(component, context);
    case 9:
      return element('div', 'section', element('div', '', ...children()), accessory(component, context));
    case 10:
      return markdown(component.content, context.state);
    case 14:
      return element(component.divider === false ? 'div' : 'hr', `separator space-${component.spacing ?? 1}`);
    case 17: {
      const box = element('div', 'container', ...children());
      if (component.accent_color !== undefined) {
        box.style.setProperty('--accent', `#${component.accent_color.toString(16).padStart(6, '0')}`);
      }
      return box;
    }
    default:
      return element('small', 'line', `(a component of type ${component.type})`);
  }
}

function accessory(component, context) {
  return component.accessory ? drawComponent(component.accessory, context) : '';
}

function drawButton(component, { message, state, press }) {
  const label = [component.emoji?.name, component.label].filter(Boolean).join(' ');
  const made = button(`button ${STYLES[component.style] ?? 'secondary'}`, label, async () => {
    made.classList.add('waiting');
    await press(message, component.custom_id);
    made.classList.remove('waiting');
  });
  made.dataset.customId = component.custom_id;
  made.disabled = component.disabled === true;
  const isPending = state.waiting.some(
    (one) => one.state === 'pending' && one.messageId === message.id && one.name === component.custom_id,
  );
  made.classList.toggle('waiting', isPending);
  return made;
}

function drawSelect({ custom_id: customId, placeholder, options }, { message, select }) {
  const made = element('select', 'select', new Option(placeholder ?? 'Choose', '', true, true));
  for (const { label, value, description, emoji } of options) {
    const words = [emoji?.name, label, description && `(${description})`].filter(Boolean).join(' ');
    made.append(new Option(words, value));
  }
  made.setAttribute('aria-label', placeholder ?? 'Choose');
  made.dataset.customId = customId;
  made.addEventListener('change', async () => {
    const { value } = made;
    made.value = '';
    if (value !== '') await select(message, customId, [value]);
  });
  return made;
}

function drawLink({ label, url }) {
  const link = element('a', 'button link', label ?? url, element('span', 'arrow', '↗'));
  link.href = url;
  link.target = '_blank';
  link.rel = 'noreferrer';
  return link;
}
