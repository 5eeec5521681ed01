/** True for an endpoint on this machine: the emulated services, which nobody but this user reaches. */
export function isLoopback(endpoint: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname);
}
