// Whoever reads the newest messages goes on reading the newest, also when one grows or a picture arrives.

const NEAR = 120;
const reading = new WeakMap();

/** Keeps a list of messages at its end while somebody is there. */
export function stayAtEnd(scroll) {
  reading.set(scroll, true);
  scroll.addEventListener('scroll', () => {
    reading.set(scroll, scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR);
  });
  const observer = new ResizeObserver(() => {
    if (reading.get(scroll)) scroll.scrollTop = scroll.scrollHeight;
  });
  for (const part of [scroll, ...scroll.children]) observer.observe(part);
}

/** Shows the newest messages. */
export function goToEnd(scroll) {
  reading.set(scroll, true);
  scroll.scrollTop = scroll.scrollHeight;
}
