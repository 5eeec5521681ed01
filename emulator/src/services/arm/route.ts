import type { ApiAnswer } from '../control/exchange.ts';
import type { RoutedRequest, RoutePattern } from '../control/routes.ts';
import type { ArmState } from './state.ts';

/** One operation of Azure Resource Manager or of a provider behind it. */
export interface ArmRoute extends RoutePattern {
  /** As ARM names it in errors: `factories/pipelines`. */
  readonly resourceType: string;
  readonly apiVersions: readonly string[];
  answer(state: ArmState, request: RoutedRequest): ApiAnswer | Promise<ApiAnswer>;
}
