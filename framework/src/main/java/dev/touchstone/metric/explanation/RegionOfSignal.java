package dev.touchstone.metric.explanation;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.runtime.TouchstoneException;

/** What a signal sets or blurs; a place is inside if any of its channels is. */
record RegionOfSignal(SpuriousSignal signal) implements Region {

  @Override
  public void require(Dataset data) {
    signal.fitTo(data);
    if (data.features().rowSize() == 0) {
      throw new TouchstoneException(
          "%s has no features, and the signal (%s) changes no features: a region of its maps cannot be stated so; write a Region that names the places"
              .formatted(data.name(), signal.describe()));
    }
  }

  @Override
  public boolean[] inside(Dataset examples, int example) {
    return in(examples).inside(examples, example);
  }

  @Override
  public Region in(Dataset examples) {
    return new Fitted(this, signal.fitTo(examples));
  }

  @Override
  public String describe() {
    return "where " + signal.inWords();
  }

  /** The signal as it is in some data. */
  private record Fitted(RegionOfSignal region, SpuriousSignal.Fitted signal) implements Region {
    @Override
    public boolean[] inside(Dataset examples, int example) {
      float[] features = new float[examples.features().rowSize()];
      examples.features().read(example, features, 0);
      boolean[] mask = signal.mask(example, features);
      int[] shape = examples.shape();
      int channels = shape.length == 3 ? shape[0] : 1;
      boolean[] inside = new boolean[mask.length / channels];
      for (int i = 0; i < mask.length; i++) {
        inside[i % inside.length] |= mask[i];
      }
      return inside;
    }

    @Override
    public String describe() {
      return region.describe();
    }
  }
}
