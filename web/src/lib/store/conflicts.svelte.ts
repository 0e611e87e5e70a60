// Two changed the same field: the person chooses, field by field.
import type { Field, Item, Patch } from './item';

export interface Conflict {
  theirs: Item;
  mine: Patch;
  fields: Field[];
  resolve: (chosen: Patch) => void;
}

class Conflicts {
  /** The one that is asked about, and those that wait. */
  queue: Conflict[] = $state.raw([]);

  get current(): Conflict | undefined {
    return this.queue[0];
  }

  /** Asks which values shall hold. */
  ask(theirs: Item, mine: Patch, fields: Field[]): Promise<Patch> {
    return new Promise((resolve) => {
      this.queue = [...this.queue, { theirs, mine, fields, resolve }];
    });
  }

  answer(chosen: Patch): void {
    const [first, ...rest] = this.queue;
    this.queue = rest;
    first?.resolve(chosen);
  }
}

export const conflicts = new Conflicts();
