package dev.touchstone.data;

import java.util.Map;

/** Features that are made of files, which could have been read in other ways. */
interface OtherReadings extends FeatureStore {

  /**
   * Returns the same examples as common mistakes would read them, by what one writes to read them
   * so; of the same shape, or of another one.
   */
  Map<String, FeatureStore> otherReadings();

  /** Returns those of a store, where it knows of any. */
  static Map<String, FeatureStore> of(FeatureStore features) {
    return features instanceof OtherReadings several ? several.otherReadings() : Map.of();
  }
}
