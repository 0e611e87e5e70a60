// Where the person is: `#/today`, `#/list/ID`, `#/tag/home`, `#/search/milk`, each with `?todo=ID` where one is open.
export type ViewName = 'inbox' | 'today' | 'upcoming' | 'overdue' | 'done' | 'trash' | 'list' | 'tag' | 'filter' | 'search' | 'analytics' | 'operator' | 'settings' | 'notifications';

export interface Route {
  view: ViewName;
  /** The list's id, the tag, the filter's name, or what is searched. */
  argument: string;
  /** The todo whose details are shown. */
  open: string | undefined;
}

const VIEWS: ViewName[] = ['inbox', 'today', 'upcoming', 'overdue', 'done', 'trash', 'list', 'tag', 'filter', 'search', 'analytics', 'operator', 'settings', 'notifications'];

function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name = '', ...rest] = path.split('/');
  const view = VIEWS.find((known) => known === name) ?? 'inbox';
  let argument = rest.join('/');
  try {
    argument = decodeURIComponent(argument);
  } catch {
    // As it stands, then.
  }
  return { view, argument, open: new URLSearchParams(query).get('todo') ?? undefined };
}

class Router {
  current: Route = $state.raw(parse(location.hash));

  constructor() {
    addEventListener('hashchange', () => (this.current = parse(location.hash)));
  }

  /** The address of a view. */
  href(view: ViewName, argument = ''): string {
    return `#/${view}${argument === '' ? '' : `/${encodeURIComponent(argument)}`}`;
  }

  go(view: ViewName, argument = ''): void {
    location.hash = this.href(view, argument);
  }

  /** What is shown has another address now. */
  replace(view: ViewName, argument: string): void {
    history.replaceState(null, '', this.href(view, argument));
    this.current = parse(location.hash);
  }

  /** Shows a todo's details beside the list, or none. */
  open(id: string | undefined): void {
    const { view, argument } = this.current;
    const hash = this.href(view, argument) + (id === undefined ? '' : `?todo=${id}`);
    history.replaceState(null, '', hash);
    this.current = parse(hash);
  }
}

export const router = new Router();
