import type { ReportProgress } from '@medallion/core/base/progress.ts';

/** A command's own option. Those that every command takes stand in arguments.ts. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly summary: string;
  readonly multiple?: boolean;
}

/** What every command is given. */
export interface CommandContext {
  /** Absolute. */
  readonly project: string;
  /** Absolute; `<project>/.medallion` unless told. */
  readonly state: string;
  readonly portBase: number | undefined;
  readonly json: boolean;
  readonly positionals: readonly string[];
  readonly text: (option: string) => string | undefined;
  readonly texts: (option: string) => readonly string[];
  readonly flag: (option: string) => boolean;
  /** A whole number that is not negative. @throws ExpectedError `usage.number` */
  readonly count: (option: string, fallback: number) => number;
  readonly report: ReportProgress;
  /** A line for people: on stdout, or on stderr where stdout is for JSON. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** What a command ends with: the JSON of `--json`, how people read it, and whether the check passed. */
export interface CommandResult {
  readonly json: unknown;
  readonly text: string;
  /** 0 done, 1 checked and refused. */
  readonly exitCode?: 0 | 1;
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  run(context: CommandContext): Promise<CommandResult>;
}
