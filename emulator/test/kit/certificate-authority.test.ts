import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type CertificateAuthority, openCertificateAuthority } from '@medallion/emulator/kit/certificate-authority.ts';
import { temporaryFolder } from '../support/emulator-process.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

async function handshake(authority: CertificateAuthority, ca: string, servername: string): Promise<number | undefined> {
  const server = createServer(authority.server, (_request, response) => response.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const call = request({ host: '127.0.0.1', port, ca, servername, agent: false }).end();
    const [response] = (await once(call, 'response')) as [{ statusCode?: number; resume(): void }];
    response.resume();
    return response.statusCode;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('local certificate authority', () => {
  it('keeps its key to its user', async () => {
    using folder = temporaryFolder();
    const { caFile } = await openCertificateAuthority(folder.path);
    assert.equal(caFile, join(folder.path, 'ca', 'ca.pem'));
    if (process.platform === 'win32') return; // access there is by lists, which a mode does not show
    assert.equal(modeOf(join(folder.path, 'ca')), '700');
    assert.equal(modeOf(join(folder.path, 'ca', 'ca.key.pem')), '600');
    chmodSync(join(folder.path, 'ca', 'ca.key.pem'), 0o644);
    chmodSync(join(folder.path, 'ca'), 0o755);
    await openCertificateAuthority(folder.path);
    assert.equal(modeOf(join(folder.path, 'ca')), '700');
    assert.equal(modeOf(join(folder.path, 'ca', 'ca.key.pem')), '600');
  });

  it('signs certificates that clients accept for 127.0.0.1 and localhost, and no other authority does', async () => {
    using folder = temporaryFolder();
    using other = temporaryFolder();
    const authority = await openCertificateAuthority(folder.path);
    assert.equal(await handshake(authority, authority.caPem, ''), 200);
    assert.equal(await handshake(authority, authority.caPem, 'localhost'), 200);
    const leaf = new X509Certificate(authority.server.cert);
    assert.equal(leaf.subjectAltName, 'IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:localhost');
    assert.equal(leaf.checkHost('example.com'), undefined);
    const { caPem } = await openCertificateAuthority(other.path);
    await assert.rejects(handshake(authority, caPem, 'localhost'));
  });

  it('stays the same from start to start, with a new leaf each time', async () => {
    using folder = temporaryFolder();
    const first = await openCertificateAuthority(folder.path);
    const second = await openCertificateAuthority(folder.path);
    assert.equal(second.caPem, first.caPem);
    assert.notEqual(second.server.cert, first.server.cert);
    assert.equal(readFileSync(first.caFile, 'utf8'), first.caPem);
  });

  const damages: readonly (readonly [string, (ca: string) => void])[] = [
    ['the key is missing', (ca) => rmSync(join(ca, 'ca.key.pem'))],
    ['the certificate is missing', (ca) => rmSync(join(ca, 'ca.pem'))],
    ['the key is no PEM', (ca) => writeFileSync(join(ca, 'ca.key.pem'), 'damaged')],
    [
      'the certificate is cut off',
      (ca) => writeFileSync(join(ca, 'ca.pem'), readFileSync(join(ca, 'ca.pem')).subarray(0, 200)),
    ],
    [
      'the key holds no key',
      (ca) => writeFileSync(join(ca, 'ca.key.pem'), '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'),
    ],
  ];
  for (const [what, damage] of damages) {
    it(`makes a new one when ${what}`, async () => {
      using folder = temporaryFolder();
      const before = await openCertificateAuthority(folder.path);
      damage(join(folder.path, 'ca'));
      const after = await openCertificateAuthority(folder.path);
      assert.notEqual(after.caPem, before.caPem);
      assert.equal(await handshake(after, after.caPem, 'localhost'), 200);
    });
  }

  it('makes a new one when key and certificate are of different pairs', async () => {
    using folder = temporaryFolder();
    using other = temporaryFolder();
    const before = await openCertificateAuthority(folder.path);
    await openCertificateAuthority(other.path);
    writeFileSync(join(folder.path, 'ca', 'ca.key.pem'), readFileSync(join(other.path, 'ca', 'ca.key.pem')));
    const after = await openCertificateAuthority(folder.path);
    assert.notEqual(after.caPem, before.caPem);
    assert.equal(await handshake(after, after.caPem, 'localhost'), 200);
  });
});
