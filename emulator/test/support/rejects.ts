import assert from 'node:assert/strict';

/** Asserts that a call of an Azure client is refused with this service code and status. */
export async function rejectsWith(call: Promise<unknown>, code: string, status: number): Promise<void> {
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof Error);
    const {
      code: actual,
      statusCode,
      details,
    } = error as { code?: string; statusCode?: number; details?: { errorCode?: string } };
    assert.deepEqual({ code: actual ?? details?.errorCode, status: statusCode }, { code, status });
    return true;
  });
}
