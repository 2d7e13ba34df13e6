// A thread: the pill under its message, and the panel beside the channel, which fills a phone.
import { button, element } from './dom.js';

/** The button under a message that opens its thread. */
export function threadPill({ name, messages, archived }, open) {
  const count = messages.length;
  const words = count === 0 ? 'See Thread' : `${count} Message${count === 1 ? '' : 's'}`;
  const state = archived ? element('small', '', 'archived') : '';
  const head = element(
    'span',
    'pill-head',
    element('b', '', name),
    element('span', 'pill-count', `${words} ›`),
    state,
  );
  const pill = button('thread-pill', head, open);
  pill.dataset.testid = 'thread-pill';
  pill.setAttribute('aria-label', `Thread ${name}, ${count} message${count === 1 ? '' : 's'}, open`);
  return pill;
}

/** The threads of a channel that are under way, for the list of channels. */
export function threadsOf(channelId, state) {
  return state.channels.filter(({ parentId, archived }) => parentId === channelId && !archived);
}
