// Answers overtake one another: the later of two questions may be answered first, and then the earlier one's answer is old.

/** Of a question that is asked again and again, tells which answers are older than one that was taken. */
export class Order {
  #asked = 0;
  #taken = 0;

  /** Call it before asking. What it gives says, once the answer is there, whether it may be taken. */
  ask(): () => boolean {
    const mine = (this.#asked += 1);
    return () => {
      if (mine < this.#taken) return false;
      this.#taken = mine;
      return true;
    };
  }
}
