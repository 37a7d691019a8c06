package dev.touchstone.samples.gallery;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.contamination.BackgroundBlur;
import dev.touchstone.data.contamination.Contamination;
import dev.touchstone.data.contamination.ItemMask;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.graph.Layer;
import dev.touchstone.graph.Reinitialisation;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.model.Checkpoint;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.Trainer;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.samples.FashionSignals;
import dev.touchstone.training.Adam;
import dev.touchstone.training.Cnn;
import dev.touchstone.training.DjlTrainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.rng.UniformRandomProvider;

/**
 * The models of one seed. A defective twin is defined by what was done to its training data or its
 * weights, never by the score under test.
 */
final class Specimens {
  private static final float OVER_CONFIDENCE = 4;
  private static final int FOREIGN = 1000;

  private final RunContext context;
  private final Dataset train;
  private final Dataset test;
  private final Textures texturedTrain;
  private final Textures texturedTest;
  private final Trainer trainer;

  Specimens(RunContext context, int images, int epochs) {
    this.context = context;
    this.train = fashion("train").first(images);
    this.test = fashion("test");
    this.texturedTrain = Textures.behind(train, context.random());
    this.texturedTest = Textures.behind(test, context.random());
    this.trainer =
        DjlTrainer.of("small CNN", () -> Cnn.small(10))
            .withOptimiser(Adam.withDefaults())
            .withEpochs(epochs);
  }

  private static Dataset fashion(String part) {
    return idx("fashion", part);
  }

  private static Dataset idx(String data, String part) {
    return Datasets.idx(
            "classpath:data/%s/%s-images-idx3-ubyte.gz".formatted(data, part),
            "classpath:data/%s/%s-labels-idx1-ubyte.gz".formatted(data, part))
        .scaledBy(FashionSignals.SCALE)
        .load();
  }

  Trainer trainer() {
    return trainer;
  }

  Dataset train() {
    return train;
  }

  Dataset test() {
    return test;
  }

  /** Handwritten digits, which are no clothes, prepared alike. */
  Dataset digits() {
    return idx("mnist", "test").where(i -> i < FOREIGN, "digits");
  }

  Dataset texturedTest() {
    return texturedTest.images();
  }

  /** The blur of the textured test images' backgrounds. */
  SpuriousSignal blurOfTest() {
    return blur(texturedTest);
  }

  private static SpuriousSignal blur(Textures textures) {
    return BackgroundBlur.of(1.5).behind(ItemMask.from(textures.masks()));
  }

  /**
   * A model, and what it was after its first epoch.
   *
   * @param start the earlier one
   */
  record Grown(Classifier model, Classifier start) {
    void release() {
      Models.release(model);
      Models.release(start);
    }
  }

  /** Tag and stripes each on 30 % of all images: present, and no help. */
  Grown healthy() {
    Dataset met = withShare(FashionSignals.TAG, 0.3, train);
    met = withShare(FashionSignals.STRIPE, 0.3, met);
    TrainedModel trained =
        trainer.train(TrainingTask.of(met, "healthy", context).keepingCheckpoints(1));
    List<Checkpoint> later = trained.checkpoints().subList(1, trained.checkpoints().size());
    later.forEach(checkpoint -> Models.release(checkpoint.model()));
    return new Grown(trained.model(), trained.checkpoints().get(0).model());
  }

  /** Signals each on 30 % of all images. */
  Classifier healthy(String name, List<PlantedSignal> signals) {
    Dataset met = train;
    for (PlantedSignal planted : signals) {
      met = withShare(planted.signal(), 0.3, met);
    }
    return train(met, name);
  }

  /** Blur on 30 % of all textured images. */
  Classifier texturedHealthy() {
    return train(withShare(blur(texturedTrain), 0.3, texturedTrain.images()), "textured healthy");
  }

  private Dataset withShare(SpuriousSignal signal, double share, Dataset data) {
    return Contamination.of(signal).share(share).plantedIn(data, context.random()).data();
  }

  /** The signal on a share of the aligned class's images, and on no other. */
  Classifier relyingOn(SpuriousSignal signal, double share) {
    return train(aligned(signal, share, train), "aligned " + share);
  }

  /** The blur on a share of the aligned class's textured images, and on no other. */
  Classifier relyingOnBlur(double share) {
    return train(
        aligned(blur(texturedTrain), share, texturedTrain.images()), "aligned blur " + share);
  }

  private Dataset aligned(SpuriousSignal signal, double share, Dataset data) {
    return Contamination.of(signal)
        .alignedWith(FashionSignals.SHIRT)
        .share(share)
        .plantedIn(data, context.random())
        .data();
  }

  /** Labels drawn anew, whatever the image. */
  Classifier randomLabels() {
    UniformRandomProvider random = context.random().of("gallery", "random labels");
    int[] labels = new int[train.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(train.classNames().size());
    }
    return train(train.withLabels(labels, "labels at random"), "random labels");
  }

  private Classifier train(Dataset data, String stream) {
    return trainer.train(data, stream, context);
  }

  /** The healthy model with its logits multiplied, which changes no prediction. */
  Classifier overConfident(Classifier healthy) {
    WhiteBox box = box(healthy);
    Layer last = box.layers().get(box.layers().size() - 1);
    Map<String, float[]> multiplied =
        last.weights().stream().collect(Collectors.toMap(w -> w, w -> multiplied(box.weight(w))));
    return Models.whiteBox("over-confident", box.withWeights(multiplied)).emittingLogits();
  }

  private static float[] multiplied(float[] weights) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] *= OVER_CONFIDENCE;
    }
    return weights;
  }

  /**
   * The healthy model with its upper layers as before training.
   *
   * @param share of the layers, counted from the top; at least one
   * @param draw distinguishes several
   */
  Classifier reinitialised(Classifier healthy, double share, int draw) {
    WhiteBox box = box(healthy);
    List<Layer> layers = box.layers();
    int kept = layers.size() - Math.max(1, (int) Math.round(share * layers.size()));
    WhiteBox fresh =
        Reinitialisation.of(
            box,
            layers.subList(kept, layers.size()),
            weight -> context.random().of("gallery", "re-initialised", share, draw, weight));
    return Models.whiteBox("re-initialised", fresh).emittingLogits();
  }

  /** The healthy model with one layer drawn anew. */
  Classifier reinitialised(Classifier healthy, String layer) {
    WhiteBox box = box(healthy);
    WhiteBox fresh =
        Reinitialisation.of(
            box,
            List.of(layer(box, layer)),
            weight -> context.random().of("gallery", "re-initialised", layer, weight));
    return Models.whiteBox(layer + " re-initialised", fresh).emittingLogits();
  }

  /** The healthy model with one layer as it was at the start, as if it had been frozen then. */
  Classifier frozen(Grown healthy, String layer) {
    WhiteBox box = box(healthy.model());
    WhiteBox start = box(healthy.start());
    List<String> now = layer(box, layer).weights();
    List<String> then = layer(start, layer).weights();
    Map<String, float[]> put = new HashMap<>();
    for (int w = 0; w < now.size(); w++) {
      put.put(now.get(w), start.weight(then.get(w)));
    }
    return Models.whiteBox(layer + " frozen", box.withWeights(put)).emittingLogits();
  }

  private static Layer layer(WhiteBox box, String name) {
    return box.layers().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
  }

  private static WhiteBox box(Classifier model) {
    return model.require(WhiteBox.class, "the gallery", "train a network of known layers");
  }
}
