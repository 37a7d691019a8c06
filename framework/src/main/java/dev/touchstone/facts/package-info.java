/**
 * What is said of models, trainers, data and the machine, in named components; the one place that
 * knows under which names files say it.
 */
@NullMarked
package dev.touchstone.facts;

import org.jspecify.annotations.NullMarked;
