// Every text that the page shows comes from a catalogue. English is always there; the others are loaded when chosen.
import { en } from './en';
import { apply, settings, type Locale } from '$lib/ui/settings.svelte';

export type Message = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);
export type Key = keyof typeof en;
export type Catalogue = Record<Key, Message>;
export type Parameters = Record<string, string | number>;

const load: Record<Locale, () => Promise<Catalogue>> = {
  en: async () => en,
  de: async () => (await import('./de')).de,
  ar: async () => (await import('./ar')).ar,
};

let catalogue: Catalogue = $state.raw(en);
let locale: Locale = $state('en');

/** Shows the page in the language that the settings name. */
export async function useLocale(chosen: Locale): Promise<void> {
  settings.locale = chosen;
  catalogue = await load[chosen]().catch(() => en);
  locale = chosen;
  apply();
}

/** The language as the browser's region writes dates and numbers. */
export function regional(): string {
  return navigator.languages.find((language) => language.toLowerCase().split('-')[0] === locale) ?? locale;
}

/** The message of `key`. `n` chooses among plural forms and is written as the language does. */
export function t(key: Key, parameters: Parameters = {}): string {
  const message: Message | undefined = catalogue[key];
  // What the server names may be newer than the page: then its own name is shown.
  if (message === undefined) return key;
  const form =
    typeof message === 'string' ? message : (message[new Intl.PluralRules(locale).select(Number(parameters.n ?? 0))] ?? message.other);
  return form.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    return typeof value === 'number' ? number(value) : (value ?? '');
  });
}

/** A number as the language writes it. */
export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(regional(), options).format(value);
}

/** The message for something that the server names, or the server's own name where there is none. */
export function named(prefix: string, name: string): string {
  const key = `${prefix}.${name}`;
  const label = t(key as Key);
  return label === key ? name : label;
}
