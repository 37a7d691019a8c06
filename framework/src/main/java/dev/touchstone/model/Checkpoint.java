package dev.touchstone.model;

/**
 * A model as it was in the middle of its training.
 *
 * @param epoch how many epochs it had learnt; 0 for the start
 * @param learningRate of the steps that lead on from here
 * @param model owned by whoever asked for it, to be {@linkplain Models#release released}
 */
public record Checkpoint(int epoch, double learningRate, Classifier model) {}
