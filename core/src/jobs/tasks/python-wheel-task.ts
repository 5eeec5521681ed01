import type { TaskKind } from '../task-kind.ts';
import { needsSpark } from './refuse.ts';

export const pythonWheelTask: TaskKind = () => needsSpark('a Python wheel task');
