// A group of buttons of which one is chosen: one stop for Tab, arrows inside.

/** Makes the buttons of `group` a radio group, which an arrow moves in. */
export function asRadioGroup(group) {
  group.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...group.querySelectorAll('[role=radio]')];
    const next = items[(items.indexOf(document.activeElement) + step + items.length) % items.length];
    next.focus();
    next.click();
  });
}

/** Marks which of the group's buttons is chosen. */
export function checkRadio(group, value) {
  for (const item of group.querySelectorAll('[role=radio]')) {
    const isCurrent = item.value === value;
    item.classList.toggle('current', isCurrent);
    item.setAttribute('aria-checked', String(isCurrent));
    item.tabIndex = isCurrent ? 0 : -1;
  }
}
