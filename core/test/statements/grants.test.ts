import assert from 'node:assert/strict';
import { type DatabricksLake, startDatabricksLake } from './databricks-lake.ts';

describe('grants in SQL', function () {
  this.timeout(60_000);
  let lake: DatabricksLake;
  before(async () => {
    lake = await startDatabricksLake();
  });
  after(() => lake[Symbol.asyncDispose]());

  it('are recorded in Unity Catalog, and SHOW GRANTS tells own and inherited ones', async () => {
    await lake.run(`CREATE TABLE gold.seen (a INT);
      GRANT USE CATALOG, USE SCHEMA ON CATALOG shop TO \`account users\`;
      GRANT ALL PRIVILEGES ON SCHEMA gold TO analysts;
      GRANT SELECT, MODIFY ON TABLE gold.seen TO \`ann@example.org\`;
      GRANT SELECT ON gold.seen TO \`bob@example.org\``);
    const columns = await lake.rows('SHOW GRANTS ON TABLE gold.seen');
    assert.deepEqual(columns, [
      ['account users', 'USE CATALOG', 'CATALOG', 'shop'],
      ['account users', 'USE SCHEMA', 'CATALOG', 'shop'],
      ['analysts', 'ALL PRIVILEGES', 'SCHEMA', 'shop.gold'],
      ['ann@example.org', 'MODIFY', 'TABLE', 'shop.gold.seen'],
      ['ann@example.org', 'SELECT', 'TABLE', 'shop.gold.seen'],
      ['bob@example.org', 'SELECT', 'TABLE', 'shop.gold.seen'],
    ]);
    await lake.run('REVOKE MODIFY ON TABLE gold.seen FROM `ann@example.org`; REVOKE SELECT ON gold.seen FROM nobody');
    assert.deepEqual(await lake.rows('SHOW GRANTS `ann@example.org` ON gold.seen'), [
      ['ann@example.org', 'SELECT', 'TABLE', 'shop.gold.seen'],
    ]);
    await lake.run('USE SCHEMA gold; GRANT EXECUTE ON SCHEMA TO runners; GRANT CREATE CATALOG ON METASTORE TO admins');
    assert.deepEqual(await lake.rows('SHOW GRANT admins ON METASTORE'), [
      ['admins', 'CREATE CATALOG', 'METASTORE', ''],
    ]);
    assert.ok((await lake.rows('SHOW GRANTS runners ON SCHEMA gold')).length === 1);
  });

  it('are refused before the first statement where they cannot be', async () => {
    await lake.refused(
      'CREATE TABLE gold.never (a INT); GRANT SELECT ON TABLE gold.nothing TO x',
      'catalog.table-not-found',
    );
    await lake.refused('SELECT * FROM gold.never', 'catalog.table-not-found');
    await lake.refused('GRANT FLY ON TABLE gold.seen TO x', 'sql.syntax');
    await lake.refused('GRANT SELECT ON TABLE gold.seen FROM x', 'sql.syntax');
    await lake.refused('GRANT SELECT ON SHARE s TO x', 'sql.not-emulated');
    await lake.refused('GRANT USE SCHEMA ON SCHEMA shop.nothing TO x', 'catalog.schema-not-found');
  });
});
