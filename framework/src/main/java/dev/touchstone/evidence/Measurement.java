package dev.touchstone.evidence;

import dev.touchstone.statistics.Estimate;

/**
 * One estimated quantity on one slice of the data.
 *
 * @param quantity what was measured, such as {@code "ECE"}
 * @param slice on what: {@code "overall"}, {@code "sex=Female"}, {@code "fc1"}
 * @param estimate the numbers
 */
public record Measurement(String quantity, String slice, Estimate estimate) {}
