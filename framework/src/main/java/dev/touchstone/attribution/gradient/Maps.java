package dev.touchstone.attribution.gradient;

/** Arithmetic on maps, in place. */
final class Maps {
  private Maps() {}

  static double[][] absolute(double[][] maps) {
    for (double[] map : maps) {
      for (int j = 0; j < map.length; j++) {
        map[j] = Math.abs(map[j]);
      }
    }
    return maps;
  }
}
