import { ExpectedError } from '@medallion/core/base/expected-error.ts';
import type { ReportProgress } from '@medallion/core/base/progress.ts';
import { commonOptions, parseArguments } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { commands } from './commands/index.ts';
import { errorJson, errorText } from './output/error-text.ts';
import { progressLines } from './output/progress-lines.ts';

/** 0 done, 1 checked and refused, 2 bad usage or environment, 130 cancelled. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(await overview());
    return name === undefined ? 2 : 0;
  }
  const entry = commands.find((candidate) => candidate.name === name);
  if (!entry) {
    process.stderr.write(`error: There is no command '${name}'. [usage.unknown-command]\n${await overview()}`);
    return 2;
  }
  return runCommand(await entry.load(), rest);
}

async function runCommand(command: Command, args: readonly string[]): Promise<number> {
  const json = args.includes('--json');
  try {
    const parsed = parseArguments(command, args, process.cwd());
    if (parsed.help) {
      process.stdout.write(help(command));
      return 0;
    }
    const people = parsed.json ? process.stderr : process.stdout;
    const context: CommandContext = {
      ...parsed,
      report: reportTo(people),
      say: (line) => people.write(`${line}\n`),
      signal: cancelledBySignals(),
    };
    const result = await command.run(context);
    process.stdout.write(
      parsed.json ? `${JSON.stringify(result.json)}\n` : result.text === '' ? '' : `${result.text}\n`,
    );
    return result.exitCode ?? 0;
  } catch (error) {
    return failed(error, json);
  }
}

/** Lines for people; whoever started this process with a channel, as the editor does, gets the events themselves too. */
function reportTo(people: NodeJS.WriteStream): ReportProgress {
  const lines = progressLines(people);
  return (event) => {
    lines(event);
    if (process.connected) process.send?.(event);
  };
}

/** The first Ctrl-C cancels in an orderly way; a second one ends the process at once. */
function cancelledBySignals(): AbortSignal {
  const controller = new AbortController();
  const cancel = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(
      new ExpectedError({
        code: 'run.cancelled',
        message: 'Cancelled.',
        nextStep: 'Run the same command again: what was committed stays, the rest is done anew.',
      }),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, cancel);
  // Whoever waits for the answer is gone: nobody is worked for. The channel alone does not keep the process.
  if (process.channel) process.once('disconnect', cancel);
  process.channel?.unref();
  return controller.signal;
}

function failed(error: unknown, json: boolean): number {
  if (!(error instanceof ExpectedError)) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.stderr.write(
      'This is a defect of Medallion, not of your project: please report it with the lines above.\n',
    );
    return 2;
  }
  if (json) process.stdout.write(`${JSON.stringify(errorJson(error))}\n`);
  process.stderr.write(`${errorText(error)}\n`);
  if (error.code === 'run.cancelled') return 130;
  return error.kind === 'refused' ? 1 : 2;
}

async function overview(): Promise<string> {
  const all = await Promise.all(commands.map(({ load }) => load()));
  const width = Math.max(...all.map(({ usage }) => usage.length));
  const lines = all.map(({ usage, summary }) => `  medallion ${usage.padEnd(width)}  ${summary}`);
  return `Medallion runs an Azure lakehouse on this machine and promotes it unchanged.\n\n${lines.join('\n')}\n\nEvery command takes --help.\n`;
}

function help(command: Command): string {
  const options = Object.entries({ ...command.options, ...commonOptions });
  const label = ([name, { type }]: (typeof options)[number]) => `--${name}${type === 'string' ? ' VALUE' : ''}`;
  const width = Math.max(...options.map((option) => label(option).length));
  const lines = options.map((option) => `  ${label(option).padEnd(width)}  ${option[1].summary}`);
  return `medallion ${command.usage}\n  ${command.summary}\n\n${lines.join('\n')}\n`;
}

process.exitCode = await main(process.argv.slice(2));
