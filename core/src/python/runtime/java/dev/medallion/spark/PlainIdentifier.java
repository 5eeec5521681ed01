package dev.medallion.spark;

import org.apache.spark.sql.connector.catalog.Identifier;

/** `Identifier.of` for a compiler that calls no static methods of interfaces. */
final class PlainIdentifier implements Identifier {
  private final String[] namespace;
  private final String name;

  PlainIdentifier(String[] namespace, String name) {
    this.namespace = namespace;
    this.name = name;
  }

  @Override
  public String[] namespace() {
    return namespace;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return String.join(".", namespace) + "." + name;
  }
}
