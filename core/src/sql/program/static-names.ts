import type { SessionNames, SessionVariable } from './session-names.ts';

/** Names as the text alone tells them: every function may be the catalog's, and what was declared is a variable. */
export class StaticNames implements SessionNames {
  readonly #declared: ReadonlySet<string>;
  readonly #any: boolean;
  /** A name was asked for, so that the statement depends on the session. */
  asked = false;

  /** @param declared lower-case names. @param any true where text that is not known yet may have declared others. */
  constructor(declared: ReadonlySet<string>, any: boolean) {
    this.#declared = declared;
    this.#any = any;
  }

  function(): 'unknown' {
    this.asked = true;
    return 'unknown';
  }

  variable(parts: readonly string[]): { variable: SessionVariable | 'unknown'; parts: number } | undefined {
    const known = this.#any || parts.some((part) => this.#declared.has(part.toLowerCase()));
    if (!known) return undefined;
    this.asked = true;
    return { variable: 'unknown', parts: parts.length };
  }

  current(): 'unknown' {
    this.asked = true;
    return 'unknown';
  }

  parameter(): undefined {
    return undefined;
  }
}
