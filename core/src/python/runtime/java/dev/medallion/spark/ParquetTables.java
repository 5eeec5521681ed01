package dev.medallion.spark;

import java.lang.reflect.Constructor;
import java.net.URI;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.CatalogTableType;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.V1Table;
import org.apache.spark.sql.types.StructType;

/**
 * External tables of Parquet files. Spark reads and writes them by its own file source, as it does those of its session catalog: a
 * V1Table whose partitions no catalog tracks is let through by every other catalog too (ResolveSessionCatalog).
 */
final class ParquetTables {
  private ParquetTables() {}

  static Table load(String catalog, Identifier ident, String location, String columns) {
    refuseSaveAsTable(ident);
    Object storage = make(CatalogStorageFormat.class, new Object[] {
      scala.Option.apply(URI.create(new Path(location).toUri().toString())), scala.Option.empty(), scala.Option.empty(),
      scala.Option.empty(), Boolean.FALSE, scala.collection.immutable.Map$.MODULE$.empty()});
    Object name = make(TableIdentifier.class, new Object[] {
      ident.name(), scala.Option.apply(ident.namespace()[0]), scala.Option.apply(catalog)});
    Object table = make(CatalogTable.class, new Object[] {
      name, CatalogTableType.EXTERNAL(), storage, StructType.fromDDL(columns), scala.Option.apply("parquet")});
    return new V1Table((CatalogTable) table);
  }

  /** saveAsTable gives a V1Table to Spark's session catalog, whatever catalog it is in: the rows would land in another table. */
  private static void refuseSaveAsTable(Identifier ident) {
    StackTraceElement[] frames = new Throwable().getStackTrace();
    for (int index = 0; index < frames.length; index++) {
      if (frames[index].getMethodName().equals("saveAsTable")) {
        throw new UnsupportedOperationException(
            "saveAsTable into " + ident.name() + ", a table of Parquet files, is not emulated: use insertInto.");
      }
    }
  }

  /** A case class with the first of its arguments given: how many follow depends on Spark's version, and each has a default. */
  private static Object make(Class<?> type, Object[] given) {
    try {
      Constructor<?> constructor = type.getConstructors()[0];
      for (int index = 1; index < type.getConstructors().length; index++) {
        Constructor<?> other = type.getConstructors()[index];
        if (other.getParameterCount() > constructor.getParameterCount()) constructor = other;
      }
      Object[] arguments = new Object[constructor.getParameterCount()];
      Object companion = null;
      for (int index = 0; index < arguments.length; index++) {
        if (index < given.length) {
          arguments[index] = given[index];
        } else {
          if (companion == null) {
            companion = Class.forName(type.getName() + "$", true, type.getClassLoader()).getField("MODULE$").get(null);
          }
          String name = "$lessinit$greater$default$" + (index + 1);
          arguments[index] = companion.getClass().getMethod(name, new Class[0]).invoke(companion, new Object[0]);
        }
      }
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException unknown) {
      throw new IllegalStateException(type.getName() + " of this Spark is not as expected: " + unknown, unknown);
    }
  }
}
