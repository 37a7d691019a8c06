package dev.touchstone.model;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;

/** A model that takes images with channels last, of data that have them first. */
final class ChannelsLastClassifier extends PreparedClassifier {
  private static final int AXES_OF_AN_IMAGE = 3;

  ChannelsLastClassifier(Classifier model) {
    super(model);
  }

  @Override
  public Classifier withFile(String location) {
    return new ChannelsLastClassifier(Models.withFile(model, location));
  }

  @Override
  public ModelFacts facts() {
    return model.facts().normalisedBy("channels last");
  }

  @Override
  Tensor prepared(Tensor batch) {
    return prepared(Inputs.of(batch)).features();
  }

  @Override
  Inputs prepared(Inputs batch) {
    if (batch.shape().length != AXES_OF_AN_IMAGE) {
      throw new TouchstoneException(
          "%s is said to take images with channels last, and the data have examples of the shape %s; give it images, [channels, height, width], or leave out .channelsLast()"
              .formatted(name(), Arrays.toString(batch.shape())));
    }
    return batch.channelsLast();
  }

  @Override
  double[][] backward(double[][] gradients, Tensor batch) {
    int channels = batch.shape()[1];
    int size = batch.rowSize() / channels;
    double[][] first = new double[gradients.length][batch.rowSize()];
    for (int row = 0; row < gradients.length; row++) {
      for (int i = 0; i < first[row].length; i++) {
        first[row][i] = gradients[row][i % size * channels + i / size];
      }
    }
    return first;
  }

  @Override
  WhiteBox around(WhiteBox raw) {
    return raw.channelsLast();
  }
}
