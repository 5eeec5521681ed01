/**
 * Asks again until the answer is as wanted, for what a service finishes by itself after it has answered. It ends when the
 * state comes, not after a time; a state that never comes ends at mocha's limit.
 */
export async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
  }
}
