// Draws messages as the channel shows them: Components V2 containers, replies, pings, ephemeral answers.
import { element, markdown } from './markdown.js';

/** One message as a list item. `on` holds what a click does: press(message, customId), dismiss(id), remove(id). */
export function drawMessage(message, state, on) {
  const item = element('li', 'message');
  item.id = `message-${message.id}`;
  item.dataset.testid = item.id;
  const pinged = message.pings.roles.some((role) => state.myRoles.includes(role)) || message.pings.everyone;
  item.classList.toggle('pinged', pinged);
  item.classList.toggle('mine', message.ephemeral);
  const isBot = (state.names[message.authorId] ?? state.botName) === state.botName;
  const author = state.names[message.authorId] ?? state.botName;
  item.append(element('span', 'avatar', author[0]));
  if (message.referencedMessageId) item.append(element('div', 'reply', replyLine(message, state)));
  const body = element('div');
  const head = element('div');
  head.append(element('span', 'author', author), ...(isBot ? [element('span', 'tag', 'APP')] : [' ']));
  head.append(element('span', 'time', new Date(message.createdMs).toLocaleTimeString()));
  if (message.editedMs) head.append(element('span', 'time', ' (edited)'));
  body.append(head);
  if (message.content) body.append(markdown(message.content, state));
  for (const component of message.components) body.append(draw(component, message, state, on));
  if (message.ephemeral) body.append(only(message, on));
  else body.append(button('delete', 'Delete', () => on.remove(message.id)));
  item.append(body);
  return item;
}

/** Something a person did that has no answer yet, or never got one. */
export function drawWaiting(waiting, state) {
  const item = element('li', 'message mine');
  item.append(element('span', 'avatar', 'O'));
  const body = element('div');
  body.append(element('span', 'author', state.botName), element('span', 'tag', 'APP'));
  const failed = waiting.state === 'failed';
  body.append(
    element(
      'div',
      failed ? 'failed' : 'thinking',
      failed ? 'This interaction failed' : `${state.botName} is thinking`,
    ),
  );
  item.append(body);
  return item;
}

function draw(component, message, state, on) {
  switch (component.type) {
    case 17: {
      const box = element('div', 'container');
      if (component.accent_color != null) {
        box.style.borderLeftColor = `#${component.accent_color.toString(16).padStart(6, '0')}`;
      }
      box.append(...component.components.map((child) => draw(child, message, state, on)));
      return box;
    }
    case 10:
      return markdown(component.content, state);
    case 14:
      return element('hr');
    case 1: {
      const row = element('div', 'row');
      row.append(...component.components.map((child) => drawButton(child, message, on)));
      return row;
    }
    default:
      return element('div', 'small', `(a component of type ${component.type})`);
  }
}

function drawButton(component, message, on) {
  if (component.url) {
    const link = element('a', 'style-5', `${component.label} ↗`);
    link.href = component.url;
    link.target = '_blank';
    link.rel = 'noreferrer';
    return link;
  }
  const pressable = button(`style-${component.style}`, component.label, () =>
    on.press(message, component.custom_id),
  );
  pressable.dataset.customId = component.custom_id;
  pressable.disabled = component.disabled === true;
  return pressable;
}

function only(message, on) {
  const line = element('div', 'only', '👁 Only you can see this · ');
  line.append(button('link', 'Dismiss message', () => on.dismiss(message.id)));
  return line;
}

function replyLine(message, state) {
  const target = state.messages.find((other) => other.id === message.referencedMessageId);
  const text = target
    ? JSON.stringify(target.components).match(/### (.*?)\\n/)?.[1]
    : 'Original message was deleted';
  return `${state.botName} ${text ?? ''}`.replaceAll('`', '');
}

function button(className, label, onClick) {
  const made = element('button', className, label);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}
