// Searches that were given a name.
import { call, Problem, type ListParameters } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { toasts } from '$lib/ui/toasts.svelte';

export interface Filter {
  name: string;
  /** The parameters of a list, as they stand in a URL. */
  query: string;
}

type Parameters = ListParameters & Record<string, unknown>;

class Filters {
  list: Filter[] = $state.raw([]);
  /** Whether the server keeps filters. */
  known = $state(false);

  async load(): Promise<void> {
    try {
      this.list = (await call<Filter[]>('GET', '/filters')).value;
      this.known = true;
    } catch {
      // An older server has none; one that is away is asked again when it is back.
    }
  }

  /** Keeps a search under a name. */
  async save(name: string, query: string): Promise<boolean> {
    try {
      await call('PUT', `/filters/${encodeURIComponent(name)}`, { body: { query } });
      await this.load();
      toasts.show(t('filter.saved', { name }));
      return true;
    } catch (error) {
      toasts.show(error instanceof Problem ? error.reason : t('offline.title'), { kind: 'error' });
      return false;
    }
  }

  async remove(name: string): Promise<void> {
    const filter = this.list.find((one) => one.name === name);
    await call('DELETE', `/filters/${encodeURIComponent(name)}`);
    await this.load();
    toasts.show(t('filter.removed', { name }), filter ? { action: { label: t('undo'), run: () => void this.save(name, filter.query) } } : {});
  }

  /** What a filter asks for. */
  async query(name: string): Promise<Parameters | undefined> {
    if (this.list.length === 0) await this.load();
    const kept = this.list.find((filter) => filter.name === name);
    if (!kept) return undefined;
    const all = new URLSearchParams(kept.query);
    return Object.fromEntries([...new Set(all.keys())].map((key) => [key, key === 'tag' ? all.getAll(key) : (all.get(key) ?? '')]));
  }
}

export const filters = new Filters();
