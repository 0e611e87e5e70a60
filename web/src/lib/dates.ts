// Days, times and zones, without a library: the platform has all that is needed.
import type { Due } from '$lib/api/client';
import { regional, t } from '$lib/i18n/index.svelte';
import { ZONE } from '$lib/ui/settings.svelte';

const MINUTE = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = regional() + JSON.stringify(options);
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(regional(), options)));
  return found;
}

/** How far `zone` is ahead of UTC at an instant, in milliseconds. */
function offset(zone: string, instant: number): number {
  const key = `offset ${zone}`;
  let found = formats.get(key);
  if (!found) {
    const parts = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
    formats.set(key, (found = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...parts })));
  }
  const of = Object.fromEntries(found.formatToParts(instant).map((part) => [part.type, Number(part.value)]));
  const wall = Date.UTC(of.year ?? 0, (of.month ?? 1) - 1, of.day ?? 1, of.hour ?? 0, of.minute ?? 0, of.second ?? 0);
  return wall - Math.floor(instant / 1000) * 1000;
}

/** The instant at which the clocks of `zone` show `local`. */
export function instantOf(local: string, zone: string): number {
  const wall = Date.parse(`${local.length === 10 ? `${local}T00:00:00` : local}Z`);
  try {
    const guess = wall - offset(zone, wall);
    return wall - offset(zone, guess);
  } catch {
    return wall;
  }
}

const instants = new Map<string, number>();

/** From when on it is overdue: the due time, or the end of a whole day. */
export function overdueFrom(due: Due): number {
  const key = `${due.local} ${due.zone}`;
  let found = instants.get(key);
  if (found === undefined) {
    found = due.local.length === 10 ? instantOf(addDays(due.local, 1), due.zone) : instantOf(due.local, due.zone);
    instants.set(key, found);
  }
  return found;
}

/** The day on which it is due here. A whole day is that day everywhere. */
export function dueDay(due: Due): string {
  if (due.local.length === 10 || due.zone === ZONE) return due.local.slice(0, 10);
  return dayOf(overdueFrom(due));
}

/** The day of an instant here, as 2026-11-24. */
export function dayOf(instant: number): string {
  const date = new Date(instant);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The day so many days after `day`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 24 * 60 * MINUTE).toISOString().slice(0, 10);
}

/** How many days `day` is after `other`. */
export function daysBetween(other: string, day: string): number {
  return Math.round((Date.parse(`${day}T00:00:00Z`) - Date.parse(`${other}T00:00:00Z`)) / (24 * 60 * MINUTE));
}

/** 0 for Monday. */
export function weekday(day: string): number {
  return (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** A day in words, as near as it is. */
export function dayLabel(day: string, today: string): string {
  const distance = daysBetween(today, day);
  if (distance === 0) return t('day.today');
  if (distance === 1) return t('day.tomorrow');
  if (distance === -1) return t('day.yesterday');
  const date = new Date(`${day}T12:00:00Z`);
  if (distance > 1 && distance < 7) return format({ weekday: 'long', timeZone: 'UTC' }).format(date);
  const year = day.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' as const };
  return format({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC', ...year }).format(date);
}

/** A day in full. */
export function dayTitle(day: string): string {
  return format({ weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
}

/** A day in full, with its year. */
export function dayLong(day: string): string {
  return format({ day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
}

/** What a weekday is called; 0 for Monday. */
export function weekdayName(day: number, style: 'long' | 'short' = 'long'): string {
  return format({ weekday: style, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + day)));
}

/** So many minutes, in the largest unit that says it exactly. */
export function spanLabel(minutes: number): string {
  const units = [
    ['week', 10_080],
    ['day', 1440],
    ['hour', 60],
  ] as const;
  const [unit, size] = units.find(([, size]) => minutes % size === 0) ?? (['minute', 1] as const);
  return new Intl.NumberFormat(regional(), { style: 'unit', unit, unitDisplay: 'long' }).format(minutes / size);
}

/** A day, as short as an axis needs it. */
export function dayShort(day: string): string {
  return format({ day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(`${day}T12:00:00Z`));
}

/** When it is due, in words. Another zone's clock is named. */
export function dueLabel(due: Due, today: string): string {
  if (due.local.length === 10) return dayLabel(due.local, today);
  const wall = new Date(`${due.local}Z`);
  const time = format({ hour: 'numeric', minute: '2-digit', timeZone: 'UTC' }).format(wall);
  const label = `${dayLabel(due.local.slice(0, 10), today)} ${time}`;
  return due.zone === ZONE ? label : `${label} (${due.zone.split('/').pop()?.replace(/_/g, ' ')})`;
}

/** An instant in words, to the minute. */
export function momentLabel(instant: string): string {
  return format({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(instant));
}

/** How long a time is, in its largest unit. */
export function durationLabel(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ['second', 1];
  const value = seconds / size;
  const digits = value < 10 ? 1 : 0;
  return new Intl.NumberFormat(regional(), { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);
}
