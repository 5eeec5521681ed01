import * as assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { fileFormats } from '@medallion/core/formats/index.ts';
import { commands } from '../../src/commands/index.ts';
import { fileEditors } from '../../src/preview/file-editors.ts';
import { activated, extension } from './medallion.ts';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly priority: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
    }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly media: { readonly image: Readonly<Record<string, string>> } }[];
    }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  };
  readonly activationEvents: readonly string[];
}

describe('manifest', () => {
  const manifest = () => extension().packageJSON as Manifest;

  it('contributes exactly the commands of the table, and all are registered', async () => {
    await activated();
    const ids = commands.map(({ id }) => id).sort();
    assert.deepEqual(
      manifest()
        .contributes.commands.map(({ command }) => command)
        .sort(),
      ids,
    );
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(
      ids.filter((id) => !registered.includes(id)),
      [],
    );
  });

  it('writes titles as sentences under one category, translated', () => {
    for (const { title, category } of manifest().contributes.commands) {
      assert.equal(category, 'Medallion');
      assert.match(title, /^[A-Z][^A-Z%]*(Azure|ABFS path|DuckDB SQL|[a-z.])+$/, title);
    }
  });

  it('ships every picture of its walkthrough, in the theme of the reader', () => {
    const steps = manifest().contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    assert.ok(steps.length > 0);
    const files = steps.flatMap(({ media }) => Object.values(media.image));
    const missing = files.filter((file) => !existsSync(join(extension().extensionPath, file)));
    assert.deepEqual(missing, []);
    for (const { media } of steps) assert.deepEqual(Object.keys(media.image), ['dark', 'light', 'hc', 'hcLight']);
  });

  it('has a text for every key of its manifest, and no other', () => {
    const read = (file: string) => readFileSync(join(extension().extensionPath, file), 'utf8');
    const used = [...read('package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    const texts = Object.keys(JSON.parse(read('package.nls.json')) as Record<string, string>);
    assert.deepEqual([...new Set(used)].sort(), texts.sort());
  });

  it('names only its own commands in menus', () => {
    const ids = commands.map(({ id }) => id as string);
    const named = Object.values(manifest().contributes.menus).flatMap((rows) => rows.map(({ command }) => command));
    assert.deepEqual(
      named.filter((id) => !ids.includes(id)),
      [],
    );
  });

  it('is the default editor of binary files and a choice for text, each format of the table, and is never activated by everything', () => {
    const editors = manifest().contributes.customEditors;
    assert.deepEqual(
      editors.map(({ viewType, priority }) => [viewType, priority]),
      [
        [fileEditors.parquet, 'default'],
        [fileEditors.avro, 'default'],
        [fileEditors.csv, 'option'],
        [fileEditors.json, 'option'],
      ],
    );
    assert.deepEqual(
      editors.map(({ selector }) => selector.map(({ filenamePattern }) => filenamePattern.slice(1))),
      fileFormats.map(({ extensions }) => extensions),
    );
    assert.ok(!manifest().activationEvents.includes('*'));
  });
});
