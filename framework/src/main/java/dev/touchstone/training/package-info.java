/** Trainers: what makes a model from data, so that a check can plant a bug and train again. */
@NullMarked
package dev.touchstone.training;

import org.jspecify.annotations.NullMarked;
