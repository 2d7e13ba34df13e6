// The line above a message that says what it answers.
import { $, avatar, button, element } from './dom.js';
import { plain } from './markdown.js';

/** The message that a message answers, or null. */
export const targetOf = (message) => message.replyTo ?? message.via?.messageId ?? null;

/** The line above a message, as a list of one element or none. */
export function reference(message, target, state) {
  if (message.via && message.via.messageId === null) {
    const who = state.people.find(({ id }) => id === message.via.personId);
    const used = element(
      'span',
      'mention',
      `${message.via.kind === 'command' ? '/' : ''}${message.via.name}`,
    );
    return [line(who, ' used ', used)];
  }
  if (targetOf(message) === null) return [];
  if (!target) return [element('div', 'reference', element('i', '', 'Original message was deleted'))];
  const who = state.people.find(({ id }) => id === target.authorId);
  const words = button('excerpt', excerpt(target, state), () => {
    const item = $(`message-${target.id}`);
    item?.scrollIntoView({ behavior: 'smooth', block: 'center' });
    item?.animate([{ backgroundColor: '#5865f240' }, { backgroundColor: 'transparent' }], 1_500);
  });
  return [line(who, words)];
}

function line(who, ...rest) {
  return element('div', 'reference', avatar(who, 'tiny'), element('b', '', who?.displayName ?? ''), ...rest);
}

/** The heading of what a message says. */
function excerpt(message, state) {
  const texts = (component) =>
    component.content ? [component.content] : (component.components ?? []).flatMap(texts);
  const lines = [message.content, ...message.components.flatMap(texts)].join('\n').split('\n');
  return plain(lines.find((words) => words.startsWith('### ')) ?? lines.find(Boolean) ?? '', state);
}
