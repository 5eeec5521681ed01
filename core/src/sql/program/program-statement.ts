import type { CompiledQuery, CompiledStatement } from '../contract.ts';
import type { HandledCondition } from '../syntax/compound.ts';
import type { Resolved } from './compile-part.ts';
import type { SessionNames } from './session-names.ts';
import type { FunctionDefinition, FunctionHome } from '../../lake/stored-function.ts';

/** A statement that means what the session's names mean where it runs. */
export interface LateStatement {
  readonly kind: 'late';
  /** The statement as far as its text tells: its kind, and what it would change. */
  readonly ahead: CompiledStatement;
  /** @throws ExpectedError with every diagnostic. */
  resolve(names: SessionNames, constants: ReadonlyMap<number, string>): Resolved;
}

/** CREATE FUNCTION once the names around it are known: what is kept, and a query that shows whether it can be called. */
export interface DefinedFunction {
  readonly definition: FunctionDefinition;
  readonly check: CompiledQuery;
  /** The definition with the types of its result, where it does not say them. */
  completed(columns: readonly { readonly name: string; readonly typeText: string }[]): FunctionDefinition;
}

export type Late = Extract<CompiledStatement, { kind: 'late' }>;

export interface CompiledHandler {
  readonly conditions: readonly HandledCondition[];
  readonly body: CompiledStep;
}

export interface CompiledBlock {
  readonly kind: 'block';
  readonly label: string | undefined;
  /** SQLSTATE by declared condition. */
  readonly conditions: ReadonlyMap<string, string>;
  readonly handlers: readonly CompiledHandler[];
  readonly steps: readonly CompiledStep[];
}

/** A part of a script. Conditions are queries of one row and one column. */
export type CompiledStep =
  | CompiledBlock
  | { readonly kind: 'statement'; readonly statement: Late }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly when: Late; readonly steps: readonly CompiledStep[] }[];
      readonly otherwise: readonly CompiledStep[] | undefined;
    }
  | {
      readonly kind: 'while' | 'repeat' | 'loop';
      readonly label: string | undefined;
      readonly condition: Late | undefined;
      readonly steps: readonly CompiledStep[];
    }
  | {
      readonly kind: 'for';
      readonly label: string | undefined;
      readonly variable: string | undefined;
      readonly query: Late;
      readonly steps: readonly CompiledStep[];
    }
  | { readonly kind: 'leave' | 'iterate'; readonly label: string };

export interface VariableAssignment {
  readonly targets: readonly (readonly string[])[];
  /** A column for each target; `undefined` takes the variable's default. */
  readonly values: readonly (number | undefined)[];
  /** One row; no row gives NULLs where it is a query that the statement writes. */
  readonly query: CompiledQuery;
  readonly ofQuery: boolean;
}

/** Statements about the session's functions and variables. */
export type ProgramStatement =
  | LateStatement
  | {
      readonly kind: 'createFunction';
      /** As written; a temporary function has one name. */
      readonly name: readonly string[];
      readonly temporary: boolean;
      readonly mode: 'create' | 'createOrReplace' | 'createIfNotExists';
      /** @param name as Spark shows it. @param views temporary views that the body may name, lower-case. @throws ExpectedError */
      define(name: string, home: FunctionHome, views: readonly string[]): DefinedFunction;
    }
  | {
      readonly kind: 'dropFunction';
      readonly name: readonly string[];
      readonly temporary: boolean;
      readonly ifExists: boolean;
    }
  | {
      readonly kind: 'declareVariable';
      readonly names: readonly (readonly string[])[];
      readonly orReplace: boolean;
      /** One row and one column, of the variable's type. */
      readonly query: CompiledQuery;
    }
  | ({
      readonly kind: 'setVariables';
      /** The assignments after the first, each of which sees those before it, as in Spark. */
      readonly more: readonly VariableAssignment[];
    } & VariableAssignment)
  | { readonly kind: 'dropVariable'; readonly name: readonly string[]; readonly ifExists: boolean }
  | {
      readonly kind: 'executeImmediate';
      readonly command: CompiledQuery;
      readonly into: readonly (readonly string[])[];
      readonly using: readonly { readonly name: string | undefined; readonly query: CompiledQuery }[];
    }
  | { readonly kind: 'compound'; readonly block: CompiledBlock };
