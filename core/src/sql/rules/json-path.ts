/**
 * A `get_json_object` path as DuckDB reads it: keys quoted, indexes from 0. Undefined for what is not emulated (wildcards) or no path.
 */
export function parseJsonPath(path: string): string | undefined {
  if (!path.startsWith('$')) return undefined;
  const part = /\.(?:"((?:[^"\\]|\\.)*)"|([^.[\]"*]+))|\['([^'*]+)'\]|\[(\d+)\]/y;
  let result = '$';
  part.lastIndex = 1;
  while (part.lastIndex < path.length) {
    const found = part.exec(path);
    if (!found) return undefined;
    const [, quoted, plain, bracketed, index] = found;
    const key = quoted ?? plain ?? bracketed;
    if (key?.includes('"')) return undefined;
    result += key === undefined ? `[${index ?? ''}]` : `."${key}"`;
  }
  return result;
}
