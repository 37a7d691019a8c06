/** From verdicts to releases: suites, and what the shipped commands decide on real models. */
package dev.touchstone.samples.release;
