package dev.touchstone.runtime;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Random numbers from streams that are named by what is computed, so that neither the order of
 * tests nor parallelism changes any of them.
 */
public final class RandomStreams {
  private final long seed;

  /** The streams of one run's seed. */
  public RandomStreams(long seed) {
    this.seed = seed;
  }

  /**
   * Returns the stream of a name, freshly at its start; equal names give equal numbers.
   *
   * @param name what is computed: a check's name, hashes, an index
   */
  public UniformRandomProvider of(Object... name) {
    Digest digest = Digest.sha256().add(seed);
    for (Object part : name) {
      digest.add(part.toString());
    }
    LongBuffer longs = ByteBuffer.wrap(digest.bytes()).asLongBuffer();
    long[] state = new long[4];
    longs.get(state);
    return RandomSource.XO_SHI_RO_256_PP.create(state);
  }
}
