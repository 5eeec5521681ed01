import { at, entriesAt, itemsAt, textAt, toPlain, type ConfigNode } from '../project/config-node.ts';
import { objectsOf, type Factory, type FactoryObject } from '../project/factory.ts';
import type { ProgramFolder } from '../pipelines/programs.ts';
import type { ActivityVerdict, JudgeActivity } from './activity-verdict.ts';
import type { ScanItem } from './scan.generated.ts';

export interface FoundActivity {
  /** The activity's name after those of the activities around it, parted by `/`. */
  readonly path: string;
  readonly node: ConfigNode;
  /** The activity around it. */
  readonly outer: ConfigNode | undefined;
}

/** Every activity of a pipeline, those inside ForEach, Until, IfCondition and Switch after the one that holds them. */
export function activitiesOf(pipeline: FactoryObject): readonly FoundActivity[] {
  return nested(itemsAt(pipeline.node, 'properties', 'activities'), '');
}

function nested(nodes: readonly ConfigNode[], prefix: string, outer?: ConfigNode): readonly FoundActivity[] {
  return nodes.flatMap((node) => {
    const path = `${prefix}${textAt(node, 'name') ?? '(unnamed)'}`;
    const inner = entriesAt(node, 'typeProperties').flatMap(([key, { value }]) => {
      if (/activities$/i.test(key)) return nested(itemsAt(value), `${path}/`, node);
      if (key !== 'cases') return [];
      return itemsAt(value).flatMap((one) => nested(itemsAt(one, 'activities'), `${path}/`, node));
    });
    return [{ path, node, outer }, ...inner];
  });
}

export function scanActivities(factory: Factory, judgeIn: JudgeActivity, folder: ProgramFolder): readonly ScanItem[] {
  const judge: JudgeActivity = (type, definition, of) => judgeIn(type, definition, of, folder);
  return objectsOf(factory, 'pipeline').flatMap((pipeline) =>
    activitiesOf(pipeline).map((activity) => {
      const { line } = (at(activity.node, 'name')?.range ?? activity.node.range).start;
      const name = `${pipeline.name}/${activity.path}`;
      return { kind: 'activity' as const, name, file: pipeline.file, line, ...verdictOf(activity, factory, judge) };
    }),
  );
}

function verdictOf({ node, outer }: FoundActivity, factory: Factory, judge: JudgeActivity): ActivityVerdict {
  const type = textAt(node, 'type');
  if (type === undefined) return refused('the activity has no type');
  const own = judge(type, toPlain(node), factory);
  const outerType = textAt(outer, 'type');
  if (own.verdict === 'refused' || outer === undefined || outerType === undefined) return own;
  return judge(outerType, toPlain(outer), factory).verdict !== 'refused'
    ? own
    : refused(`it stands in ${textAt(outer, 'name') ?? outerType}, which does not run here`);
}

function refused(reason: string): ActivityVerdict {
  return { verdict: 'refused', code: 'pipelines.not-emulated', reason };
}
