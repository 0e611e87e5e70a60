// How something comes again, as a person thinks of it, and as the rule (RFC 5545) that says the same.
import { dayLong, weekday, weekdayName } from '$lib/dates';
import { regional, t } from '$lib/i18n/index.svelte';

export const UNITS = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type Unit = (typeof UNITS)[number];
/** From Monday on. */
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

export interface Rhythm {
  unit: Unit;
  every: number;
  /** 0 for Monday; none: the weekday on which it is due. */
  weekdays: number[];
  /** The day of the month, the last one being -1. */
  monthDay?: number;
  /** Or the first (1) to the fourth, or the last (-1), of a weekday in it. */
  nth?: { which: number; weekday: number };
  /** After so many, or on a day. */
  ends?: { count: number } | { until: string };
}

/** What a rule says, unless it says more than can be chosen here. */
export function rhythmOf(rule: string): Rhythm | undefined {
  const parts = new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]));
  const take = (name: string) => {
    const value = parts.get(name);
    parts.delete(name);
    return value;
  };
  const unit = UNITS.find((unit) => unit === parts.get('FREQ'));
  parts.delete('FREQ');
  parts.delete('WKST');
  const [every, count, until, days, monthDay] = ['INTERVAL', 'COUNT', 'UNTIL', 'BYDAY', 'BYMONTHDAY'].map(take);
  if (!unit || parts.size > 0) return undefined;
  const rhythm: Rhythm = { unit, every: Number(every ?? 1), weekdays: [] };
  if (count !== undefined) rhythm.ends = { count: Number(count) };
  if (until !== undefined) {
    if (until.length !== 8) return undefined;
    rhythm.ends = { until: `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6)}` };
  }
  if (monthDay !== undefined) {
    if (unit !== 'MONTHLY' || days !== undefined || !/^(-1|\d+)$/.test(monthDay)) return undefined;
    rhythm.monthDay = Number(monthDay);
  }
  if (days !== undefined && unit === 'WEEKLY') {
    rhythm.weekdays = days.split(',').map((day) => DAYS.indexOf(day));
    if (rhythm.weekdays.includes(-1)) return undefined;
  } else if (days !== undefined) {
    const [, which, day] = /^(-1|[1-4])([A-Z]{2})$/.exec(days) ?? [];
    if (unit !== 'MONTHLY' || which === undefined || day === undefined) return undefined;
    rhythm.nth = { which: Number(which), weekday: DAYS.indexOf(day) };
  }
  return rhythm;
}

/** The rule that says it. */
export function ruleOf({ unit, every, weekdays, monthDay, nth, ends }: Rhythm): string {
  const parts = [`FREQ=${unit}`];
  if (every > 1) parts.push(`INTERVAL=${every}`);
  if (ends) parts.push('count' in ends ? `COUNT=${ends.count}` : `UNTIL=${ends.until.replaceAll('-', '')}`);
  if (unit === 'MONTHLY' && monthDay !== undefined) parts.push(`BYMONTHDAY=${monthDay}`);
  if (unit === 'WEEKLY' && weekdays.length > 0) parts.push(`BYDAY=${weekdays.toSorted((a, b) => a - b).map((day) => DAYS[day]).join(',')}`);
  if (unit === 'MONTHLY' && nth) parts.push(`BYDAY=${nth.which}${DAYS[nth.weekday]}`);
  return parts.join(';');
}

/** Which of its weekday in the month a day is: the first to the fourth, or the last. */
export function nthOf(day: string): { which: number; weekday: number } {
  const which = Math.ceil(Number(day.slice(8, 10)) / 7);
  return { which: which > 4 ? -1 : which, weekday: weekday(day) };
}

/** A day of the month in words. */
export function monthDayWords(day: number): string {
  return day === -1 ? t('rhythm.lastDay') : t('rhythm.monthDay', { n: day });
}

export function nthWords({ which, weekday }: { which: number; weekday: number }): string {
  return t(`rhythm.nth.${which}` as 'rhythm.nth.1', { day: weekdayName(weekday) });
}

/** A rule in words; one that says more than can be chosen here, as it is. */
export function rhythmWords(rule: string): string {
  const rhythm = rhythmOf(rule);
  if (!rhythm) return rule;
  const { unit, every, weekdays, monthDay, nth, ends } = rhythm;
  const days = new Intl.ListFormat(regional(), { type: 'conjunction' }).format(weekdays.map((day) => weekdayName(day)));
  const on = [
    weekdays.length > 0 && t('rhythm.on', { days }),
    monthDay !== undefined && monthDayWords(monthDay),
    nth && nthWords(nth),
  ];
  const what = [t(`rhythm.every.${unit}`, { n: every }), ...on].filter(Boolean).join(' ');
  if (!ends) return what;
  const end = 'count' in ends ? t('rhythm.times', { n: ends.count }) : t('rhythm.until', { day: dayLong(ends.until) });
  return t('rhythm.join', { what, end });
}
