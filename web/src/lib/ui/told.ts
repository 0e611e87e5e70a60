// Steps and reminders in words.
import type { Reminder, Subtask } from '$lib/api/client';
import { dueLabel, momentLabel, spanLabel } from '$lib/dates';
import { t } from '$lib/i18n/index.svelte';
import { now } from './now.svelte';

/** When a reminder rings. */
export function reminderWords({ minutesBefore, at }: Reminder): string {
  if (typeof at === 'string') return momentLabel(at);
  if (at) return dueLabel(at, now.today);
  if (minutesBefore === undefined) return '';
  if (minutesBefore === 0) return t('reminders.atDue');
  return t(minutesBefore > 0 ? 'reminders.before' : 'reminders.after', { time: spanLabel(Math.abs(minutesBefore)) });
}

/** An entry of a field that is a list of steps or of reminders. */
export function entryWords(entry: Subtask | Reminder): string {
  if ('title' in entry) return `${entry.completed ? '☑' : '☐'} ${entry.title}`;
  return reminderWords(entry);
}
