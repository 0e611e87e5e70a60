// What the analytics page draws, and how it divides an axis.
export interface Day {
  day: string;
  created: number;
  completed: number;
  overdue: number;
  leadTime: { medianSeconds: number; p95Seconds: number } | null;
}

export interface Analytics {
  zone: string;
  days: Day[];
  streak: { current: number; longest: number };
}

export const HEIGHT = 200;
export const LEFT = 52;
export const BOTTOM = 24;
export const TOP = 10;

/** Two to five round steps from 0 to at least `most`. */
export function ticks(most: number, whole: boolean): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough, whole ? 1 : 0);
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, at) => at * step);
}

/** Which of `count` days get a label, so that they do not touch in `width` pixels. */
export function labelled(count: number, width: number): (at: number) => boolean {
  const every = Math.ceil(count / Math.max(2, Math.min(8, Math.floor(width / 70))));
  return (at) => (count - 1 - at) % every === 0;
}
