// The lists that the person is in: what they are called, who else is in them, and what may be done there.
import { call, Problem, type Invitation, type List, type Member, type Operation, type Role } from '$lib/api/client';
import { t } from '$lib/i18n/index.svelte';
import { router } from '$lib/ui/route.svelte';
import { toasts } from '$lib/ui/toasts.svelte';
import { connection } from './connection.svelte';
import { isShared, type Item } from './item';
import { lists } from './lists.svelte';
import { begin, follow, progress, type Begin } from './operations';
import { Order } from './order';
import { todos } from './todos.svelte';
import { history } from './undo.svelte';

class Shelf {
  /** Those not in the trash, by name. */
  all: List[] = $state.raw([]);
  /** The person's own that lie in the trash. */
  deleted: List[] = $state.raw([]);
  ready = $state(false);
  readonly #order = new Order();
  readonly current: List[] = $derived(this.all.filter((list) => !list.archived));
  readonly archived: List[] = $derived(this.all.filter((list) => list.archived));
  /** Where the person may put todos. */
  readonly open: List[] = $derived(this.current.filter((list) => list.role !== 'viewer'));

  of(id: string): List | undefined {
    return this.all.find((list) => list.id === id);
  }

  /** Whether the person may change a todo. What a list says of it is not known before the lists are. */
  mayChange(item: Item): boolean {
    const list = this.of(item.list);
    return list === undefined || (list.role !== 'viewer' && !list.archived);
  }

  /** Whether a todo is in a list that is put away. */
  away(item: Item): boolean {
    return isShared(item.list) && this.of(item.list)?.archived === true;
  }

  async load(): Promise<void> {
    const take = this.#order.ask();
    try {
      const [all, deleted] = await Promise.all([call<List[]>('GET', '/lists'), call<List[]>('GET', '/lists?deleted=true')]);
      if (!take()) return;
      const before = this.ready ? ids(this.all) : undefined;
      this.all = all.value;
      this.deleted = deleted.value;
      this.ready = true;
      const known = new Set([...this.all, ...this.deleted].map((list) => list.id));
      todos.forgetIn((list) => isShared(list) && !known.has(list));
      // What is in a list comes and goes with it.
      if (before !== undefined && before !== ids(this.all)) void lists.load();
    } catch (error) {
      if (!(error instanceof Problem) || error.passing) connection.whenBack(() => void this.load());
    }
  }

  /** Makes a list. The one that was made, unless it was refused. */
  async create(name: string): Promise<List | undefined> {
    let made: List | undefined;
    const key = crypto.randomUUID();
    await this.#try(async () => void (made = (await call<List>('POST', '/lists', { body: { name }, key })).value));
    const id = made?.id;
    if (id !== undefined) {
      const undo = async () => {
        this.#leaveView(id);
        await this.#try(() => drop(id));
      };
      history.tell({ label: t('lists.made', { name }), undo, redo: () => this.#try(() => bringBack(id)) });
    }
    return made;
  }

  async rename(id: string, name: string): Promise<boolean> {
    return this.#change(id, { name }, t('lists.renamed', { name }));
  }

  async describe(id: string, description: string | null): Promise<boolean> {
    return this.#change(id, { description }, t('lists.described'));
  }

  async archive(id: string, archived: boolean): Promise<boolean> {
    const name = this.of(id)?.name ?? '';
    return this.#change(id, { archived }, t(archived ? 'lists.archived' : 'lists.unarchived', { name }));
  }

  async remove(id: string): Promise<void> {
    const name = this.of(id)?.name ?? '';
    const here = this.#leaveView(id);
    if (!(await this.#try(() => drop(id)))) return;
    const undo = async () => {
      if ((await this.#try(() => bringBack(id))) && here) router.go('list', id);
    };
    const redo = async () => {
      this.#leaveView(id);
      await this.#try(() => drop(id));
    };
    history.tell({ label: t('lists.removed', { name }), undo, redo });
  }

  async restore(id: string): Promise<void> {
    const name = this.deleted.find((list) => list.id === id)?.name ?? '';
    if (!(await this.#try(() => bringBack(id)))) return;
    history.tell({ label: t('lists.restored', { name }), undo: () => this.#try(() => drop(id)), redo: () => this.#try(() => bringBack(id)) });
  }

  /** Everybody in a list, its owner first. */
  async members(id: string): Promise<Member[]> {
    return (await call<Member[]>('GET', `/lists/${id}/members`)).value;
  }

  /** Has somebody in a list. Whether it was done. */
  async putMember(id: string, user: string, role: Role, before?: Role): Promise<boolean> {
    const put = (as: Role) => this.#try(() => call('PUT', member(id, user), { body: { role: as } }));
    if (!(await put(role))) return false;
    const undo = () => (before === undefined ? this.#try(() => call('DELETE', member(id, user))) : put(before));
    history.tell({ label: t('members.put', { user, role: t(`role.${role}`) }), undo, redo: () => put(role) });
    return true;
  }

  /** Has somebody in a list no longer. Whether it was done. */
  async removeMember(id: string, user: string, before: Role): Promise<boolean> {
    const remove = () => this.#try(() => call('DELETE', member(id, user)));
    if (!(await remove())) return false;
    const undo = () => this.#try(() => call('PUT', member(id, user), { body: { role: before } }));
    history.tell({ label: t('members.removed', { user }), undo, redo: remove });
    return true;
  }

  /** Who is asked into a list; for its owner. */
  async invitations(id: string): Promise<Invitation[]> {
    return (await call<Invitation[]>('GET', `/lists/${id}/invitations`)).value;
  }

  /** Asks somebody into a list. Whether it was done. */
  async invite(id: string, user: string, role: Role, expires: string): Promise<boolean> {
    const invite = () => this.#try(() => call('PUT', invitation(id, user), { body: { role, expires } }));
    if (!(await invite())) return false;
    history.tell({ label: t('invitations.sent', { user }), undo: () => this.#try(() => call('DELETE', invitation(id, user))), redo: invite });
    return true;
  }

  /** Asks somebody no longer. */
  async withdraw(id: string, { user, role, expires }: Invitation): Promise<boolean> {
    const withdraw = () => this.#try(() => call('DELETE', invitation(id, user)));
    if (!(await withdraw())) return false;
    const undo = () => this.#try(() => call('PUT', invitation(id, user), { body: { role, expires } }));
    history.tell({ label: t('invitations.withdrawn', { user }), undo, redo: withdraw });
    return true;
  }

  /** Copies a list, with what is open in it, as one operation, and shows the copy. */
  async copy(id: string): Promise<boolean> {
    const name = t('lists.copyName', { name: this.of(id)?.name ?? '' }).slice(0, 200);
    const copied = await this.#operate({ path: `/lists/${id}/copy`, body: { name } }, t('lists.copy'), t('lists.copied', { name }));
    if (copied?.list) router.go('list', copied.list);
    return copied !== undefined;
  }

  /** Puts a list away when what is open in it is completed, as one operation. */
  async completeAndArchive(id: string): Promise<boolean> {
    const name = this.of(id)?.name ?? '';
    const begun = { path: `/lists/${id}/archive`, body: { complete: true } };
    return (await this.#operate(begun, t('lists.putAway'), t('lists.archived', { name }))) !== undefined;
  }

  /** Leaves a list. There is no way back but by those who are in it. */
  async leave(id: string, user: string): Promise<boolean> {
    const name = this.of(id)?.name ?? '';
    if (!(await this.#try(() => call('DELETE', member(id, user))))) return false;
    this.#leaveView(id);
    toasts.show(t('members.left', { name }));
    return true;
  }

  /** Gives a list to one of its members. */
  async give(id: string, user: string): Promise<boolean> {
    const done = await this.#try(() => call('PATCH', `/lists/${id}`, { body: { owner: user } }));
    if (done) toasts.show(t('members.given', { user }));
    return done;
  }

  /** Has an operation done, with the way back. The operation, if it was completed. */
  async #operate(what: Begin, label: string, did: string): Promise<Operation | undefined> {
    const shown = toasts.show(label, { progress: 0 });
    let operation: Operation | undefined;
    const run = async () => {
      const done = await this.#try(async () => {
        operation = await follow(await begin(what, crypto.randomUUID()), (now) => toasts.update(shown, { progress: progress(now) }));
      });
      void lists.load();
      return done;
    };
    const done = await run();
    toasts.close(shown);
    if (!done || operation === undefined) return undefined;
    if (operation.status !== 'completed') {
      toasts.show(t('operation.parked', { label }), { kind: 'error' });
      return undefined;
    }
    const undo = async () => {
      if (operation?.kind === 'list-copy' && operation.list) this.#leaveView(operation.list);
      await this.#try(async () => void (await follow(await begin({ path: `/operations/${operation?.id}/undo` }, crypto.randomUUID()), () => {})));
      void lists.load();
    };
    history.tell({ label: did, undo, redo: run });
    return operation;
  }

  async #change(id: string, patch: Partial<List>, label: string): Promise<boolean> {
    const list = this.of(id);
    if (!list) return false;
    const before = Object.fromEntries(Object.keys(patch).map((field) => [field, list[field as keyof List]]));
    const send = (body: object) => this.#try(() => call('PATCH', `/lists/${id}`, { body }));
    const done = await send(patch);
    if (done) history.tell({ label, undo: () => send(before), redo: () => send(patch) });
    return done;
  }

  /** Whether its view was shown. */
  #leaveView(id: string): boolean {
    const { view, argument } = router.current;
    const here = view === 'list' && argument === id;
    if (here) router.go('inbox');
    return here;
  }

  /** Does something and shows what is there then; says so where it was refused. */
  async #try(run: () => Promise<unknown>): Promise<boolean> {
    try {
      await run();
      return true;
    } catch (error) {
      toasts.show(error instanceof Problem ? error.reason : t('offline.title'), { kind: 'error' });
      return false;
    } finally {
      await this.load();
    }
  }
}

function ids(all: List[]): string {
  return all.map((list) => `${list.id} ${list.role}`).sort().join();
}

function member(id: string, user: string): string {
  return `/lists/${id}/members/${encodeURIComponent(user)}`;
}

function invitation(id: string, user: string): string {
  return `/lists/${id}/invitations/${encodeURIComponent(user)}`;
}

function drop(id: string): Promise<unknown> {
  return call('DELETE', `/lists/${id}`);
}

function bringBack(id: string): Promise<unknown> {
  return call('POST', `/lists/${id}/restore`);
}

export const shelf = new Shelf();
