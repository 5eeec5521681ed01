import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from './emulator-process.ts';
import { type Call, controlClient } from './control-client.ts';

export interface ControlSuite {
  readonly emulator: EmulatorProcess;
  readonly call: Call;
  /** Ends the emulator as a crash would and starts it again on the same folder. */
  readonly crashAndRestart: () => Promise<void>;
}

/** One emulator for the tests of a `describe`, and a client with a token for one service of its control port. */
export function useControlPort(scope: string, executorsModule?: string): ControlSuite {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  let call: Call;
  const start = async () => {
    emulator = await startEmulatorProcess({
      stateFolder: folder.path,
      ...(executorsModule === undefined ? {} : { executorsModule }),
    });
    call = controlClient(emulator.description, scope);
  };
  before(start);
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });
  return {
    get emulator() {
      return emulator;
    },
    call: (method, path, options) => call(method, path, options),
    async crashAndRestart() {
      await emulator.kill();
      await start();
    },
  };
}

export const scriptedExecutors = new URL('scripted-executors.ts', import.meta.url).href;
