package dev.touchstone.evidence;

/**
 * What an answer that never looks at its input would measure in a model's place, on the same
 * examples: a claim that it meets says nothing about the model.
 *
 * @param answer the answer in words, such as {@code always answering "no"}
 * @param value the quantity that it would have
 */
public record Guess(String answer, double value) {}
