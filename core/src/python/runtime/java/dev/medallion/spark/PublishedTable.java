package dev.medallion.spark;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;

/** A table that Delta stages; the catalog is told of it once Delta has committed. */
final class PublishedTable implements StagedTable, SupportsWrite {
  private final StagedTable inner;
  private final String name;
  private final Bridge bridge;
  private final String operation;
  private final Map<String, Object> request;

  PublishedTable(StagedTable inner, String name, Bridge bridge, String operation, Map<String, Object> request) {
    this.inner = inner;
    this.name = name;
    this.bridge = bridge;
    this.operation = operation;
    this.request = request;
  }

  @Override
  public void commitStagedChanges() {
    inner.commitStagedChanges();
    bridge.call(operation, request);
  }

  @Override
  public void abortStagedChanges() {
    inner.abortStagedChanges();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public StructType schema() {
    return inner.schema();
  }

  @Override
  public Column[] columns() {
    return inner.columns();
  }

  @Override
  public Transform[] partitioning() {
    return inner.partitioning();
  }

  @Override
  public Map<String, String> properties() {
    return new HashMap<String, String>(inner.properties());
  }

  @Override
  public Set<TableCapability> capabilities() {
    return inner.capabilities();
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
    return ((SupportsWrite) inner).newWriteBuilder(info);
  }
}
