import { belowSyncRoot, syncRules } from '../../../project/sync-files.ts';
import type { PromotionContext } from '../target.ts';

/** Where a file of the project goes in the workspace. @param file relative to the project's root */
export function remoteFile(
  { bundle: { config, bundle }, filePath }: Pick<PromotionContext, 'bundle' | 'filePath'>,
  file: string,
): string {
  return `${filePath}/${belowSyncRoot(bundle.root, syncRules(config, bundle.folder).root, file)}`;
}

const notebookEndings = /\.(py|sql|scala|r|ipynb)$/i;

/** A notebook has no ending in the workspace. */
export function notebookObject(path: string): string {
  return path.replace(notebookEndings, '');
}

/** True for what the workspace keeps as a notebook: an `.ipynb`, or a source file whose first line says so. */
export function isNotebook(file: string, bytes: Uint8Array): boolean {
  if (/\.ipynb$/i.test(file)) return true;
  if (!notebookEndings.test(file)) return false;
  const start = new TextDecoder().decode(bytes.subarray(0, 200)).replace(/^\uFEFF/, '');
  return /^(#|--|\/\/) Databricks notebook source\s*$/.test(start.split(/\r?\n/, 1)[0] ?? '');
}
