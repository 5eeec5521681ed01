import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where programs keep what they can make again, by the platform's own custom. */
function cacheHome() {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches');
  return XDG_CACHE_HOME ?? join(homedir(), '.cache');
}

/**
 * Keeps what Node makes of the sources between runs, in a folder of the user's own (code is read back from it, so it must be nobody
 * else's): stripping types and compiling is half of a short command's time. Processes that this one starts find it by the variable.
 */
export function keepCompiledCode() {
  if (process.env.NODE_COMPILE_CACHE !== undefined || process.env.NODE_DISABLE_COMPILE_CACHE !== undefined) return;
  const folder = join(cacheHome(), 'medallion', 'compiled');
  enableCompileCache(folder);
  process.env.NODE_COMPILE_CACHE = folder;
}
