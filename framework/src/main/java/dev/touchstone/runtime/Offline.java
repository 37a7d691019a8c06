package dev.touchstone.runtime;

import org.apiguardian.api.API;

/** Keeps DJL from the network: what it is asked for before it starts, it does not undo. */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Offline {
  private Offline() {}

  /** Asks for no usage report and no download of natives. */
  public static void keep() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }
}
