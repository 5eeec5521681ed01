import { isJsonObject } from '../../control/lossless-json.ts';

const mask = '**********';

/** Parts of a connection string that the service keeps to itself. */
const secretPart = /^\s*(AccountKey|SharedAccessKey|SharedAccessSignature|Password|Pwd|AccessKey)\s*=/i;

/** A body as clients may see it: secure strings masked, and connection strings without their secret parts. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (!isJsonObject(value)) return value;
  if (value['type'] === 'SecureString') return { ...value, value: mask };
  return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => maskedField(name, item)));
}

/** The service moves a secret out of a plain connection string into `encryptedCredential`, which means nothing to clients. */
function maskedField(name: string, item: unknown): readonly (readonly [string, unknown])[] {
  if (!/connectionString$/i.test(name) || typeof item !== 'string') return [[name, masked(item)]];
  const parts = item.split(';');
  const open = parts.filter((part) => !secretPart.test(part));
  if (open.length === parts.length) return [[name, item]];
  return [
    [name, open.join(';')],
    ['encryptedCredential', mask],
  ];
}
