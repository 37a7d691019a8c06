package dev.touchstone.data.contamination;

import org.apiguardian.api.API;

/** When two features are the same value. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Rounding {
  /** 180 / 255 and 180 · (1 / 255) differ in their last bits, and both mean the byte 180. */
  private static final float RELATIVE = 1e-5f;

  private Rounding() {}

  /** Returns whether two features differ by no more than rounding. */
  public static boolean same(float a, float b) {
    return Float.compare(a, b) == 0
        || Math.abs(a - b) <= RELATIVE * Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
  }
}
