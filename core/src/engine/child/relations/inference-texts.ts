import { ExpectedError } from '../../../base/expected-error.ts';

/** A text of a file whose type Spark would infer in a way that is not emulated. */
export function ambiguousText(text: string, what: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.inference-not-emulated',
    message: `Databricks would infer ${what} from the text ${JSON.stringify(text.slice(0, 60))}, which is not read here.`,
    nextStep: "Say schema => 'name TYPE, ...', or schemaHints => for this column with inferColumnTypes => false.",
  });
}

/** A record from which no columns can be inferred. */
export function unreadableRecord(url: string, record: string): ExpectedError {
  return new ExpectedError({
    code: 'engine.inference-not-emulated',
    message: `${url} holds a record that is no JSON object: ${record.slice(0, 120)}`,
    nextStep: "Correct the file, or say schema => 'name TYPE, ...'.",
  });
}
