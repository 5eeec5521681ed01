import type { BlobMetadataStore } from './azurite.ts';
import type { BlobIndex } from './blob-index.ts';

/** A folder is a blob of no bytes with this metadata, which is how the service's blob endpoint shows it too. */
const name = 'hdi_isfolder';

type Metadata = Readonly<Record<string, string>>;

export function isFolder(document: { readonly metadata?: Metadata | undefined }): boolean {
  return document.metadata?.[name] === 'true';
}

export function withFolderMark(metadata: Metadata): Record<string, string> {
  return { ...metadata, [name]: 'true' };
}

export function withoutFolderMark(metadata: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== name));
}

/** In a hierarchical namespace a folder stays one, whatever metadata the blob endpoint is told to set. */
export function keepFolderMark(store: BlobMetadataStore, index: BlobIndex): BlobMetadataStore['setBlobMetadata'] {
  const setBlobMetadata = store.setBlobMetadata.bind(store);
  return async (context, account, container, blob, lease, metadata, conditions) => {
    const present = index.get(account, container, blob);
    const kept = present && isFolder(present) ? withFolderMark(metadata ?? {}) : metadata;
    return setBlobMetadata(context, account, container, blob, lease, kept, conditions);
  };
}
