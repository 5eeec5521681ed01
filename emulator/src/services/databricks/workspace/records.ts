import type { Grant } from '../permission-grants.ts';

export type NotebookLanguage = 'PYTHON' | 'SQL' | 'SCALA' | 'R';

/** One object of the workspace tree, by its normal path: absolute, without a trailing slash and without `/Workspace`. */
export interface WorkspaceObject {
  readonly objectId: string;
  readonly type: 'DIRECTORY' | 'FILE' | 'NOTEBOOK';
  /** Notebooks have one. */
  readonly language?: NotebookLanguage;
  /** SHA-256 of the content, which is a file of its own; directories have none. */
  readonly content?: string;
  readonly size: number;
  /** Absent until somebody set them. */
  readonly grants?: readonly Grant[];
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}
