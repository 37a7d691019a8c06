package dev.touchstone.samples.gallery;

import dev.touchstone.influence.Encoder;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.runtime.RandomStreams;
import org.apache.commons.rng.UniformRandomProvider;

/** A detector that knows nothing. */
record RandomDetector(long seed) implements MislabelDetector {

  @Override
  public String name() {
    return "random ranking " + seed;
  }

  @Override
  public double[] suspicion(FittedHead head, Encoder encoder) {
    UniformRandomProvider random = new RandomStreams(seed).of("random detector");
    double[] suspicion = new double[head.size()];
    for (int i = 0; i < suspicion.length; i++) {
      suspicion[i] = random.nextDouble();
    }
    return suspicion;
  }
}
