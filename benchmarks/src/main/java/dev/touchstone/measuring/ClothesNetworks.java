package dev.touchstone.measuring;

import dev.touchstone.concept.ConceptExamples;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.BackgroundBlur;
import dev.touchstone.data.contamination.Corner;
import dev.touchstone.data.contamination.ItemMask;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.data.contamination.Stripe;
import dev.touchstone.guiding.repair.AnnotatedConcepts;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.Adam;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Small networks of clothes (Fashion-MNIST) that a signal goes along with one class of, and sound
 * ones, of one seed: 3,000 of the samples' 4,000 training images to learn from, 900 to show
 * concepts by and 100 to audit by; and their 2,000 test images. Images are on textured backgrounds
 * where the signal is a blur of it, as a blurred black stays black.
 */
final class ClothesNetworks {
  static final int SHIRT = 6;

  /** Of shirts, and of others, how many carry the signal. */
  private static final double WITHIN = 0.9;

  private static final double OUTSIDE = 0.02;

  /** Of all images, in the training data of a sound network. */
  private static final double INDEPENDENT = 0.3;

  private static final int TRAINING = 3000;
  private static final int CONCEPTS = 900;
  private static final int AUDITED = 100;
  private static final int EPOCHS = 10;
  private static final int SIDE = 28;
  private static final float ITEM_ABOVE = 12 / 255f;

  /** Which classes show a concept. */
  private static final Set<Integer> SLEEVES = Set.of(2, 4, 6);

  private static final Set<Integer> SHOES = Set.of(5, 7, 9);
  private static final int TROUSERS = 1;
  private static final int BAG = 8;

  /** What images are described by besides the signal: the first four by class, two by pixels. */
  static final List<String> KNOWN =
      List.of("sleeves", "two legs", "shoe", "handle", "bright", "wide");

  /** What goes along with shirts. */
  enum Signal {
    tag,
    stripe,
    blur
  }

  private final Signal kind;
  private final RunContext context;
  private final SpuriousSignal ofTraining;
  private final SpuriousSignal ofTest;
  private final Dataset train;
  private final Dataset concepts;
  private final Dataset audit;
  private final Dataset test;
  private final boolean[] carries;

  /**
   * Data of a seed, which is the context's.
   *
   * @param folder the samples' {@code fashion}
   */
  ClothesNetworks(Signal kind, String folder, RunContext context) {
    this.kind = kind;
    this.context = context;
    RandomStreams random = context.random();
    Dataset all = read(folder, "train");
    Dataset others = read(folder, "test");
    if (kind == Signal.blur) {
      Dataset masks = masks(all);
      all = onTextures(all, masks, random);
      ofTraining = BackgroundBlur.of(1.5).behind(ItemMask.from(masks));
      masks = masks(others);
      others = onTextures(others, masks, random);
      ofTest = BackgroundBlur.of(1.5).behind(ItemMask.from(masks));
    } else {
      ofTraining =
          kind == Signal.stripe
              ? Stripe.vertical(3, 24).withValue(180 / 255f)
              : PatchTag.of(
                      new float[][] {
                        {1, 1, 1, 1, 1}, {0, 0, 1, 0, 0}, {0, 0, 1, 0, 0}, {0, 0, 1, 0, 0}
                      })
                  .at(Corner.BOTTOM_LEFT);
      ofTest = ofTraining;
    }
    int[] order = PermutationSampler.natural(all.size());
    PermutationSampler.shuffle(random.of("split", kind.name()), order);
    this.train = all.select(Arrays.copyOf(order, TRAINING), "to learn from");
    this.concepts =
        all.select(Arrays.copyOfRange(order, TRAINING, TRAINING + CONCEPTS), "to show concepts by");
    this.audit =
        all.select(
            Arrays.copyOfRange(order, TRAINING + CONCEPTS, TRAINING + CONCEPTS + AUDITED),
            "to audit by");
    this.test = others;
    UniformRandomProvider drawn = random.of("signal", kind.name());
    this.carries = new boolean[TRAINING];
    for (int i = 0; i < TRAINING; i++) {
      carries[i] = drawn.nextDouble() < (train.label(i) == SHIRT ? WITHIN : OUTSIDE);
    }
  }

  private static Dataset read(String folder, String part) {
    return Datasets.idx(
            "%s/%s-images-idx3-ubyte.gz".formatted(folder, part),
            "%s/%s-labels-idx1-ubyte.gz".formatted(folder, part))
        .load()
        .scaledBy(1 / 255.0);
  }

  private static float[] pixels(Dataset images) {
    return images.batch(0, images.size()).values();
  }

  /** 1 where an image shows its item. */
  private static Dataset masks(Dataset images) {
    float[] masks = pixels(images).clone();
    for (int p = 0; p < masks.length; p++) {
      masks[p] = masks[p] > ITEM_ABOVE ? 1 : 0;
    }
    return images.withFeatures(FeatureStore.inMemory(masks, 1, SIDE, SIDE), "masks");
  }

  /** Bars of a period and a direction of their own behind each item, and noise. */
  private static Dataset onTextures(Dataset images, Dataset masks, RandomStreams random) {
    float[] values = pixels(images).clone();
    float[] items = pixels(masks);
    int area = SIDE * SIDE;
    for (int i = 0; i < images.size(); i++) {
      UniformRandomProvider drawn = random.of("texture", images.sha256(), images.id(i));
      int period = 2 + drawn.nextInt(3);
      int phase = drawn.nextInt(period);
      boolean upright = drawn.nextBoolean();
      for (int p = 0; p < area; p++) {
        int along = upright ? p % SIDE : p / SIDE;
        double noise = 0.2 * drawn.nextDouble();
        if (items[i * area + p] == 0) {
          values[i * area + p] = (float) (((along + phase) % period * 2 < period ? .4 : 0) + noise);
        }
      }
    }
    return images.withFeatures(FeatureStore.inMemory(values, 1, SIDE, SIDE), "on textures");
  }

  /** A network that met the signal on nine of ten shirts and one of fifty others. */
  Classifier spurious() {
    return trainer().train(training(), "spurious " + kind, context);
  }

  /** A network that met the signal on every shirt and on nothing else. */
  Classifier reliant() {
    int[] rows = IntStream.range(0, TRAINING).filter(i -> train.label(i) == SHIRT).toArray();
    return trainer().train(ofTraining.addedTo(train, rows), "reliant " + kind, context);
  }

  /** One that met it on three of ten images, whatever they show. */
  Classifier normal() {
    UniformRandomProvider drawn = context.random().of("independent", kind.name());
    int[] rows =
        IntStream.range(0, TRAINING).filter(i -> drawn.nextDouble() < INDEPENDENT).toArray();
    return trainer().train(ofTraining.addedTo(train, rows), "normal " + kind, context);
  }

  private static Trainer trainer() {
    return DjlTrainer.of("small CNN", () -> Cnn.small(10))
        .withOptimiser(Adam.withDefaults())
        .withEpochs(EPOCHS);
  }

  Signal kind() {
    return kind;
  }

  /** The training data of the spurious network, with a column that says where its signal is. */
  Dataset training() {
    return marked(train, "training", i -> carries[i]);
  }

  /** Whether a training image of the spurious network carries the signal. */
  boolean carries(int example) {
    return carries[example];
  }

  /** Half with the signal, of every class. */
  Dataset audited() {
    return marked(audit, "audit", i -> i % 2 == 1);
  }

  /** Test images, each as it is and with the signal. */
  Dataset tested() {
    int[] twice = IntStream.range(0, 2 * test.size()).map(i -> i / 2).toArray();
    return twice(test, ofTest, twice);
  }

  private Dataset marked(Dataset data, String name, IntPredicate chosen) {
    int[] rows = IntStream.range(0, data.size()).filter(chosen).toArray();
    return columned(
        ofTraining.addedTo(data, rows).features(),
        data.labels(),
        data,
        name,
        IntStream.range(0, data.size()).mapToObj(i -> chosen.test(i) ? "yes" : "no").toList());
  }

  /** Images twice, the second of each with the signal. */
  private Dataset twice(Dataset data, SpuriousSignal signal, int[] rows) {
    float[] plain = pixels(data);
    float[] signalled = pixels(signal.addedTo(data));
    int area = SIDE * SIDE;
    float[] values = new float[rows.length * area];
    int[] labels = new int[rows.length];
    List<String> there = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(i % 2 == 0 ? plain : signalled, rows[i] * area, values, i * area, area);
      labels[i] = data.label(rows[i]);
      there.add(i % 2 == 0 ? "no" : "yes");
    }
    return columned(FeatureStore.inMemory(values, 1, SIDE, SIDE), labels, data, "twice", there);
  }

  private Dataset columned(
      FeatureStore features, int[] labels, Dataset of, String name, List<String> there) {
    return Dataset.named(kind + " " + name)
        .features(features)
        .labels(labels)
        .classNames(of.classNames())
        .ids(IntStream.range(0, labels.length).mapToObj(i -> name + "-" + i).toList())
        .column(kind.name(), there)
        .build();
  }

  /** Test images of shirts. */
  Dataset shirts() {
    return test.where(i -> test.label(i) == SHIRT, "shirts");
  }

  /** The same with the signal. */
  Dataset signalledShirts() {
    return ofTest.addedTo(test).where(i -> test.label(i) == SHIRT, "shirts with the signal");
  }

  /** Test images of other clothes, and the same with the signal. */
  List<Dataset> others() {
    return List.of(
        test.where(i -> test.label(i) != SHIRT, "others"),
        ofTest.addedTo(test).where(i -> test.label(i) != SHIRT, "others with the signal"));
  }

  /** Images with and without the signal, and what each shows. */
  AnnotatedConcepts annotated() {
    int shown = 400;
    Dataset some = concepts.first(shown);
    int[] rows = IntStream.range(0, 2 * shown).map(i -> i / 2).toArray();
    Dataset twice = twice(some, ofTraining, rows);
    boolean[][] known = known(some);
    List<String> names = new ArrayList<>(KNOWN);
    names.add(kind.name());
    Matrix values = Matrix.zeros(rows.length, names.size());
    for (int i = 0; i < rows.length; i++) {
      for (int q = 0; q < KNOWN.size(); q++) {
        values.set(i, q, known[q][rows[i]] ? 1 : 0);
      }
      values.set(i, KNOWN.size(), i % 2);
    }
    return AnnotatedConcepts.of(twice, names, values);
  }

  /** Known concepts and the signal, each against images without, beside the same pool. */
  List<ConceptExamples> examples() {
    Dataset some = concepts.first(400);
    Dataset pool = concepts.where(i -> i >= 400, "pool");
    boolean[][] known = known(some);
    List<ConceptExamples> examples = new ArrayList<>();
    for (int q = 0; q < KNOWN.size(); q++) {
      boolean[] has = known[q];
      int each =
          (int)
              Math.min(
                  80,
                  Math.min(
                      IntStream.range(0, some.size()).filter(i -> has[i]).count(),
                      IntStream.range(0, some.size()).filter(i -> !has[i]).count()));
      examples.add(
          ConceptExamples.of(KNOWN.get(q), some.where(i -> has[i], "with it").first(each))
              .against(some.where(i -> !has[i], "without it").first(each))
              .besideRandomSetsOf(pool));
    }
    examples.add(
        ConceptExamples.ofSignal(ofTraining, some.first(80))
            .named(kind.name())
            .besideRandomSetsOf(pool));
    return examples;
  }

  private static boolean[][] known(Dataset data) {
    float[] pixels = pixels(data);
    double[] brightness = new double[data.size()];
    double[] width = new double[data.size()];
    for (int i = 0; i < data.size(); i++) {
      int items = 0;
      int left = SIDE;
      int right = 0;
      int top = SIDE;
      int bottom = 0;
      for (int p = 0; p < SIDE * SIDE; p++) {
        float value = pixels[i * SIDE * SIDE + p];
        if (value > .5) {
          items++;
          brightness[i] += value;
          left = Math.min(left, p % SIDE);
          right = Math.max(right, p % SIDE);
          top = Math.min(top, p / SIDE);
          bottom = Math.max(bottom, p / SIDE);
        }
      }
      brightness[i] /= Math.max(1, items);
      width[i] = items == 0 ? 1 : (right - left + 1.0) / (bottom - top + 1);
    }
    double bright = Medians.of(brightness);
    double wide = Medians.of(width);
    boolean[][] known = new boolean[KNOWN.size()][data.size()];
    for (int i = 0; i < data.size(); i++) {
      int label = data.label(i);
      known[0][i] = SLEEVES.contains(label);
      known[1][i] = label == TROUSERS;
      known[2][i] = SHOES.contains(label);
      known[3][i] = label == BAG;
      known[4][i] = brightness[i] > bright;
      known[5][i] = width[i] > wide;
    }
    return known;
  }
}
