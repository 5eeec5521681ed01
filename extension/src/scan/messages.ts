import type { ScanReport } from '@medallion/core/validate/scan.generated.ts';

/** What the page of a scan and the extension say to each other. The page is plain JavaScript: webview/scan.js. */
export type ToScanPage =
  | { readonly kind: 'scanning'; readonly folder: string }
  | { readonly kind: 'report'; readonly folder: string; readonly name: string; readonly report: ScanReport }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly nextStep: string };

export type FromScanPage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'scan' }
  | { readonly kind: 'write' }
  /** Relative to the scanned folder, as the report has it; lines count from 1. */
  | { readonly kind: 'open'; readonly file: string; readonly line: number };

/** Judges a message of the page; undefined for what it never sends, a file outside of the folder included. */
export function readScanMessage(message: unknown): FromScanPage | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { kind, file, line } = message as Readonly<Record<string, unknown>>;
  if (kind === 'ready' || kind === 'scan' || kind === 'write') return { kind };
  if (kind !== 'open' || typeof file !== 'string' || typeof line !== 'number') return undefined;
  const isInside = file !== '' && !/^([/\\]|[a-zA-Z]:)/.test(file) && !file.split(/[/\\]/).includes('..');
  return isInside && Number.isSafeInteger(line) && line >= 1 ? { kind, file, line } : undefined;
}
