import { systemErrorCode } from '../../kit/emulator-error.ts';

/** No room on the disk, over the user's quota, or over the size that the system allows a file of this process. */
const noSpaceCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export function isNoSpace(error: unknown): boolean {
  return noSpaceCodes.has(systemErrorCode(error) ?? '');
}

/** Azure has no disk to fill. The status is WebDAV's 507, which the SDKs hand to the caller without trying again. */
export const noSpaceError = {
  status: 507,
  code: 'InsufficientStorage',
  message:
    'The disk that holds the state of the local Azure is full. Free some space and try again: nothing was changed.',
} as const;
