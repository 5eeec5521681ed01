import type { Diagnostic } from '../base/diagnostic.ts';
import { quoteIdentifier, quoteLiteral } from '../delta/duckdb-types.ts';
import { at, type ConfigNode, itemsAt, textAt } from '../project/config-node.ts';
import { checkedRelation, type TableCheck } from './check.ts';
import { duplicatesSql, type FoundChecks, unsupported } from './column-checks.ts';

/** `mustBe...` as a condition on `value`. */
const comparisons: Readonly<Record<string, (numbers: readonly number[]) => string>> = {
  mustBe: ([n]) => `value = ${n}`,
  mustNotBe: ([n]) => `value <> ${n}`,
  mustBeGreaterThan: ([n]) => `value > ${n}`,
  mustBeGreaterOrEqualTo: ([n]) => `value >= ${n}`,
  mustBeLessThan: ([n]) => `value < ${n}`,
  mustBeLessOrEqualTo: ([n]) => `value <= ${n}`,
  mustBeBetween: ([low, high]) => `value BETWEEN ${low} AND ${high}`,
  mustNotBeBetween: ([low, high]) => `value NOT BETWEEN ${low} AND ${high}`,
};

/** A library metric: the DuckDB predicate of a row that counts, for a column. */
type Metric = (column: string, rule: ConfigNode) => string | undefined;

const columnMetrics: Readonly<Record<string, Metric>> = {
  nullValues: (column) => `${column} IS NULL`,
  missingValues: (column, rule) => {
    const values = itemsAt(rule, 'arguments', 'missingValues').flatMap((item) => textAt(item) ?? []);
    return values.length === 0
      ? `${column} IS NULL`
      : `(${column} IS NULL OR CAST(${column} AS VARCHAR) IN (${literals(values)}))`;
  },
  invalidValues: (column, rule) => {
    const values = itemsAt(rule, 'arguments', 'validValues').flatMap((item) => textAt(item) ?? []);
    const pattern = textAt(rule, 'arguments', 'pattern');
    const breaks = [
      ...(values.length === 0 ? [] : [`CAST(${column} AS VARCHAR) NOT IN (${literals(values)})`]),
      ...(pattern === undefined ? [] : [`NOT regexp_matches(CAST(${column} AS VARCHAR), ${quoteLiteral(pattern)})`]),
    ];
    return breaks.length === 0 ? undefined : `(${column} IS NOT NULL AND (${breaks.join(' OR ')}))`;
  },
};

/** The `quality` rules of a table, or of a column where one is named. */
export function qualityChecks(node: ConfigNode, column: string | undefined): FoundChecks {
  const found = itemsAt(node, 'quality').map((rule) => qualityCheck(rule, column));
  return {
    checks: found.flatMap(({ checks }) => checks),
    diagnostics: found.flatMap(({ diagnostics }) => diagnostics),
  };
}

function qualityCheck(rule: ConfigNode, column: string | undefined): FoundChecks {
  const type = textAt(rule, 'type') ?? (at(rule, 'query') ? 'sql' : 'library');
  switch (type) {
    case 'library':
      return libraryCheck(rule, column);
    case 'sql':
      return sqlCheck(rule, column);
    default:
      return { checks: [], diagnostics: [unsupported(rule, `the rule of type ${type} "${title(rule, type)}"`)] };
  }
}

function libraryCheck(rule: ConfigNode, column: string | undefined): FoundChecks {
  const metric = textAt(rule, 'metric') ?? textAt(rule, 'rule') ?? '';
  const condition = conditionOf(rule);
  const sql = metricSql(metric, rule, column);
  if (condition === undefined || sql === undefined)
    return refused(rule, `the metric ${metric || '(none)'}${column === undefined ? '' : ` of ${column}`}`);
  // Of rows, none may break the rule: then each of them can be counted and shown.
  const predicate = column === undefined ? undefined : columnMetrics[metric]?.(quoteIdentifier(column), rule);
  const isNone = condition === 'value = 0' && predicate !== undefined;
  const name = title(rule, [column, metric].filter(Boolean).join(' '));
  return {
    checks: [
      {
        name,
        ...(isNone ? { sql: predicate, scope: 'row' } : { sql, scope: 'table', passes: condition }),
        ...origin(rule),
      },
    ],
    diagnostics: [],
  };
}

/** A query for the metric's one number, in rows or percent; undefined where the metric is not known here. */
function metricSql(metric: string, rule: ConfigNode, column: string | undefined): string | undefined {
  const percent = textAt(rule, 'unit') === 'percent';
  const share = (rows: string): string =>
    percent ? `SELECT 100.0 * (${rows}) / greatest(count(*), 1) AS value FROM ${checkedRelation}` : rows;
  switch (metric) {
    case 'rowCount':
      return percent || column !== undefined ? undefined : `SELECT count(*) AS value FROM ${checkedRelation}`;
    case 'duplicateValues': {
      const named = itemsAt(rule, 'arguments', 'properties').flatMap((item) => textAt(item) ?? []);
      const columns = column === undefined ? named : [column];
      return columns.length === 0 ? undefined : share(duplicatesSql(columns));
    }
    default: {
      const predicate = column === undefined ? undefined : columnMetrics[metric]?.(quoteIdentifier(column), rule);
      return predicate === undefined
        ? undefined
        : share(`SELECT count(*) AS value FROM ${checkedRelation} WHERE ${predicate}`);
    }
  }
}

/** A query in Databricks SQL; `{object}`, `${object}`, `{property}` and their synonyms stand for the table and the column. */
function sqlCheck(rule: ConfigNode, column: string | undefined): FoundChecks {
  const query = textAt(rule, 'query');
  const condition = conditionOf(rule);
  if (query === undefined || condition === undefined)
    return refused(rule, `the SQL rule "${title(rule, 'without a query')}"`);
  const sql = query
    .replaceAll(/\$?\{\s*(object|table|model|schema)\s*\}/g, checkedRelation)
    .replaceAll(
      /\$?\{\s*(property|column|field)\s*\}/g,
      column === undefined ? '$&' : `\`${column.replaceAll('`', '``')}\``,
    );
  const left = /\$?\{\s*\w+\s*\}/.exec(sql);
  if (left) return refused(rule, `the placeholder ${left[0]}`);
  const name = title(rule, [column, 'SQL rule'].filter(Boolean).join(' '));
  return {
    checks: [{ name, sql, language: 'databricks', scope: 'table', passes: condition, ...origin(rule) }],
    diagnostics: [],
  };
}

/** All comparisons of a rule hold together; undefined where there is none, or one that is no number. */
function conditionOf(rule: ConfigNode): string | undefined {
  const conditions: string[] = [];
  for (const [key, compare] of Object.entries(comparisons)) {
    const node = at(rule, key);
    if (!node) continue;
    const numbers = (node.kind === 'list' ? node.items : [node]).map((item) => Number(textAt(item) ?? Number.NaN));
    if (!numbers.every(Number.isFinite)) return undefined;
    conditions.push(compare(numbers));
  }
  return conditions.length === 0 ? undefined : conditions.join(' AND ');
}

function origin(rule: ConfigNode): Pick<TableCheck, 'severity' | 'source'> {
  // The standard leaves severity to its users; these words are those of its examples.
  const severity = /^(warning|warn|info|low|minor)$/i.test(textAt(rule, 'severity') ?? '') ? 'warning' : 'error';
  return { severity, source: `${rule.range.file}:${rule.range.start.line}` };
}

function title(rule: ConfigNode, fallback: string): string {
  return textAt(rule, 'name') ?? textAt(rule, 'description') ?? fallback;
}

function literals(values: readonly string[]): string {
  return values.map(quoteLiteral).join(', ');
}

function refused(
  rule: ConfigNode,
  what: string,
): { checks: readonly TableCheck[]; diagnostics: readonly Diagnostic[] } {
  return { checks: [], diagnostics: [unsupported(rule, what)] };
}
