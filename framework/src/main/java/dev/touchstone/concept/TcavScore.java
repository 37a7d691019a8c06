package dev.touchstone.concept;

import dev.touchstone.graph.Tap;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.statistics.BoundedMean;
import dev.touchstone.statistics.ReplicatedShare;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * How the score of a class answers to a concept at a place in a network.
 *
 * @param concept its name
 * @param tap where
 * @param label the class whose score is differentiated, 0-based
 * @param className its name
 * @param examples how many examples of the class were tested
 * @param rising for how many of them the class's score rises along the concept's vector, learnt
 *     from all of its examples
 * @param flat for how many it neither rises nor falls, since no derivative arrives there
 * @param change by how much the class's score would change, to first order, from the mean of the
 *     examples without the concept to that of those with it, as a mean over the tested examples: in
 *     the score's own unit, logits where the model ends in a softmax
 * @param separation how well vectors learnt from halves of the concept's examples tell the other
 *     halves: the mean of the rates on both sides, where ½ is guessing
 * @param risingOfHalves how many scores rise along each of the vectors learnt from halves
 * @param risingOfRandom how many rise along the vector of each random set
 * @param asFar how many random sets' vectors stand out as much: by the distance of the score from
 *     ½, and where that is the same, as at 0 and 1, by the size of the mean derivative
 * @param pValue that a random set would have such a score, by the test that was chosen
 * @param adjustedPValue the same after Holm's correction for all scores that were asked for
 *     together
 * @param test how it was found
 */
public record TcavScore(
    String concept,
    Tap tap,
    int label,
    String className,
    int examples,
    int rising,
    int flat,
    double change,
    double separation,
    List<Integer> risingOfHalves,
    List<Integer> risingOfRandom,
    int asFar,
    double pValue,
    double adjustedPValue,
    String test) {
  /**
   * Which random sets are compared with which vector; of no seed, so that a score says it alone.
   */
  private static final RandomStreams HALVES = new RandomStreams(0);

  /** Copies the counts. */
  public TcavScore {
    risingOfHalves = List.copyOf(risingOfHalves);
    risingOfRandom = List.copyOf(risingOfRandom);
  }

  /**
   * Returns the TCAV score: the share of the class's examples whose score rises along the vector
   * (Kim et al. 2018, equation 2).
   */
  public double score() {
    return (double) rising / examples;
  }

  /** Returns the scores of the vectors learnt from halves. */
  public double[] scoresOfHalves() {
    return shares(risingOfHalves);
  }

  /** Returns the scores of the random sets. */
  public double[] randomScores() {
    return shares(risingOfRandom);
  }

  /** Returns the mean score of the random sets, near ½ where derivatives arrive. */
  public double randomScore() {
    return Arrays.stream(randomScores()).average().orElseThrow();
  }

  /**
   * Returns by how much the score exceeds the mean of the random sets. Its replicates are the
   * vectors learnt from halves, each against the mean of another half of the random sets.
   */
  public ReplicatedShare excess() {
    double[] random = randomScores();
    double[] references = new double[risingOfHalves.size()];
    for (int b = 0; b < references.length; b++) {
      int[] order = PermutationSampler.natural(random.length);
      PermutationSampler.shuffle(HALVES.of(random.length, b), order);
      references[b] =
          Arrays.stream(order)
              .limit((random.length + 1) / 2)
              .mapToDouble(set -> random[set])
              .average()
              .orElseThrow();
    }
    return ReplicatedShare.of(
        score() - randomScore(),
        risingOfHalves.stream().mapToInt(Integer::intValue).toArray(),
        examples,
        references);
  }

  /** Returns the share of random sets whose vectors stand out as much. */
  public BoundedMean randomSetsAsFar() {
    double[] asFarOrNot = new double[risingOfRandom.size()];
    Arrays.fill(asFarOrNot, 0, asFar, 1);
    return BoundedMean.of(asFarOrNot, 0, 1).over("random sets");
  }

  private double[] shares(List<Integer> counts) {
    return counts.stream().mapToDouble(count -> (double) count / examples).toArray();
  }

  TcavScore adjusted(double afterHolm) {
    return new TcavScore(
        concept,
        tap,
        label,
        className,
        examples,
        rising,
        flat,
        change,
        separation,
        risingOfHalves,
        risingOfRandom,
        asFar,
        pValue,
        afterHolm,
        test);
  }

  @Override
  public String toString() {
    return "%s for %s at %s: %d of %d rise (p %s), change %s"
        .formatted(concept, className, tap.name(), rising, examples, pValue, change);
  }
}
