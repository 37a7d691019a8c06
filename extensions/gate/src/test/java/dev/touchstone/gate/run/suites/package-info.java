/**
 * Suites that tests compile into a jar and run in JVMs of their own; Surefire runs none of them.
 */
package dev.touchstone.gate.run.suites;
