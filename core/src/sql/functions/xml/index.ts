import type { NativeFunction } from '../native-function.ts';
import { FROM_XML_NATIVES } from './from-xml.ts';
import { TO_XML_NATIVES } from './to-xml.ts';
import { XPATH_NATIVES } from './xpath.ts';

export const XML_NATIVES: readonly NativeFunction[] = [...FROM_XML_NATIVES, ...TO_XML_NATIVES, ...XPATH_NATIVES];
