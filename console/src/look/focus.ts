// SPDX-License-Identifier: Apache-2.0
// Keeps the keyboard inside a box while it is open, and gives the focus back afterwards.

const reachable = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex="-1"])';

/** What Tab reaches in the box, in its order, without what is hidden. */
function stops(box: HTMLElement): HTMLElement[] {
  return [...box.querySelectorAll<HTMLElement>(reachable)].filter((element) => element.getClientRects().length > 0);
}

/** The alarm bar stays within reach whatever is open: its buttons are after the last one of the box. */
function alarmStops(): HTMLElement[] {
  const bar = document.getElementById('alarm-bar');
  return bar ? stops(bar) : [];
}

/** Boxes that are open, the innermost last: only that one takes keys. */
const open: HTMLElement[] = [];
export const anyTrap = (): boolean => open.length > 0;

export function trapFocus(box: HTMLElement, close: () => void): () => void {
  const before = document.activeElement;
  const first = box.querySelector<HTMLElement>('[data-first]') ?? stops(box).find((stop) => stop.closest('.body')) ?? stops(box)[0] ?? box;
  first.focus();
  open.push(box);
  const keys = (event: KeyboardEvent): void => {
    // An input method's own keys, such as the Escape that puts its candidates away, are not ours.
    if (open.at(-1) !== box || event.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === 'Tab') {
      const all = [...stops(box), ...alarmStops()];
      const at = all.indexOf(document.activeElement as HTMLElement);
      const next = all[(at + (event.shiftKey ? -1 : 1) + all.length) % all.length];
      event.preventDefault();
      (next ?? box).focus();
    }
  };
  document.addEventListener('keydown', keys, true);
  return () => {
    document.removeEventListener('keydown', keys, true);
    open.splice(open.indexOf(box), 1);
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}
