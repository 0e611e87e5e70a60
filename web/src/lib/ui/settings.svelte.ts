// What a person chose for this browser.
export type Theme = 'system' | 'light' | 'dark';
export type Locale = 'en' | 'de' | 'ar';

interface Settings {
  theme: Theme;
  locale: Locale;
}

const KEY = 'todo.settings';

function stored(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>;
  } catch {
    return {};
  }
}

function preferred(): Locale {
  const known: Locale[] = ['en', 'de', 'ar'];
  for (const language of navigator.languages) {
    const found = known.find((locale) => language.toLowerCase().startsWith(locale));
    if (found) return found;
  }
  return 'en';
}

const initial = stored();
export const settings: Settings = $state({ theme: initial.theme ?? 'system', locale: initial.locale ?? preferred() });

/** Keeps the choices and shows them. */
export function apply(): void {
  const root = document.documentElement;
  if (settings.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = settings.theme;
  root.lang = settings.locale;
  root.dir = settings.locale === 'ar' ? 'rtl' : 'ltr';
  remember(KEY, settings);
}

/** Keeps a value for the next visit, where the browser allows that. */
export function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: it holds until the page is left.
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // There is nothing then.
  }
}

/** What was kept under `key`. */
export function remembered<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

/** The zone of this browser. */
export const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
