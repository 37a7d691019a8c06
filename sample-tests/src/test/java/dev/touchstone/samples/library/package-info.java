/**
 * Tests of the library itself that need the samples' models: they run with {@code verify}, not with
 * the samples, and are tagged {@code library}.
 */
package dev.touchstone.samples.library;
