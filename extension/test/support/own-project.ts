import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const hostileName = '<img src=x onerror=alert(1)>.sql';

const bundle = `bundle: { name: shop }
targets: { dev: { default: true }, prod: {} }
resources:
  jobs:
    daily:
      name: daily
      tasks:
        - task_key: orders
          sql_task: { warehouse_id: local, file: { path: ./src/orders.sql } }
        - task_key: forecast
          spark_python_task: { python_file: ./src/forecast.py }
        - task_key: one
          sql_task: { warehouse_id: local, file: { path: './src/${hostileName}' } }
        - task_key: jar
          spark_jar_task: { main_class_name: org.shop.Main }
`;

const orders = `CREATE OR REPLACE TABLE silver.orders AS SELECT 1 AS order_id;

-- This one is not emulated.
CREATE OR REPLACE FUNCTION silver.shout(s STRING) RETURNS STRING LANGUAGE PYTHON AS $$ return s.upper() $$;
`;

/** A folder as a team has it that never heard of Medallion: a bundle without medallion.yaml, of which not all runs here. */
export function writeOwnProject(folder: string): void {
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'databricks.yml'), bundle);
  writeFileSync(join(folder, 'src', 'orders.sql'), orders);
  writeFileSync(join(folder, 'src', 'forecast.py'), 'print(1)\n');
  writeFileSync(join(folder, 'src', hostileName), 'SELECT 1 AS one;\n');
}
