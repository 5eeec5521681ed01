import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../kit/atomic-file.ts';

/** Keeps content under its own hash, so that what was acknowledged is never overwritten. Returns the hash. */
export function keepContent(folder: string, content: Buffer): string {
  const hash = createHash('sha256').update(content).digest('hex');
  const file = contentFile(folder, hash);
  if (existsSync(file)) return hash;
  mkdirSync(join(folder, 'content'), { recursive: true, mode: 0o700 });
  writeFileAtomic(file, content);
  return hash;
}

export const readContent = (folder: string, hash: string): Buffer => readFileSync(contentFile(folder, hash));

/** Where the content lies. */
export const contentFile = (folder: string, hash: string): string => join(folder, 'content', hash);
