import type { ApiRequest } from './exchange.ts';

/** A request with what its path says, decoded. */
export interface RoutedRequest extends ApiRequest {
  readonly params: Readonly<Record<string, string>>;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What every row of a service's table of operations has; each service adds its own `answer`. */
export interface RoutePattern {
  readonly method: Method;
  /** Literal segments, `{name}` for one segment, `{name...}` last for all that follow. */
  readonly path: string;
  /** Under which the operation is counted, without the service's name. */
  readonly operation: string;
}

export type RouteMatch<Route> =
  | { readonly kind: 'found'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  /** The path exists with other methods. */
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

export type MatchRoute<Route> = (request: ApiRequest) => RouteMatch<Route>;

/** @param flags `i` where the service's paths do not distinguish case, as Azure Resource Manager's. */
export function compileRoutes<Route extends RoutePattern>(
  routes: readonly Route[],
  flags: '' | 'i' = '',
): MatchRoute<Route> {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path, flags) }));
  return (request) => {
    const onPath = compiled.flatMap(({ route, pattern }) => {
      const match = pattern.exec(request.path);
      return match ? [{ route, groups: match.groups ?? {} }] : [];
    });
    const hit = onPath.find(({ route }) => route.method === request.method);
    if (hit) return { kind: 'found', route: hit.route, params: decodeAll(hit.groups) };
    const allowed = onPath.map(({ route }) => route.method);
    return allowed.length > 0 ? { kind: 'method', allowed } : { kind: 'none' };
  };
}

function patternOf(path: string, flags: string): RegExp {
  const source = path.replace(/\{(\w+)(\.\.\.)?\}|[.*+?^$()[\]\\|]/g, (text, name?: string, rest?: string) => {
    if (name === undefined) return `\\${text}`;
    return rest === undefined ? `(?<${name}>[^/]+)` : `(?<${name}>.+)`;
  });
  return new RegExp(`^${source}/?$`, flags);
}

function decodeAll(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeSegment(value)]));
}

/** A segment that is no valid percent-encoding stands for itself: it then names nothing that exists. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
