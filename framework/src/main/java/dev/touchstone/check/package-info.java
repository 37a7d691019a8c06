/** One question a file: a model and data in, evidence out. */
@NullMarked
package dev.touchstone.check;

import org.jspecify.annotations.NullMarked;
