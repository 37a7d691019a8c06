/** Assertions about models, static and fluent; both decide by the same evidence and claims. */
@NullMarked
package dev.touchstone.assertions;

import org.jspecify.annotations.NullMarked;
