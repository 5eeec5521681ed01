import type { ProgressEvent, ReportProgress } from '@medallion/core/base/progress.ts';

export interface LineTarget {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * A line a step with its time and counts. On a terminal the running step shows its progress in place; anywhere else each step is
 * one plain line when it has ended, so that a log stays readable.
 */
export function progressLines(target: LineTarget): ReportProgress {
  const titles = new Map<string, string>();
  let shownAt = 0;
  const inPlace = (text: string) => target.write(`\r\u001b[2K${text.slice(0, (target.columns ?? 100) - 1)}`);
  const line = (text: string) => target.write(target.isTTY === true ? `\r\u001b[2K${text}\n` : `${text}\n`);
  return (event) => {
    const title = titles.get(event.step) ?? event.step;
    switch (event.kind) {
      case 'started':
        titles.set(event.step, event.title);
        if (target.isTTY === true) inPlace(`  ...  ${event.title}`);
        return;
      case 'advanced':
        if (target.isTTY !== true || Date.now() - shownAt < 80) return;
        shownAt = Date.now();
        inPlace(`  ${progressOf(event)}  ${title}`);
        return;
      case 'finished':
        line(`${event.seconds.toFixed(1).padStart(6)} s  ${title}${event.summary === '' ? '' : `: ${event.summary}`}`);
        return;
      case 'failed':
        line(`failed    ${title}: ${event.message}`);
        return;
    }
  };
}

function progressOf(event: Extract<ProgressEvent, { kind: 'advanced' }>): string {
  const done = event.done.toLocaleString('en');
  if (event.total === undefined || event.total === 0) return `${done} ${event.unit}`;
  const width = 20;
  const filled = Math.min(width, Math.round((event.done / event.total) * width));
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done} of ${event.total.toLocaleString('en')} ${event.unit}`;
}
