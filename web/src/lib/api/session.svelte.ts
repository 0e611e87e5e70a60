// The token that speaks for the person, where the server wants one. On a loopback address nobody has to log in.
const KEY = 'todo.token';

class Session {
  #token: string | undefined = $state.raw(kept());
  /** Whether the server will not answer without another token. */
  refused = $state(false);

  get token(): string | undefined {
    return this.#token;
  }

  /** What requests carry to say whose they are. */
  get headers(): Record<string, string> {
    return this.#token === undefined ? {} : { Authorization: `Bearer ${this.#token}` };
  }

  /** Speaks with a token from now on; the page begins anew, so that nothing of anybody else's is left in it. */
  begin(token: string): void {
    localStorage.setItem(KEY, token);
    location.reload();
  }

  end(): void {
    localStorage.removeItem(KEY);
    location.reload();
  }
}

function kept(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

export const session = new Session();
