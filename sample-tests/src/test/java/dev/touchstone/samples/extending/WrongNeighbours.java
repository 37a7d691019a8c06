package dev.touchstone.samples.extending;

import dev.touchstone.data.Dataset;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A detector of one's own: suspects the points whose label most of their k nearest neighbours do
 * not have, in Euclidean distance of the features (edited nearest neighbours, Wilson 1972). Of
 * neighbours at the same distance the first come first.
 *
 * <p>It looks at the data alone; of the training it uses nothing. Every pair is compared, so it is
 * for thousands of points and not for millions.
 */
record WrongNeighbours(int k) implements MislabelDetector {

  @Override
  public String name() {
    return k + " nearest neighbours";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("neighbours", Integer.toString(k));
  }

  /** Refuses before anything is trained. */
  @Override
  public void check(Dataset training) {
    if (k < 1 || k >= training.size()) {
      throw new TouchstoneException(
          "a point of %s has from 1 to %d neighbours, and %d were asked for"
              .formatted(training.name(), training.size() - 1, k));
    }
  }

  @Override
  public LabelIssues detect(InfluenceContext context) {
    return issues(context.training());
  }

  LabelIssues issues(Dataset training) {
    int n = training.size();
    float[] all = training.batch(0, n).values();
    int width = all.length / n;
    double[] suspicion = new double[n];
    int[] proposed = new int[n];
    double[] confidence = new double[n];
    for (int point = 0; point < n; point++) {
      int[] votes = new int[training.classNames().size()];
      nearest(point, all, width).forEach(neighbour -> votes[training.label(neighbour)]++);
      int given = training.label(point);
      suspicion[point] = 1 - (double) votes[given] / k;
      // The given label stays where no other one has more votes.
      proposed[point] =
          IntStream.range(0, votes.length).reduce(given, (a, b) -> votes[b] > votes[a] ? b : a);
      confidence[point] = (double) votes[proposed[point]] / k;
    }
    return LabelIssues.ranked(suspicion).proposing(proposed, confidence);
  }

  private IntStream nearest(int point, float[] all, int width) {
    double[] distances = new double[all.length / width];
    for (int other = 0; other < distances.length; other++) {
      for (int i = 0; i < width; i++) {
        double difference = all[point * width + i] - all[other * width + i];
        distances[other] += difference * difference;
      }
    }
    return IntStream.range(0, distances.length)
        .filter(other -> other != point)
        .boxed()
        .sorted(Comparator.comparingDouble(other -> distances[other]))
        .limit(k)
        .mapToInt(Integer::intValue);
  }
}
