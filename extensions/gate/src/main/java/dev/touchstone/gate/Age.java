package dev.touchstone.gate;

import java.time.Duration;

/** How long ago something was, as people say it. */
public final class Age {
  private Age() {}

  /** In days from two on, in hours from two on, in minutes below. */
  public static String inWords(Duration age) {
    if (age.toDays() >= 2) {
      return age.toDays() + " days";
    }
    return age.toHours() >= 2 ? age.toHours() + " hours" : age.toMinutes() + " minutes";
  }
}
