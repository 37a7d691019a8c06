package dev.touchstone.model;

/**
 * A model as it was in the middle of its training.
 *
 * @param epoch how many epochs it had learnt
 * @param learningRate of the last of these epochs, before an optimiser adapts it to single weights
 * @param model owned by whoever asked for it, to be {@linkplain TrainedModel#release released}
 */
public record Checkpoint(int epoch, double learningRate, Classifier model) {}
