// Asking again until an answer is as new as what was told.
const SOON = 60;
const SELDOM = 1000;
const PATIENCE = 20_000;

/** Looks until `look` says that it saw what was told of, more and more seldom. Whether it did before patience ended. */
export async function settled(look: () => Promise<boolean>): Promise<boolean> {
  const end = Date.now() + PATIENCE;
  for (let wait = SOON; !(await look()); wait = Math.min(wait * 2, SELDOM)) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return true;
}
