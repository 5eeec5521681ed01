import { pythonSettings } from '../../project/python-settings.ts';
import { findPython } from '../../python/find-python.ts';
import { inspectPython, requireSpark } from '../../python/inspect-python.ts';
import type { TaskPlace } from '../task-kind.ts';

/** @throws ExpectedError `python.not-found`, `python.broken`, `python.no-pyspark`, `python.no-java`, ... */
export async function pythonReady({ root }: TaskPlace): Promise<void> {
  requireSpark(await inspectPython(findPython({ root, ...(await pythonSettings(root)) })));
}
