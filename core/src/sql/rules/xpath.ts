import { compileXPath } from '../functions/xml/xpath.ts';
import { XPathProblem } from '../functions/xml/xpath-syntax.ts';
import { refuse, report } from '../translate/environment.ts';
import { isConstant } from '../translate/typed.ts';
import {
  arrayOf,
  BIGINT,
  BOOLEAN,
  DOUBLE,
  FLOAT,
  INT,
  isUnknown,
  type SparkType,
  STRING,
} from '../types/spark-type.ts';
import {
  argument,
  argumentSpan,
  custom,
  type FunctionCall,
  type FunctionRule,
  type FunctionTable,
} from './function-rule.ts';

/** A function of an XML text and an XPath, which is a constant. */
function ofXPath(type: SparkType, sql: (xml: string, path: string) => string): FunctionRule {
  return custom([2, 2], (call) => {
    const [xml, path] = [argument(call, 0, 'text').sql, argument(call, 1, 'text')];
    checkPath(call);
    return { sql: isUnknown(path.type) ? 'NULL' : sql(xml, path.sql), type };
  });
}

function checkPath(call: FunctionCall): void {
  const [, path] = call.args;
  const span = argumentSpan(call, 1);
  if (!path || isUnknown(path.type)) return;
  if (!isConstant(path)) {
    report(call.environment, 'sql.type-mismatch', `The path of ${call.name} is constant.`, span, 'Write a literal.');
    return;
  }
  if (typeof path.literal !== 'string' || path.literal === '') return;
  try {
    compileXPath(path.literal);
  } catch (error) {
    if (!(error instanceof XPathProblem)) throw error;
    if (error.emulated) report(call.environment, 'sql.syntax', error.message, span, 'Correct the XPath.');
    else refuse(call.environment, error.message, span);
  }
}

/** A number as Java makes a whole one of it: cut, and the nearest that fits. */
const whole = (xml: string, path: string): string => `spark_saturated(trunc(spark_xpath_number(${xml}, ${path})))`;
const int = (xml: string, path: string): string => `CAST(spark_nearest_int(${whole(xml, path)}) AS INTEGER)`;
const double = ofXPath(DOUBLE, (xml, path) => `spark_xpath_number(${xml}, ${path})`);

export const XPATH_RULES: FunctionTable = {
  xpath: ofXPath(arrayOf(STRING), (xml, path) => `spark_xpath(${xml}, ${path})`),
  xpath_string: ofXPath(STRING, (xml, path) => `spark_xpath_string(${xml}, ${path})`),
  xpath_boolean: ofXPath(BOOLEAN, (xml, path) => `spark_xpath_boolean(${xml}, ${path})`),
  xpath_number: double,
  xpath_double: double,
  xpath_float: ofXPath(FLOAT, (xml, path) => `CAST(spark_xpath_number(${xml}, ${path}) AS FLOAT)`),
  xpath_long: ofXPath(BIGINT, whole),
  xpath_int: ofXPath(INT, int),
  xpath_short: ofXPath({ kind: 'smallint' }, (xml, path) => `CAST(spark_wrap(${int(xml, path)}, 16) AS SMALLINT)`),
};
