// A menu at the pointer or at a button: of a message, or of a person.
import { button, element } from './dom.js';

let open = null;

/** Shows a menu. `entries` are [label, run, class]; `at` is a point or an element; the focus goes back to where it was. */
export function openMenu(label, entries, at) {
  open?.hide();
  const before = document.activeElement;
  const menu = element('div', 'menu');
  menu.popover = 'manual';
  menu.setAttribute('role', 'menu');
  menu.setAttribute('aria-label', label);
  const hide = () => {
    if (open?.menu !== menu) return;
    open = null;
    menu.remove();
    if (before?.isConnected) before.focus();
  };
  const items = entries.map(([words, run, className = '']) => {
    const item = button(className, words, () => {
      hide();
      run();
    });
    item.setAttribute('role', 'menuitem');
    item.tabIndex = -1;
    return item;
  });
  menu.append(element('div', 'menu-label', label), ...items);
  menu.addEventListener('keydown', (event) => onKey(event, items, hide));
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (!menu.contains(relatedTarget)) hide();
  });
  document.body.append(menu);
  menu.showPopover();
  open = { menu, hide };
  place(menu, at);
  items[0]?.focus();
}

function onKey(event, items, hide) {
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 };
  if (event.key === 'Escape' || event.key === 'Tab') hide();
  else if (event.key in steps) items[steps[event.key] % items.length]?.focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function place(menu, at) {
  const box = at instanceof Element ? at.getBoundingClientRect() : { left: at.x, bottom: at.y };
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(box.bottom + 2, innerHeight - height - 8))}px`;
}
