import { serve } from '@medallion/core/engine/child/serve.ts';
import { plainDialect } from './plain-dialect.ts';

serve(async () => plainDialect);
