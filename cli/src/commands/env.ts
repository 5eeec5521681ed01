import type { Command } from '../command.ts';
import { runningLocalAzure } from '../running-azure.ts';

/** `eval "$(medallion env)"`: the names that the Azure SDKs and tools read. */
export const env: Command = {
  name: 'env',
  usage: 'env',
  summary: "print the running local Azure's addresses and keys as environment variables",
  options: {},
  async run({ state }) {
    const { description } = await runningLocalAzure(state);
    const { endpoints, connectionStrings, identity, storage, caFile } = description;
    const variables: Record<string, string> = {
      AZURE_STORAGE_ACCOUNT: storage.accountName,
      AZURE_STORAGE_KEY: storage.accountKey,
      AZURE_STORAGE_CONNECTION_STRING: connectionStrings.storage,
      EVENT_HUBS_CONNECTION_STRING: connectionStrings.eventHubs,
      AZURE_AUTHORITY_HOST: endpoints.control,
      AZURE_TENANT_ID: identity.tenantId,
      AZURE_CLIENT_ID: identity.clientId,
      AZURE_CLIENT_SECRET: identity.clientSecret,
      DATABRICKS_HOST: endpoints.control,
      DATABRICKS_CLIENT_ID: identity.clientId,
      DATABRICKS_CLIENT_SECRET: identity.clientSecret,
      MEDALLION_CA_FILE: caFile,
    };
    const quoted = Object.entries(variables).map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`,
    );
    return { json: variables, text: quoted.join('\n') };
  },
};
