package dev.medallion.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.StagingTableCatalog;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableCatalogCapability;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.TableWritePrivilege;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.delta.catalog.DeltaTableV2;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A catalog of Unity Catalog in Spark. Names and places come from Medallion, which asks the catalog; all work on tables is done by
 * Delta's own catalog, under the tables' paths. A new table gets its name after its first commit, so a failure leaves no half table.
 *
 * Compiled by Spark's own compiler (Janino) when a session starts: no lambdas, and no static methods of interfaces.
 */
public class LakeCatalog implements StagingTableCatalog, SupportsNamespaces {
  private String name;
  private Bridge bridge;

  @Override
  public void initialize(String catalog, CaseInsensitiveStringMap options) {
    this.name = catalog;
    this.bridge = new Bridge(options.get("url"), options.get("secret"));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<TableCatalogCapability> capabilities() {
    return delta().capabilities();
  }

  /** As Delta's catalog has it: a table made from a query may hold NULL in every column. */
  @Override
  public boolean useNullableQuerySchema() {
    return true;
  }

  // Tables

  @Override
  public Table loadTable(Identifier ident) throws NoSuchTableException {
    return load(ident, false);
  }

  @Override
  public Table loadTable(Identifier ident, Set<TableWritePrivilege> privileges) throws NoSuchTableException {
    return load(ident, true);
  }

  @Override
  public Table loadTable(Identifier ident, String version) throws NoSuchTableException {
    return delta().loadTable(pathOf(foundAt(ident, "version", version)), version);
  }

  @Override
  public Table loadTable(Identifier ident, long microseconds) throws NoSuchTableException {
    return delta().loadTable(pathOf(foundAt(ident, "microseconds", Long.valueOf(microseconds))), microseconds);
  }

  @Override
  public boolean tableExists(Identifier ident) {
    return find(ident, false) != null;
  }

  @Override
  public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
    List<String> names = namesOf(bridge.call("list-tables", place(namespace)));
    if (names == null) throw new NoSuchNamespaceException(namespace);
    List<Identifier> found = new ArrayList<Identifier>();
    for (Object table : names) found.add(new PlainIdentifier(namespace, (String) table));
    return (Identifier[]) found.toArray(new Identifier[0]);
  }

  @Override
  public Table createTable(Identifier ident, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    if ("parquet".equalsIgnoreCase((String) properties.get(TableCatalog.PROP_PROVIDER))) {
      createParquet(ident, columns, partitions, properties);
    } else {
      StagedTable staged = stageCreate(ident, columns, partitions, properties);
      staged.commitStagedChanges();
    }
    try {
      return loadTable(ident);
    } catch (NoSuchTableException gone) {
      throw new IllegalStateException(gone);
    }
  }

  @Override
  public Table alterTable(Identifier ident, TableChange... changes) throws NoSuchTableException {
    Map<String, Object> table = found(ident, true);
    delta().alterTable(pathOf(table), changes);
    bridge.call("changed", named(ident));
    return loadTable(ident);
  }

  @Override
  public boolean dropTable(Identifier ident) {
    return bridge.call("drop-table", named(ident)).get("dropped") == Boolean.TRUE;
  }

  @Override
  public void renameTable(Identifier from, Identifier to) {
    throw new UnsupportedOperationException("Renaming a table is not emulated: create the new one and drop the old one.");
  }

  // Tables that become visible with their first commit

  @Override
  public StagedTable stageCreate(Identifier ident, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    if (find(ident, true) != null) throw new TableAlreadyExistsException(ident);
    Map<String, Object> place = reserve(ident, properties);
    StagedTable inner = delta().stageCreate(pathOf(place), columns, partitions, withoutPlace(properties));
    return new PublishedTable(inner, fullName(ident), bridge, "publish", published(ident, place));
  }

  @Override
  public StagedTable stageReplace(Identifier ident, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws NoSuchTableException, NoSuchNamespaceException {
    Map<String, Object> existing = found(ident, true);
    StagedTable inner = delta().stageReplace(pathOf(existing), columns, partitions, withoutPlace(properties));
    return new PublishedTable(inner, fullName(ident), bridge, "changed", named(ident));
  }

  @Override
  public StagedTable stageCreateOrReplace(
      Identifier ident, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws NoSuchNamespaceException {
    Map<String, Object> existing = find(ident, true);
    Map<String, Object> place = existing == null ? reserve(ident, properties) : existing;
    StagedTable inner = delta().stageCreateOrReplace(pathOf(place), columns, partitions, withoutPlace(properties));
    return existing == null
        ? new PublishedTable(inner, fullName(ident), bridge, "publish", published(ident, place))
        : new PublishedTable(inner, fullName(ident), bridge, "changed", named(ident));
  }

  // Schemas

  @Override
  public String[][] listNamespaces() {
    List<String[]> found = new ArrayList<String[]>();
    for (Object schema : namesOf(bridge.call("list-schemas", place(new String[0])))) found.add(new String[] {(String) schema});
    return (String[][]) found.toArray(new String[0][]);
  }

  @Override
  public String[][] listNamespaces(String[] namespace) throws NoSuchNamespaceException {
    if (namespace.length == 0) return listNamespaces();
    loadNamespaceMetadata(namespace);
    return new String[0][];
  }

  @Override
  public Map<String, String> loadNamespaceMetadata(String[] namespace) throws NoSuchNamespaceException {
    String[][] all = listNamespaces();
    for (int index = 0; index < all.length; index++) {
      if (namespace.length == 1 && all[index][0].equalsIgnoreCase(namespace[0])) return new HashMap<String, String>();
    }
    throw new NoSuchNamespaceException(namespace);
  }

  @Override
  public void createNamespace(String[] namespace, Map<String, String> metadata) {
    bridge.call("create-schema", place(namespace));
  }

  @Override
  public void alterNamespace(String[] namespace, NamespaceChange... changes) {
    throw new UnsupportedOperationException("Changing a schema is not emulated.");
  }

  @Override
  public boolean dropNamespace(String[] namespace, boolean cascade) {
    throw new UnsupportedOperationException("Dropping a schema is not emulated.");
  }

  /** As Unity Catalog has it: only Delta tables are managed, a table of Parquet files lies where the statement says. */
  private void createParquet(Identifier ident, Column[] columns, Transform[] partitions, Map<String, String> properties)
      throws TableAlreadyExistsException, NoSuchNamespaceException {
    if (find(ident, true) != null) throw new TableAlreadyExistsException(ident);
    loadNamespaceMetadata(ident.namespace());
    if (!properties.containsKey(TableCatalog.PROP_LOCATION)) {
      throw new UnsupportedOperationException(
          "A managed table of Parquet files: Unity Catalog manages Delta tables only. Give it a LOCATION, or make it USING delta.");
    }
    if (partitions.length > 0) {
      throw new UnsupportedOperationException("PARTITIONED BY is not emulated for tables of Parquet files.");
    }
    StructType schema = CatalogV2Util.v2ColumnsToStructType(columns);
    List<Map<String, Object>> described = new ArrayList<Map<String, Object>>();
    for (int index = 0; index < schema.fields().length; index++) {
      Map<String, Object> column = new HashMap<String, Object>();
      column.put("name", schema.fields()[index].name());
      column.put("type", schema.fields()[index].dataType().json());
      column.put("nullable", Boolean.valueOf(schema.fields()[index].nullable()));
      described.add(column);
    }
    Map<String, Object> request = named(ident);
    request.put("location", properties.get(TableCatalog.PROP_LOCATION));
    request.put("columns", described);
    bridge.call("register-parquet", request);
  }

  private Table load(Identifier ident, boolean toWrite) throws NoSuchTableException {
    Map<String, Object> table = found(ident, toWrite);
    if ("PARQUET".equals(table.get("format"))) {
      return ParquetTables.load(name, ident, (String) table.get("location"), (String) table.get("columns"));
    }
    if (!"DELTA".equals(table.get("format"))) {
      throw new UnsupportedOperationException(
          fullName(ident) + " is a table of " + table.get("format") + " files: read its files by their path.");
    }
    return new DeltaTableV2(
        SparkSession.active(),
        new Path((String) table.get("location")),
        scala.Option.empty(),
        scala.Option.apply(fullName(ident)),
        scala.Option.empty(),
        scala.collection.immutable.Map$.MODULE$.empty());
  }

  private Map<String, Object> found(Identifier ident, boolean toWrite) throws NoSuchTableException {
    Map<String, Object> table = find(ident, toWrite);
    if (table == null) throw new NoSuchTableException(ident);
    return table;
  }

  /** The table as it once was: what is read is that version, and the run's record says so. */
  private Map<String, Object> foundAt(Identifier ident, String key, Object value) throws NoSuchTableException {
    if (ident.namespace().length != 1) throw new NoSuchTableException(ident);
    Map<String, Object> request = named(ident);
    request.put(key, value);
    Map<String, Object> answer = bridge.call("find-table", request);
    if (!answer.containsKey("location")) throw new NoSuchTableException(ident);
    return answer;
  }

  private Map<String, Object> find(Identifier ident, boolean toWrite) {
    if (ident.namespace().length != 1) return null;
    Map<String, Object> request = named(ident);
    request.put("toWrite", Boolean.valueOf(toWrite));
    Map<String, Object> answer = bridge.call("find-table", request);
    return answer.containsKey("location") ? answer : null;
  }

  private Map<String, Object> reserve(Identifier ident, Map<String, String> properties) throws NoSuchNamespaceException {
    loadNamespaceMetadata(ident.namespace());
    Map<String, Object> request = named(ident);
    String provider = (String) properties.get(TableCatalog.PROP_PROVIDER);
    if (provider != null && !"delta".equalsIgnoreCase(provider)) {
      throw new UnsupportedOperationException("USING " + provider + " is not emulated: tables of the catalog are Delta tables.");
    }
    if (properties.containsKey(TableCatalog.PROP_LOCATION)) {
      request.put("location", properties.get(TableCatalog.PROP_LOCATION));
    }
    return bridge.call("reserve", request);
  }

  @SuppressWarnings("unchecked")
  private static List<String> namesOf(Map<String, Object> answer) {
    return (List<String>) answer.get("names");
  }

  private Map<String, Object> published(Identifier ident, Map<String, Object> place) {
    Map<String, Object> request = named(ident);
    request.put("location", (String) place.get("location"));
    request.put("tableId", (String) place.get("tableId"));
    return request;
  }

  private Map<String, Object> place(String[] namespace) {
    Map<String, Object> request = new HashMap<String, Object>();
    request.put("catalog", name);
    request.put("schema", String.join(".", namespace));
    return request;
  }

  private Map<String, Object> named(Identifier ident) {
    Map<String, Object> request = place(ident.namespace());
    request.put("table", ident.name());
    return request;
  }

  private String fullName(Identifier ident) {
    return name + "." + String.join(".", ident.namespace()) + "." + ident.name();
  }

  /** The place is in the identifier: Delta refuses one that is said twice. */
  private static Map<String, String> withoutPlace(Map<String, String> properties) {
    Map<String, String> rest = new HashMap<String, String>(properties);
    rest.remove(TableCatalog.PROP_LOCATION);
    rest.remove(TableCatalog.PROP_IS_MANAGED_LOCATION);
    rest.remove(TableCatalog.PROP_EXTERNAL);
    if (!rest.containsKey(TableCatalog.PROP_PROVIDER)) rest.put(TableCatalog.PROP_PROVIDER, "delta");
    return rest;
  }

  private static Identifier pathOf(Map<String, Object> place) {
    return new PlainIdentifier(new String[] {"delta"}, (String) place.get("location"));
  }

  private static StagingTableCatalog delta() {
    return (StagingTableCatalog) SparkSession.active().sessionState().catalogManager().v2SessionCatalog();
  }
}
