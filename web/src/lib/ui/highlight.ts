// Which parts of a text a search found: words by their beginnings, phrases as they stand. As the server folds them.
export interface Part {
  text: string;
  found: boolean;
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The words and phrases of a search. */
export function terms(query: string): string[] {
  const parts = query.split('"');
  const words = parts.flatMap((part, at) => (at % 2 === 0 ? part.split(/[^\p{L}\p{N}]+/u) : [part.trim()]));
  return words.map(fold).filter((word) => word !== '');
}

/** `text` in parts, those found marked. */
export function parts(text: string, wanted: readonly string[]): Part[] {
  if (wanted.length === 0) return [{ text, found: false }];
  const folded = fold(text);
  // Folding may change lengths; then no mark is better than a wrong one.
  if (folded.length !== text.length) return [{ text, found: false }];
  const all: Part[] = [];
  let from = 0;
  for (const { index } of folded.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (index < from) continue;
    const term = wanted.filter((one) => folded.startsWith(one, index)).sort((a, b) => b.length - a.length)[0];
    if (term === undefined) continue;
    if (index > from) all.push({ text: text.slice(from, index), found: false });
    const end = index + term.length;
    all.push({ text: text.slice(index, end), found: true });
    from = end;
  }
  if (from < text.length || all.length === 0) all.push({ text: text.slice(from), found: false });
  return all;
}
