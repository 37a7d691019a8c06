/**
 * How to write a metric, a contamination, a detector, a check, an attribution method, a backward
 * rule and an operator of one's own, one file each, as {@code docs/extending} shows them; the tests
 * use them as a user would.
 */
package dev.touchstone.samples.extending;
