/** JMH benchmarks of the engines, on the models and data of the sample tests. */
@NullMarked
package dev.touchstone.benchmarks;

import org.jspecify.annotations.NullMarked;
