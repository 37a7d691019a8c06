package dev.touchstone.measuring;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.touchstone.benchmarks.Samples;
import dev.touchstone.check.training.MislabelledDetection;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.guiding.Duti;
import dev.touchstone.guiding.ModelGuiding;
import dev.touchstone.influence.ConfidentJoint;
import dev.touchstone.influence.ConfidentLearning;
import dev.touchstone.influence.EstimatedInfluence;
import dev.touchstone.influence.KohLiangInfluence;
import dev.touchstone.influence.LeaveOneOutConfidence;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.NeighbourDisagreement;
import dev.touchstone.influence.OutOfFold;
import dev.touchstone.influence.Rdia;
import dev.touchstone.influence.RepresenterPoints;
import dev.touchstone.influence.TrainingLoss;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.measuring.HeadPeer.Data;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Label errors beside cleanlab, in turn on two threads: a whole trial of six plantings by every
 * detector beside as many five-fold cross-validations by scikit-learn with cleanlab on top, and
 * confident learning alone, on the same probabilities.
 *
 * <p>Arguments: a Python with scikit-learn and cleanlab, the number of rounds, and any of {@code
 * digits}, a CSV file whose first column is the class, such as the UCI's letters (its first 2,000
 * rows), or {@code confident}. An audit set, where a detector needs one, are 150 further examples.
 */
final class LabelPeer {
  private static final double RIDGE = 0.01;
  private static final int PLANTINGS = 6;
  private static final int WARM_UP = 1;
  private static final int MOST = 2000;
  private static final int AUDIT = 150;
  private static final int EXAMPLES = 60_000;
  private static final int CLASSES = 10;

  private LabelPeer() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 3) {
      throw new IllegalArgumentException("a Python with cleanlab, rounds, and data sets");
    }
    int rounds = Integer.parseInt(arguments[1]);
    for (String name : Arrays.asList(arguments).subList(2, arguments.length)) {
      try (Peer peer = new Peer(arguments[0], "benchmarks/peers/labels.py")) {
        if (name.equals("confident")) {
          confident(peer, rounds);
        } else {
          detectors(peer, HeadPeer.read(name), rounds);
        }
      }
    }
    System.exit(0);
  }

  private static void confident(Peer peer, int rounds) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    float[] shares = new float[EXAMPLES * CLASSES];
    int[] labels = new int[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      int right = random.nextInt(CLASSES);
      for (int c = 0; c < CLASSES; c++) {
        shares[i * CLASSES + c] = (float) Math.exp(random.nextGaussian() + (c == right ? 3 : 0));
      }
      labels[i] = random.nextDouble() < .1 ? random.nextInt(CLASSES) : right;
    }
    Matrix predictions = Matrix.zeros(EXAMPLES, CLASSES);
    for (int i = 0; i < EXAMPLES; i++) {
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        sum += shares[i * CLASSES + c];
      }
      for (int c = 0; c < CLASSES; c++) {
        predictions.set(i, c, shares[i * CLASSES + c] / sum);
      }
    }
    JsonObject request = new JsonObject();
    request.addProperty(
        "predictions", Peer.written(Tensor.of(shares, EXAMPLES, CLASSES)).toString());
    request.addProperty("classes", CLASSES);
    request.add("labels", Peer.array(labels));
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    int found = 0;
    JsonObject answer = new JsonObject();
    for (int round = -WARM_UP; round < rounds; round++) {
      answer = peer.ask(request);
      long start = System.nanoTime();
      found = ranked(predictions, labels).length;
      double seconds = (System.nanoTime() - start) / 1e9;
      if (round >= 0) {
        ours[round] = seconds;
        theirs[round] = answer.get("seconds").getAsDouble();
      }
    }
    System.out.printf(
        "confident learning, %d x %d: ours / theirs %.2f (of medians; %s); ours %.3f s, %d found;"
            + " theirs %.3f s, %s%n",
        EXAMPLES,
        CLASSES,
        Medians.of(ours) / Medians.of(theirs),
        Medians.listed(HeadPeer.ratios(ours, theirs)),
        Medians.of(ours),
        found,
        Medians.of(theirs),
        answer);
  }

  /** Those pruned by noise rate, the least confident first. */
  private static int[] ranked(Matrix predictions, int[] labels) {
    boolean[] pruned = ConfidentJoint.of(predictions, labels).prunedByNoiseRate();
    return IntStream.range(0, pruned.length)
        .filter(i -> pruned[i])
        .boxed()
        .sorted(Comparator.comparingDouble(i -> predictions.get(i, labels[i])))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static Dataset data(Data all, int from, int to) {
    int d = all.columns();
    return Dataset.named(all.name() + " from " + from)
        .features(FeatureStore.inMemory(Arrays.copyOfRange(all.features(), from * d, to * d), d))
        .labels(Arrays.copyOfRange(all.labels(), from, to))
        .classNames(IntStream.range(0, all.classes()).mapToObj(Integer::toString).toList())
        .build();
  }

  private static List<MislabelDetector> detectors(AuditSet audit) {
    List<MislabelDetector> detectors = new ArrayList<>();
    detectors.add(TrainingLoss.withDefaults());
    detectors.add(LeaveOneOutConfidence.withDefaults());
    detectors.add(OutOfFold.by(LogisticRegressionTrainer.withDefaults()));
    detectors.add(ConfidentLearning.withDefaults());
    detectors.add(NeighbourDisagreement.withDefaults());
    detectors.add(KohLiangInfluence.withDefaults());
    detectors.add(EstimatedInfluence.by(RepresenterPoints.withDefaults()));
    detectors.add(KohLiangInfluence.withDefaults().onLossOf(audit));
    detectors.add(Rdia.with(audit));
    detectors.add(ModelGuiding.with(audit));
    detectors.add(Duti.with(audit));
    return detectors;
  }

  private static void detectors(Peer peer, Data all, int rounds) throws IOException {
    int n = Math.min(MOST, all.labels().length - AUDIT);
    Data first =
        new Data(
            all.name(),
            Arrays.copyOf(all.features(), n * all.columns()),
            Arrays.copyOf(all.labels(), n));
    System.out.println(
        "%s, %d examples, beside %s".formatted(all.name(), n, peer.ask(HeadPeer.described(first))));
    Dataset clean = data(all, 0, n);
    AuditSet audit = AuditSet.of(data(all, n, n + AUDIT).where(distinct(all, n), "different"));
    PlantedErrors planted = LabelNoise.uniform(0.2).plantedIn(clean).withPlantings(PLANTINGS);
    RunContext run = Samples.context();
    JsonArray plantings = new JsonArray();
    planted
        .draw(run.random())
        .forEach(planting -> plantings.add(Peer.array(planting.data().labels())));
    JsonObject request = new JsonObject();
    request.addProperty("folds", 5);
    request.addProperty("ridge", RIDGE);
    request.add("plantings", plantings);
    List<MislabelDetector> detectors = detectors(audit);
    double[][] ours = new double[detectors.size()][rounds];
    double[] theirs = new double[rounds];
    String[] found = new String[detectors.size()];
    JsonObject answer = new JsonObject();
    for (int round = -WARM_UP; round < rounds; round++) {
      if (round >= 0) {
        answer = peer.ask(request);
        theirs[round] = answer.get("seconds").getAsDouble();
      }
      for (int d = 0; d < detectors.size(); d++) {
        RunContext context = Samples.context();
        long start = System.nanoTime();
        Evidence evidence =
            MislabelledDetection.withDefaults()
                .evaluate(
                    LogisticRegressionTrainer.withDefaults(), planted, detectors.get(d), context);
        if (round >= 0) {
          ours[d][round] = (System.nanoTime() - start) / 1e9;
          found[d] = evidence.measurements().get(0).estimate().toString();
        }
      }
    }
    System.out.printf(
        "%s: theirs %.2f s, AUROC %s%n", all.name(), Medians.of(theirs), answer.get("auroc"));
    for (int d = 0; d < detectors.size(); d++) {
      System.out.printf(
          "%s, %s: ours / theirs %.3f (of medians; %s); ours %.2f s; AUROC %s%n",
          all.name(),
          detectors.get(d).name(),
          Medians.of(ours[d]) / Medians.of(theirs),
          Medians.listed(HeadPeer.ratios(ours[d], theirs)),
          Medians.of(ours[d]),
          found[d]);
    }
  }

  /** An audit set says one thing of the same features; of copies, and of training data, none. */
  private static IntPredicate distinct(Data all, int from) {
    int d = all.columns();
    Set<List<Float>> seen = new HashSet<>();
    boolean[] first = new boolean[all.labels().length];
    for (int i = 0; i < Math.min(first.length, from + AUDIT); i++) {
      List<Float> row = new ArrayList<>();
      for (int j = 0; j < d; j++) {
        row.add(all.features()[i * d + j]);
      }
      first[i] = seen.add(row);
    }
    return i -> first[from + i];
  }
}
