package dev.medallion.spark;

/** What Medallion refuses, with its code and next step. */
public final class RefusedException extends RuntimeException {
  public RefusedException(String code, String message, String nextStep) {
    super(message + " [" + code + "] -> " + nextStep);
  }
}
