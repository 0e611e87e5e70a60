// The time, as lists need it: to the minute.
import { dayOf } from '$lib/dates';

class Now {
  instant = $state(Date.now());
  readonly today: string = $derived(dayOf(this.instant));

  constructor() {
    const renew = () => (this.instant = Date.now());
    setInterval(renew, 30_000);
    addEventListener('focus', renew);
  }
}

export const now = new Now();
