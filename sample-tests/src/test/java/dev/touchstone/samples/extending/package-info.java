/**
 * How to write a check, a listener and a fluent claim of one's own: {@link
 * dev.touchstone.samples.extending.AbstentionRate} is the check, {@link
 * dev.touchstone.samples.extending.ExtendingTest} uses it as a user would.
 */
package dev.touchstone.samples.extending;
