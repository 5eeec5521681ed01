import type { LogOutputChannel } from 'vscode';
import type { Logger } from '@medallion/core/base/logger.ts';

/** core's logging port on the extension's one output channel. A secret never reaches it. */
export function channelLogger(channel: LogOutputChannel): Logger {
  return {
    trace: (message) => channel.trace(message),
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message) => channel.error(message),
  };
}
