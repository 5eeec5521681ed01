import type { Diagnostic, SourceRange } from '../../base/diagnostic.ts';
import type { CompiledStatement, ComputeProfile, ParameterValues, SqlSource } from '../contract.ts';
import { type ReadStatement, readStatements } from '../script.ts';
import type { Span } from '../syntax/problem.ts';
import { isUnknown, typeText } from '../types/spark-type.ts';
import { type BoundPart, bindPart } from './bound-part.ts';
import type { KnownColumn, KnownLake } from './known-lake.ts';
import { KnownNames } from './known-names.ts';
import { type ChangingNames, effectOf, type Write } from './statement-effects.ts';

/** ANSI as SQL warehouses have it. */
const PROFILE: ComputeProfile = { ansi: true, timeZone: 'Etc/UTC', decidedBy: 'SQL warehouse' };

/** A statement, read with all that is known of the relations before it. */
export interface StatementFacts {
  readonly span: Span;
  readonly range: SourceRange;
  readonly kind: CompiledStatement['kind'] | 'refused';
  readonly parts: readonly BoundPart[];
  readonly writes: readonly Write[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A file of a job with the values that its task gives. */
export interface JobSource extends SqlSource {
  readonly parameters?: ParameterValues | undefined;
}

/** Reads the files of a job in its order: what one makes the next one knows. */
export class JobReader {
  readonly #lake: KnownLake;
  readonly #names: ChangingNames;

  constructor(lake: KnownLake) {
    this.#lake = lake;
    this.#names = { known: new KnownNames(lake), temporary: new Map() };
  }

  /** What names mean now. */
  get names(): KnownNames {
    return this.#names.known;
  }

  /** @param before reads the statements that end before this offset only. */
  read(source: JobSource, before = Infinity): readonly StatementFacts[] {
    this.#names.known.startFile(this.#lake);
    this.#names.temporary.clear();
    return statementsOf(source, source.parameters ?? this.#lake.parameters)
      .filter(({ span }) => span.end < before)
      .map((statement) => this.#facts(statement));
  }

  /** The columns of a query under the names as they are now; none where it does not parse or they are not known. */
  columnsOf(source: JobSource): readonly KnownColumn[] {
    const [statement] = statementsOf(source, source.parameters ?? this.#lake.parameters);
    const compiled = statement?.compiled?.kind === 'late' ? statement.compiled.ahead : statement?.compiled;
    if (compiled?.kind !== 'query') return [];
    const part = bindPart(this.#names, compiled.query);
    return part.trace.columns.map(({ name, type, origins }): KnownColumn => {
      const [only, more] = [...(origins ?? [])];
      const fact = only?.placeholder !== undefined && !more ? part.relations.get(only.placeholder) : undefined;
      const known = fact?.columns?.find((column) => column.name === only?.column);
      return { name, typeText: isUnknown(type) ? undefined : typeText(type), description: known?.description };
    });
  }

  #facts({ span, analyzed, compiled }: ReadStatement): StatementFacts {
    const { range, diagnostics } = analyzed;
    if (!compiled) return { span, range, kind: 'refused', parts: [], writes: [], diagnostics };
    const effect = effectOf(this.#names, compiled);
    const late = [...effect.parts.flatMap((part) => part.diagnostics), ...(effect.diagnostics ?? [])];
    const known = new Set(diagnostics.map(keyOf));
    const all = [...diagnostics, ...late.filter((one) => !known.has(keyOf(one)))];
    return {
      span,
      range,
      kind: compiled.kind === 'late' ? compiled.ahead.kind : compiled.kind,
      parts: effect.parts,
      writes: effect.writes,
      diagnostics: all,
    };
  }
}

function keyOf({ message, range }: Diagnostic): string {
  return `${range?.start.line ?? 0}:${range?.start.column ?? 0}:${message}`;
}

/** A parameter without a value takes its statement alone back to what can be said without values. */
function statementsOf(source: SqlSource, parameters: ParameterValues | undefined): readonly ReadStatement[] {
  const statements = readStatements(source, parameters, PROFILE);
  const lacks = ({ analyzed }: ReadStatement): boolean =>
    analyzed.diagnostics.some(({ code }) => code === 'sql.unbound-parameter');
  if (!parameters || !statements.some(lacks)) return statements;
  const without = readStatements(source, undefined, PROFILE);
  return statements.map((statement, at) => (lacks(statement) ? (without[at] ?? statement) : statement));
}
