import { serve } from '@medallion/core/engine/child/serve.ts';
import { plainDialect } from './plain-dialect.ts';

// Tests that look whether the process is left find its id in the engine's log.
console.log(`pid ${process.pid}`);
serve(async () => plainDialect);
