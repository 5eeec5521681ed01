/** The engine's child process. Everything that it needs comes by message; see protocol.ts. */
import { createDialect } from '../../sql/dialect.ts';
import { serve } from './serve.ts';

serve(createDialect);
