/** A column of a relation of the lake that a value comes from. Known in a traced translation only. */
export interface Origin {
  /** The relation's placeholder; undefined where that is not known. */
  readonly placeholder: string | undefined;
  /** Empty where only `reason` is known. */
  readonly column: string;
  /** What is refused here, so that what it reads is not known. */
  readonly reason?: string;
}

export type Origins = ReadonlySet<Origin>;

export interface HasOrigins {
  /** What the value is made of. */
  readonly origins?: Origins;
  /** What decides whether its row is there: columns of filters and joins. */
  readonly conditions?: Origins;
}

/** What the parts come from; nothing where nothing is traced. */
export function originsOf(parts: readonly (HasOrigins | undefined)[]): HasOrigins {
  const origins = united(parts.flatMap((part) => part?.origins ?? []));
  const conditions = united(parts.flatMap((part) => part?.conditions ?? []));
  return { ...(origins ? { origins } : {}), ...(conditions ? { conditions } : {}) };
}

function united(sets: readonly Origins[]): Origins | undefined {
  const [first, more] = sets;
  return more ? new Set(sets.flatMap((set) => [...set])) : first;
}
