// What a person chooses from.
import type { Due, Priority } from '$lib/api/client';
import { addDays, weekday } from '$lib/dates';
import type { Key } from '$lib/i18n/index.svelte';
import { ZONE } from './settings.svelte';

export const PRIORITIES: readonly Priority[] = ['urgent', 'high', 'medium', 'low'];

/** Days that are often meant. */
export function dueChoices(today: string): { label: Key; due: Due | null }[] {
  const due = (days: number) => ({ local: addDays(today, days), zone: ZONE });
  return [
    { label: 'day.today', due: due(0) },
    { label: 'day.tomorrow', due: due(1) },
    { label: 'due.nextWeek', due: due(7 - weekday(today)) },
    { label: 'due.none', due: null },
  ];
}
