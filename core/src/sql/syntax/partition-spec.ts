import type { PartitionSpec } from '../catalog-command.ts';
import { constantText, parseName } from './names.ts';
import type { TokenStream } from './token-stream.ts';

/** `PARTITION (p = 'a', q = NULL, r)`; undefined where no PARTITION stands here. */
export function parsePartitionSpec(tokens: TokenStream): PartitionSpec | undefined {
  if (!tokens.accept('PARTITION')) return undefined;
  const values = new Map<string, string | null | undefined>();
  tokens.parenthesized(() =>
    tokens.list(() => {
      const name = parseName(tokens).text;
      if (!tokens.acceptOperator('=')) {
        values.set(name, undefined);
        return;
      }
      const value = tokens.grammar.expression(tokens);
      values.set(name, value.kind === 'literal' && value.value === null ? null : constantText(value));
    }),
  );
  return values;
}
