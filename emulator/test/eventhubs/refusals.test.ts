import assert from 'node:assert/strict';
import { once } from 'node:events';
import rhea from 'rhea';
import { type EmulatorProcess, startEmulatorProcess, temporaryFolder } from '../support/emulator-process.ts';
import { credentialFor } from '../support/control-client.ts';
import { closedWith, connectRaw, sasToken, wellKnownKey } from './raw-client.ts';
import { configOf, consumerOf, operationsOf, producerOf, read } from './support.ts';

const inOneHour = (): number => Math.floor(Date.now() / 1000) + 3600;

describe('Event Hubs: what it refuses', () => {
  const folder = temporaryFolder();
  let emulator: EmulatorProcess;
  before(async () => {
    const eventHubsConfig = configOf({ name: 'orders', partitions: 2 });
    emulator = await startEmulatorProcess({ stateFolder: folder.path, eventHubsConfig });
  });
  after(async () => {
    await emulator[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('refuses hubs, consumer groups and partitions that do not exist, with the codes of the service', async () => {
    await using nowhere = producerOf(emulator.description, 'nowhere');
    await assert.rejects(nowhere.sendBatch([{ body: 1 }]), { code: 'MessagingEntityNotFoundError' });
    await assert.rejects(nowhere.getEventHubProperties(), { code: 'MessagingEntityNotFoundError' });
    await using orders = producerOf(emulator.description, 'orders');
    await assert.rejects(orders.sendBatch([{ body: 1 }], { partitionId: '2' }), { code: 'ArgumentOutOfRangeError' });
    await assert.rejects(orders.getPartitionProperties('7'), { code: 'ArgumentOutOfRangeError' });
    await using noGroup = consumerOf(emulator.description, 'orders', 'nobody');
    await assert.rejects(read(noGroup, { partition: '0', count: 1 }), { code: 'MessagingEntityNotFoundError' });
    await using noPartition = consumerOf(emulator.description, 'orders');
    await assert.rejects(read(noPartition, { partition: '5', count: 1 }), { code: 'ArgumentOutOfRangeError' });
  });

  it('refuses a message above 1 MB and takes the largest one below', async () => {
    await using client = await connectRaw(emulator.description, {
      username: wellKnownKey.name,
      password: wellKnownKey.value,
    });
    const sender = client.connection.open_sender('orders/Partitions/0');
    await once(sender, 'sendable');
    const send = async (bytes: number): Promise<string> => {
      const outcome = Promise.race([
        once(sender, 'accepted').then(() => 'accepted'),
        once(sender, 'rejected').then(rejectionOf),
      ]);
      sender.send({ body: rhea.message.data_section(Buffer.alloc(bytes)) as unknown });
      return outcome;
    };
    assert.equal(await send(1024 * 1024), 'amqp:link:message-size-exceeded');
    assert.equal(await send(1024 * 1024 - 100), 'accepted');
    assert.equal(sender.max_message_size, 1024 * 1024);
  });

  it('refuses links without a token, and tokens of another key, of the past or for another hub', async () => {
    await using client = await connectRaw(emulator.description);
    const address = 'sb://127.0.0.1/orders';
    const attach = () => closedWith(client.connection.open_sender('orders'));
    assert.equal(await attach(), 'amqp:unauthorized-access');
    assert.equal(
      await client.putToken(address, sasToken(address, inOneHour(), { ...wellKnownKey, value: 'x' as never })),
      401,
    );
    assert.equal(await client.putToken(address, sasToken(address, inOneHour() - 7200)), 401);
    assert.equal(await client.putToken(address, sasToken('sb://127.0.0.1/geo', inOneHour())), 401);
    assert.equal(await client.putToken(address, 'nonsense %'), 401);
    assert.equal(await attach(), 'amqp:unauthorized-access');
    assert.equal(await client.putToken(address, sasToken('sb://127.0.0.1/', inOneHour())), 202);
    await once(client.connection.open_sender('orders'), 'sendable');
  });

  it('takes a bearer token of the local authority for Event Hubs, and not one for another service', async () => {
    await using client = await connectRaw(emulator.description);
    const address = 'sb://127.0.0.1/orders';
    const tokenFor = async (scope: string) => (await credentialFor(emulator.description).getToken(scope)).token;
    assert.equal(await client.putToken(address, await tokenFor('https://management.azure.com/.default'), 'jwt'), 401);
    assert.equal(await client.putToken(address, await tokenFor('https://eventhubs.azure.net/.default'), 'jwt'), 202);
    await once(client.connection.open_sender('orders'), 'sendable');
  });

  it('refuses a wrong password', async () => {
    await assert.rejects(connectRaw(emulator.description, { username: wellKnownKey.name, password: 'wrong' }));
  });

  it('refuses a filter that it does not know instead of ignoring it', async () => {
    await using client = await connectRaw(emulator.description, {
      username: wellKnownKey.name,
      password: wellKnownKey.value,
    });
    const filter = rhea.filter.selector("amqp.annotation.x-opt-colour = 'red'");
    const address = 'orders/ConsumerGroups/$Default/Partitions/0';
    const receiver = client.connection.open_receiver({ source: { address, filter } });
    assert.equal(await closedWith(receiver), 'com.microsoft:argument-error');
  });

  for (const [what, events] of [
    ['a batch that is no message', [Buffer.from('not an AMQP message')]],
    ['an event whose text ends too early', [inBatch(Buffer.from('005373c00501a1ff6162', 'hex'))]],
    ['an event with an unknown section', [inBatch(Buffer.from('005390a00161', 'hex'))]],
    [
      'one such event behind a good one',
      [inBatch(Buffer.from('005375a00161', 'hex')), inBatch(Buffer.from('0053', 'hex'))],
    ],
  ] as const) {
    it(`stores nothing of ${what}`, async () => {
      await using client = await connectRaw(emulator.description, {
        username: wellKnownKey.name,
        password: wellKnownKey.value,
      });
      const before = (await operationsOf(emulator.description))['amqp.sendEvents'];
      const sender = client.connection.open_sender('orders/Partitions/1');
      await once(sender, 'sendable');
      const rejected = once(sender, 'rejected').then(rejectionOf);
      sender.send(Buffer.concat(events), undefined, 0x80013700);
      assert.equal(await rejected, 'amqp:decode-error');
      assert.equal((await operationsOf(emulator.description))['amqp.sendEvents'], before);
    });
  }
});

/** A data section of a batch. */
function inBatch(event: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x00, 0x53, 0x75, 0xa0, event.length]), event]);
}

/** The condition with which a delivery was rejected, from the arguments of rhea's event. */
function rejectionOf(args: readonly unknown[]): string {
  const [context] = args as [
    { readonly delivery: { readonly remote_state: { readonly error: { readonly condition: string } } } },
  ];
  return context.delivery.remote_state.error.condition;
}
