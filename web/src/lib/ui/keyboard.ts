// From keys to commands.
import { COMMANDS, type Command } from './commands';

const SEQUENCE = 1200;
let before = '';
let at = 0;

const byKeys = new Map<string, Command>(COMMANDS.flatMap((command) => command.keys.map((keys) => [keys, command] as const)));

function named(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'Space' : event.key;
  const letter = key.length === 1 && /\p{L}/u.test(key);
  const ctrl = event.ctrlKey || event.metaKey;
  const parts = [ctrl && 'Ctrl', event.altKey && 'Alt', event.shiftKey && (letter || key.length > 1) && 'Shift'].filter(Boolean);
  const shown = letter ? (parts.length > 0 ? key.toUpperCase() : key) : key;
  return [...parts, shown].join('+');
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** What a button or link does with a key by itself. */
function native(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : undefined;
  return (event.key === 'Enter' || event.key === ' ') && target?.closest('button, a, summary, [role=option]') != null;
}

export function onkeydown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const name = named(event);
  // Asked of the page, not of the state: what Escape closed is gone at once, its `close` event comes later.
  if (document.querySelector('dialog[open]')) return;
  const command = commandOf(name);
  if (!command) return;
  if (typing(event.target)) {
    // Ctrl+Z and Ctrl+A in a text are the text's own.
    if (name === 'Escape') (event.target as HTMLElement).blur();
    if (name !== 'Ctrl+K' && name !== 'Alt+T') return;
  }
  if (native(event)) return;
  event.preventDefault();
  command.run();
}

function commandOf(name: string): Command | undefined {
  const sequence = performance.now() - at < SEQUENCE ? byKeys.get(`${before} ${name}`) : undefined;
  before = name;
  at = performance.now();
  if (sequence) before = '';
  return sequence ?? byKeys.get(name);
}
