import type { Diagnostic } from '../../base/diagnostic.ts';
import { textAt, type ConfigNode } from '../../project/config-node.ts';
import { finding, type Rule } from '../rule.ts';

/** Forms of a secret inside any text. */
const secretTexts: readonly RegExp[] = [
  /\b(AccountKey|SharedAccessKey)\s*=\s*[A-Za-z0-9+/]{16,}/i,
  /\b(password|pwd)\s*=\s*(?![@$*]|;|$)[^;\s]+/i,
  /[?&]sig=[A-Za-z0-9%+/]{16,}/,
  /\bdapi[0-9a-f]{32}\b/,
];

/** Keys whose value is a secret whatever it looks like. */
const secretKeys =
  /^(password|pwd|accountKey|account_key|sharedAccessKey|clientSecret|client_secret|servicePrincipalKey|accessToken|access_token|sasToken|sasUri|secret_value)$/i;

/** A secret never stands in a file of the project: it would be promoted, logged and kept by git for ever. */
export const literalSecrets: Rule = ({ project, bundles }) => {
  const roots: readonly ConfigNode[] = [
    ...(project.settingsNode ? [project.settingsNode] : []),
    ...bundles.flatMap(({ bundle }) => bundle.documents.map(({ config }) => config)),
    ...project.factories.flatMap(({ objects }) => objects.map(({ node }) => node)),
  ];
  return roots.flatMap((root) => secretsIn(root, ''));
};

function secretsIn(node: ConfigNode, key: string): readonly Diagnostic[] {
  switch (node.kind) {
    case 'list':
      return node.items.flatMap((item) => secretsIn(item, key));
    case 'map': {
      const isSecure = textAt(node, 'type') === 'SecureString' && isLiteral(textAt(node, 'value') ?? '');
      if (isSecure) return [secret(node, key)];
      return [...node.entries].flatMap(([inner, { value }]) => secretsIn(value, inner));
    }
    case 'scalar': {
      const { value } = node;
      if (typeof value !== 'string' || value.includes('devstoreaccount1')) return [];
      const found = (secretKeys.test(key) && isLiteral(value)) || secretTexts.some((pattern) => pattern.test(value));
      return found ? [secret(node, key)] : [];
    }
  }
}

/** Not empty, not masked by an export, and no reference or expression that yields the secret elsewhere. */
function isLiteral(value: string): boolean {
  return value !== '' && !/^\*+$/.test(value) && !/\$\{|\{\{|^@/.test(value);
}

/** Says where, never what. */
function secret(node: ConfigNode, key: string): Diagnostic {
  const message = `A secret stands in this file${key === '' ? '' : ` (${key})`}.`;
  const next = 'Revoke it, keep the new one in Key Vault or a secret scope, and refer to it from here.';
  return finding('error', 'secrets.literal', message, node.range, next);
}
