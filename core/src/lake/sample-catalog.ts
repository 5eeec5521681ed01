/** Databricks' own catalog: every workspace has it, a laptop where somebody has made tables of that name. */
const sampleCatalog = 'samples';

export function isSampleCatalog(name: string | undefined): boolean {
  return name?.toLowerCase() === sampleCatalog;
}

/**
 * How a table that stands for one of Databricks' sample catalog is made on this machine: from a file that somebody has put into the
 * folder that stands for DBFS.
 */
export function makeSampleTable(schema: string, table: string): string {
  const name = `samples.${schema}.${table}`;
  const file = `samples/${schema}/${table}.parquet`;
  return [
    `Databricks has this catalog in every workspace. To let rows of your own stand for it, put them into .medallion/dbfs/${file}, then:`,
    `medallion query --make samples.${schema} "CREATE TABLE ${name} AS SELECT * FROM read_files('dbfs:/${file}', format => 'parquet')"`,
  ].join(' ');
}
