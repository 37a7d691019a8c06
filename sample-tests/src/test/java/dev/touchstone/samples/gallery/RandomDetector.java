package dev.touchstone.samples.gallery;

import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
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
  public LabelIssues detect(InfluenceContext context) {
    UniformRandomProvider random = new RandomStreams(seed).of("random detector");
    double[] suspicion = new double[context.training().size()];
    for (int i = 0; i < suspicion.length; i++) {
      suspicion[i] = random.nextDouble();
    }
    return LabelIssues.ranked(suspicion);
  }
}
