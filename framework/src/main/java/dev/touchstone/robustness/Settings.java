package dev.touchstone.robustness;

import java.util.LinkedHashMap;
import java.util.Map;

/** What attacks say of themselves. */
final class Settings {
  private Settings() {}

  /** A threat model and what an attack adds to it. */
  static Map<String, String> of(ThreatModel threat, Map<String, ?> own) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("norm", threat.norm().toString());
    settings.put("epsilon", Double.toString(threat.epsilon()));
    settings.put("range of features", threat.rangeInWords());
    own.forEach((name, value) -> settings.put(name, value.toString()));
    return settings;
  }
}
