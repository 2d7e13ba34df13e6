// Draws Components V2 as Discord's clients do.
import { button, colourOf, element } from './dom.js';
import { markdown } from './markdown.js';
import { createPicker } from './picker.js';

const STYLES = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'link' };

/** One component of a message. `context` holds the message, the state, and what a press or a choice does. */
export function drawComponent(component, context) {
  const children = () => component.components.map((child) => drawComponent(child, context));
  switch (component.type) {
    case 1:
      return element('div', 'action-row', ...children());
    case 2:
      return component.url ? drawLink(component) : drawButton(component, context);
    case 3:
    case 5:
    case 6:
    case 7:
    case 8:
      return drawSelect(component, context);
    case 9:
      return element('div', 'section', element('div', '', ...children()), accessory(component, context));
    case 10:
      return markdown(component.content, context.state);
    case 11:
      return picture({ ...component }, 'thumbnail');
    case 12:
      return element('div', 'gallery', ...component.items.map((item) => picture(item, 'picture')));
    case 13:
      return drawFile(component);
    case 14:
      return element(component.divider === false ? 'div' : 'hr', `separator space-${component.spacing ?? 1}`);
    case 17: {
      const box = element('div', 'container', ...children());
      const colour = colourOf(component.accent_color);
      if (colour) box.style.setProperty('--accent', colour);
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
  if (isPending) made.setAttribute('aria-busy', 'true');
  return made;
}

function drawSelect(component, { message, state, select }) {
  const onDone = (values) => select(message, component.custom_id, values);
  return createPicker(component, { state, onDone }).box;
}

function drawLink({ label, url, emoji }) {
  const words = [emoji?.name, label ?? url].filter(Boolean).join(' ');
  const link = element('a', 'button link', words, element('span', 'arrow', '↗'));
  link.href = url;
  link.target = '_blank';
  link.rel = 'noreferrer';
  return link;
}

function picture({ media, description }, className) {
  const image = element('img', className);
  image.src = media.url;
  image.alt = description ?? '';
  return image;
}

function drawFile({ file }) {
  const link = element('a', 'file', '📄 ', decodeURIComponent(file.url.split('/').at(-1)));
  link.href = file.url;
  link.target = '_blank';
  link.rel = 'noreferrer';
  return link;
}
