/** Figures of the golden folder at hand; `same` and `emptySame` may only rise, `different`, `failed` and `missed` only fall. */
export interface Floor {
  readonly answered: number;
  readonly same: number;
  readonly different: number;
  readonly failed: number;
  readonly sparkRefuses: number;
  readonly missed: number;
  readonly emptySame: number;
}
